using System.Collections.Immutable;
using Conclave.Engine.Definition;
using Conclave.Engine.Journal;

namespace Conclave.Engine.Execution;

public sealed partial record SessionState
{
    /// <summary>What keeps the session from its end.</summary>
    public SessionActivity Activity { get; init; } = SessionActivity.None;

    /// <summary>The gates that were ever opened.</summary>
    public ImmutableDictionary<DoorKey, GateState> Gates { get; init; } = ImmutableDictionary<DoorKey, GateState>.Empty;

    /// <summary>The gates that wait for an answer, the oldest first.</summary>
    public ImmutableArray<GateState> OpenGates => [.. Activity.OpenGates.Select(gate => Gates[gate.Gate])];

    /// <summary>What was noticed, degraded or left out in a phase, for people.</summary>
    public IEnumerable<string> Notes(PhaseId id)
    {
        var phase = Phase(id);
        return phase.Steps.SelectMany(step => step.Notes).Concat(phase.Note is { } note ? [note] : []);
    }
}

/// <summary>A question to a human, with its answer once there is one.</summary>
/// <param name="Step">The label of the step in a phase with a matrix; else null.</param>
public sealed record GateState(EntryBody.ApprovalAsked Asked, DateTimeOffset AskedAt, PhaseId Phase, string? Step)
{
    /// <summary>The answer; null when there is none.</summary>
    public EntryBody.ApprovalGiven? Given { get; init; }

    /// <summary>Its name in the journal.</summary>
    public DoorKey Key => Asked.Gate;

    /// <summary>Its name for people: the phase, or <c>phase/step</c> in a matrix.</summary>
    public string Name => SessionActivity.NameOf(Phase, Step);
}
