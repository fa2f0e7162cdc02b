using Conclave.Engine.Definition;
using Conclave.Engine.Journal;

namespace Conclave.Engine.Execution;

/// <summary>Where an entry belongs: to the session, to a phase, or to one of its steps.</summary>
/// <param name="Step">The step's label; empty for the one step of a phase without a matrix.</param>
internal readonly record struct Place(PhaseId? Phase, string Step)
{
    /// <summary>The session as a whole.</summary>
    public static Place Session { get; } = new(null, "");

    /// <summary>The step as it stands in an entry.</summary>
    public string? StepOrNull => Step.Length == 0 ? null : Step;

    /// <summary>An entry at this place.</summary>
    public PlacedBody Entry(EntryBody body, IReadOnlyCollection<Blob>? blobs = null) => new(this, body, blobs ?? []);
}

/// <summary>An entry before it has a time and a number.</summary>
internal sealed record PlacedBody(Place Place, EntryBody Body, IReadOnlyCollection<Blob> Blobs);
