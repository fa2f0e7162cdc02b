using System.Text.Json.Serialization;
using Conclave.Engine.Execution;

namespace Conclave.Engine.Journal;

/// <summary>A wish from outside, kept in the session's inbox until its owner folds it in.</summary>
/// <param name="SignalId">Chosen by the sender; a second one of the same id is the same wish.</param>
public sealed record Signal(string SignalId, DateTimeOffset Time, SignalBody Body);

/// <summary>What is wished for.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Pause), "pause")]
[JsonDerivedType(typeof(Cancel), "cancel")]
[JsonDerivedType(typeof(Approve), "approve")]
public abstract record SignalBody
{
    private SignalBody()
    {
    }

    /// <summary>Let what is in flight end, then stop; <c>resume</c> goes on.</summary>
    public sealed record Pause(string Reason) : SignalBody;

    /// <summary>Let what is in flight end, start nothing more, deliver what there is.</summary>
    public sealed record Cancel(string Reason) : SignalBody
    {
        /// <summary>Abort what is in flight instead; it becomes in doubt.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
        public bool Now { get; init; }
    }

    /// <summary>The answer to a gate.</summary>
    /// <param name="Gate">Its key or its name (<see cref="GateState.Name"/>); null for the only open one.</param>
    /// <param name="Choice">One of its options.</param>
    public sealed record Approve(string? Gate, string Choice, string? Comment) : SignalBody;
}
