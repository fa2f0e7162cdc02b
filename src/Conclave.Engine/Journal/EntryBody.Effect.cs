using Conclave.Engine.Execution;

namespace Conclave.Engine.Journal;

public abstract partial record EntryBody
{
    /// <summary>An action outside the journal is about to happen.</summary>
    [EntryKind("effect-started/1")]
    public sealed record EffectStarted(DoorKey Effect) : EntryBody;

    /// <summary>It took effect.</summary>
    /// <param name="Result">What it gave, as JSON.</param>
    [EntryKind("effect-done/1")]
    public sealed record EffectDone(DoorKey Effect, StoredText Result) : EntryBody
    {
        /// <inheritdoc />
        public override IEnumerable<StoredText> Texts() => [Result];
    }
}
