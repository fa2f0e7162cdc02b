using System.Collections.Immutable;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;

namespace Conclave.Engine.Execution;

/// <summary>What should happen next in a session: a closed set that <see cref="Scheduler"/> returns and <see cref="Runner"/> carries out.</summary>
public abstract record SchedulerDecision
{
    private SchedulerDecision()
    {
    }

    /// <summary>The phase's needs are done and its condition holds.</summary>
    /// <param name="Cells">The values of its steps.</param>
    public sealed record StartPhase(Phase Phase, ImmutableArray<MatrixCell> Cells) : SchedulerDecision;

    /// <summary>Do the steps of a phase with a loop once more.</summary>
    public sealed record StartRound(Phase Phase, int Round) : SchedulerDecision;

    /// <summary>The phase will not run.</summary>
    public sealed record SkipPhase(Phase Phase, SkipReason Why) : SchedulerDecision;

    /// <summary>Try a step, for the first time or again.</summary>
    public sealed record StartStep(Phase Phase, string Step, int Iteration, DateTimeOffset? NotBefore) : SchedulerDecision;

    /// <summary>All phases inside of a step that stands for a workflow are done.</summary>
    /// <param name="Result">Its last entry.</param>
    public sealed record EndStep(Phase Phase, string Step, EntryBody Result) : SchedulerDecision;

    /// <summary>All steps of the phase succeeded.</summary>
    public sealed record SucceedPhase(Phase Phase) : SchedulerDecision;

    /// <summary>A step failed for good, or the condition can't be evaluated.</summary>
    public sealed record FailPhase(Phase Phase, string Code, string Reason) : SchedulerDecision
    {
        /// <summary>Whether the workflow goes on without the phase.</summary>
        public bool Tolerated { get; init; }

        /// <summary>The output that later phases read instead, as JSON; null for none.</summary>
        public StoredText? Output { get; init; }

        /// <summary>What people should know about it; null for nothing.</summary>
        public string? Note { get; init; }
    }

    /// <summary>A step failed for good, and a human shall say what that means.</summary>
    public sealed record Escalate(Phase Phase, EntryBody.ApprovalAsked Question) : SchedulerDecision;

    /// <summary>Everything is done: deliver, then write the session's last entry.</summary>
    public sealed record EndSession(EntryBody Ending) : SchedulerDecision;
}
