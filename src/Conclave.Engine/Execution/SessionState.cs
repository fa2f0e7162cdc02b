using System.Collections.Immutable;
using Conclave.Engine.Council;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;

namespace Conclave.Engine.Execution;

/// <summary>Where a session stands: nothing but a left fold of its journal (<see cref="SessionFold"/>).</summary>
public sealed partial record SessionState(SessionId Id, DateTimeOffset CreatedAt, EntryBody.SessionCreated Created)
{
    /// <summary>The number of the last entry.</summary>
    public long Seq { get; init; }

    /// <summary>The time of the last entry.</summary>
    public DateTimeOffset Time { get; init; } = CreatedAt;

    /// <summary>How long it has been worked on: without the time in which it was queued, paused, waiting for people, or without a process.</summary>
    public TimeSpan Worked { get; init; }

    /// <summary>Where it stands.</summary>
    public SessionStatus Status { get; init; } = SessionStatus.Queued;

    /// <summary>Why it is paused, or how it ended.</summary>
    public StatusReason? Reason { get; init; }

    /// <summary>What is known about the result so far: the last verification of any step.</summary>
    public VerificationSummary? Verification { get; init; }

    /// <summary>The phases that have begun or were skipped.</summary>
    public ImmutableDictionary<PhaseId, PhaseState> Phases { get; init; } = ImmutableDictionary<PhaseId, PhaseState>.Empty;

    /// <summary>The calls, with their attempts.</summary>
    public ImmutableDictionary<DoorKey, CallState> Calls { get; init; } = ImmutableDictionary<DoorKey, CallState>.Empty;

    /// <summary>The effects.</summary>
    public ImmutableDictionary<DoorKey, EffectState> Effects { get; init; } = ImmutableDictionary<DoorKey, EffectState>.Empty;

    /// <summary>The ballots in the order they came.</summary>
    public ImmutableList<Ballot> Ballots { get; init; } = [];

    /// <summary>The council's decisions in the order they were made.</summary>
    public ImmutableList<CouncilDecision> Decisions { get; init; } = [];

    /// <summary>The project's files, each as the last accepted change left it.</summary>
    public ImmutableSortedDictionary<string, FileChange> Files { get; init; } = ImmutableSortedDictionary.Create<string, FileChange>(StringComparer.Ordinal);

    /// <summary>The accepted changes in order; the project's git history is made from them.</summary>
    public ImmutableList<AcceptedChange> Changes { get; init; } = [];

    /// <summary>Where the result is delivered, absolute.</summary>
    public string OutputDirectory { get; init; } = Created.Settings.OutputDirectory;

    /// <summary>The budget, in USD.</summary>
    public decimal BudgetUsd { get; init; } = Created.Settings.BudgetUsd;

    /// <summary>The sum of all attempts that ended; those in doubt at their worst case.</summary>
    public decimal SpentUsd { get; init; }

    /// <summary>The part of <see cref="SpentUsd"/> that belongs to attempts in doubt.</summary>
    public decimal InDoubtUsd { get; init; }

    /// <summary>What the phases that were kept from another session cost there; it is no part of <see cref="SpentUsd"/>.</summary>
    public decimal KeptUsd { get; init; }

    /// <summary>The worst cases of the attempts that are under way.</summary>
    public decimal ReservedUsd { get; init; }

    /// <summary>How often the user resumed the session when a phase's own budget had paused it; each time allows the phase that budget once more.</summary>
    public ImmutableDictionary<PhaseId, int> BudgetGrants { get; init; } = ImmutableDictionary<PhaseId, int>.Empty;

    /// <summary>How often a process took the session over; a pause's reason counts as mended after the next one.</summary>
    public int Resumes { get; init; }

    /// <summary>The signals that were folded in.</summary>
    public ImmutableHashSet<string> Signals { get; init; } = [];

    /// <summary>The wish to stop that was received and is not yet fulfilled; null for none.</summary>
    public SignalBody? StopWish { get; init; }

    /// <summary>Whether nothing more will happen.</summary>
    public bool IsEnded => Status is SessionStatus.Succeeded or SessionStatus.Failed or SessionStatus.Cancelled;

    /// <summary>The phase's state; one that has not begun is pending.</summary>
    public PhaseState Phase(PhaseId id) => Phases.GetValueOrDefault(id, PhaseState.Pending);

    /// <summary>The attempts of a call; none when it was never made.</summary>
    public ImmutableArray<AttemptState> Attempts(DoorKey call) => Calls.TryGetValue(call, out var state) ? state.Attempts : [];

    /// <summary>The attempts of this session itself, not those of phases that it keeps from another.</summary>
    public IEnumerable<AttemptState> OwnAttempts() => Calls.Values.SelectMany(call => call.Attempts).Where(attempt => attempt.KeptUsd is null);

    /// <summary>The agent that plays this role.</summary>
    public AgentSeat Seat(AgentId agent) => Created.Agents.First(seat => seat.Agent.Id == agent);
}

/// <summary>Why a session is paused, or how it ended.</summary>
/// <param name="Code">A <c>CONCnnn</c> number; null when the user wished it.</param>
public sealed record StatusReason(string Text, string? Code = null, string? Fix = null, PhaseId? Phase = null);

/// <summary>Where a phase stands.</summary>
public sealed record PhaseState(PhaseStatus Status, ImmutableArray<StepState> Steps)
{
    /// <summary>Not begun.</summary>
    public static PhaseState Pending { get; } = new(PhaseStatus.Pending, []);

    /// <summary>The session in which it ran, when it was kept from there; null when it ran here.</summary>
    public SessionId? KeptFrom { get; init; }

    /// <summary>The round of its steps that was begun last, from 1.</summary>
    public int Round { get; init; } = 1;

    /// <summary>The values of its steps, where they were known only when it started.</summary>
    public StoredText? Cells { get; init; }

    /// <summary>Why it failed.</summary>
    public StatusReason? Failure { get; init; }

    /// <summary>The output that stands in for that of a phase that failed, as JSON; null for none.</summary>
    public StoredText? Output { get; init; }

    /// <summary>What was noticed when it failed, for people.</summary>
    public string? Note { get; init; }

    /// <summary>When it began; null when it never did.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How long the session had been worked on when it began.</summary>
    public TimeSpan StartedAfter { get; init; }

    /// <summary>The same when it ended.</summary>
    public TimeSpan EndedAfter { get; init; }

    /// <summary>Whether nothing more will happen to it.</summary>
    public bool IsDone => Status is not (PhaseStatus.Pending or PhaseStatus.Running);

    /// <summary>The texts that decisions about it read.</summary>
    public IEnumerable<StoredText> Texts() => Steps.SelectMany(step => new[] { step.Output, step.Previous }).Append(Cells).Append(Output).OfType<StoredText>();

    /// <summary>Whether the phases after it may run.</summary>
    public bool SatisfiesNeeds => Status is PhaseStatus.Succeeded or PhaseStatus.Skipped or PhaseStatus.Tolerated;
}

/// <summary>The states of a phase.</summary>
public enum PhaseStatus
{
    /// <summary>Waits for its needs.</summary>
    Pending,

    /// <summary>Its steps run.</summary>
    Running,

    /// <summary>All its steps succeeded.</summary>
    Succeeded,

    /// <summary>A step failed for good.</summary>
    Failed,

    /// <summary>A step failed, and the workflow goes on without it.</summary>
    Tolerated,

    /// <summary>Its own condition was false.</summary>
    Skipped,

    /// <summary>Something before it failed.</summary>
    Blocked,

    /// <summary>The session was cancelled before it was done.</summary>
    Cancelled,
}

/// <summary>Where a step stands.</summary>
/// <param name="Iteration">The last try of the round, from 1; 0 when it never began.</param>
public sealed record StepState(string Label, StepStatus Status, int Iteration)
{
    /// <summary>The time before which the next or the running try does not start.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Its output as JSON, once it succeeded.</summary>
    public StoredText? Output { get; init; }

    /// <summary>Its output in the round before; null in the first.</summary>
    public StoredText? Previous { get; init; }

    /// <summary>The files it wrote or deleted, in all rounds.</summary>
    public ImmutableArray<FileChange> Files { get; init; } = [];

    /// <summary>The part of <see cref="Files"/> that is from earlier rounds.</summary>
    public ImmutableArray<FileChange> EarlierFiles { get; init; } = [];

    /// <summary>Why its last try failed.</summary>
    public StatusReason? Failure { get; init; }

    /// <summary>What was noticed, for people.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}

/// <summary>The states of a step.</summary>
public enum StepStatus
{
    /// <summary>To be tried, for the first time or again.</summary>
    Pending,

    /// <summary>A try is under way.</summary>
    Running,

    /// <summary>It gave its output.</summary>
    Succeeded,

    /// <summary>It failed for good.</summary>
    Failed,
}

/// <summary>A call with its attempts.</summary>
public sealed record CallState(DoorKey Key, PhaseId? Phase, string? Step, ImmutableArray<AttemptState> Attempts)
{
    /// <summary>The round of its phase in which it was made, from 1.</summary>
    public int Round { get; init; } = 1;
}

/// <summary>One network request of a call.</summary>
public sealed record AttemptState(EntryBody.AttemptStarted Intent, DateTimeOffset StartedAt)
{
    /// <summary>How it ended; null while it is under way.</summary>
    public CallOutcome? Outcome { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset EndedAt { get; init; }

    /// <summary>What it cost this session; nothing when it was answered from the cache or belongs to another session.</summary>
    public decimal CostUsd { get; init; }

    /// <summary>What it cost in the session from which it was kept; null when it was made here.</summary>
    public decimal? KeptUsd { get; init; }

    /// <summary>The stored answer that was used; null for a real request.</summary>
    public CacheHit? Cached { get; init; }

    /// <summary>How often the session had been taken over when it ended.</summary>
    public int Resumes { get; init; }
}

/// <summary>An effect: begun, and with a result once it is done.</summary>
public sealed record EffectState(DoorKey Key, DateTimeOffset StartedAt, StoredText? Result);

/// <summary>The files of one step, accepted when its phase succeeded.</summary>
/// <param name="Seq">The number of the phase's last entry, which gives the order.</param>
public sealed record AcceptedChange(long Seq, DateTimeOffset Time, PhaseId Phase, string Step, ImmutableArray<FileChange> Files);
