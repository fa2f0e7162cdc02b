using System.Collections.Immutable;
using Conclave.Engine.Budget;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;

namespace Conclave.Engine.Execution;

/// <summary>What each entry means: the state after it, from the state before it. Pure, and the only place where states change.</summary>
public static partial class SessionFold
{
    /// <summary>The state after one more entry; the first must be the session's creation.</summary>
    public static SessionState Apply(SessionState? state, JournalEntry entry)
    {
        if (state is null)
        {
            return entry.Body is EntryBody.SessionCreated created
                ? new SessionState(entry.SessionId, entry.Time, created) { Seq = entry.Seq }
                : throw new InvalidOperationException($"The first entry of session {entry.SessionId} is {entry.Body.Kind()}, not its creation.");
        }

        return Projected(Next(Worked(state, entry), entry), entry) with { Seq = entry.Seq, Time = entry.Time };
    }

    // Nobody worked while it was paused or waited for people, nor between the death of a process and the next one.
    private static SessionState Worked(SessionState state, JournalEntry entry) => state.Status == SessionStatus.Running && entry.Body is not EntryBody.SessionResumed && entry.Time > state.Time
        ? state with { Worked = state.Worked + (entry.Time - state.Time) }
        : state;

    private static SessionState Next(SessionState state, JournalEntry entry) => entry.Body switch
    {
        EntryBody.SessionCreated => throw new InvalidOperationException($"Session {state.Id} was created twice."),
        EntryBody.SessionQueued => state with { Status = SessionStatus.Queued },
        EntryBody.SessionPaused paused => state with { Status = SessionStatus.Paused, Reason = new StatusReason(paused.Reason, paused.Code, paused.Fix, paused.Phase), StopWish = null },
        EntryBody.SessionResumed resumed => Resumed(state, resumed),
        EntryBody.SessionSucceeded ended => state with { Status = SessionStatus.Succeeded, Reason = new StatusReason(ended.VerdictReason) },
        EntryBody.SessionFailed ended => state with { Status = SessionStatus.Failed, Reason = new StatusReason(ended.Reason, ended.Code, null, ended.FailedPhase) },
        EntryBody.SessionCancelled ended => Cancelled(state, ended),
        EntryBody.SignalReceived received => state with { Signals = state.Signals.Add(received.SignalId), StopWish = Wish(state.StopWish, received.Signal) },
        EntryBody.AlertRaised => state,
        EntryBody.RoundStarted round => NextRound(state, entry.Phase!.Value, round.Round),
        EntryBody.PhaseStarted or EntryBody.PhaseSucceeded or EntryBody.PhaseFailed or EntryBody.PhaseSkipped => OnPhase(state, entry, entry.Phase!.Value),
        EntryBody.PhaseKept kept => Kept(state, entry, kept),
        EntryBody.StepStarted or EntryBody.StepSucceeded or EntryBody.StepFailed => OnStep(state, entry, entry.Phase!.Value),
        EntryBody.AttemptStarted started => Started(state, entry, started),
        EntryBody.AttemptEnded ended => Ended(state, entry, ended),
        EntryBody.EffectStarted effect => state with { Effects = state.Effects.SetItem(effect.Effect, new EffectState(effect.Effect, entry.Time, null)) },
        EntryBody.EffectDone effect => state with { Effects = state.Effects.SetItem(effect.Effect, state.Effects[effect.Effect] with { Result = effect.Result }) },
        EntryBody.BallotCast cast => state with { Ballots = state.Ballots.Add(cast.Ballot) },
        EntryBody.ApprovalAsked asked => Asked(state, entry, asked),
        EntryBody.ApprovalGiven given => Given(state, given),
        EntryBody.DecisionMade made => state with { Decisions = state.Decisions.Add(made.Decision) },
        _ => throw new InvalidOperationException($"No fold for {entry.Body.Kind()}."),
    };

    private static SessionState Resumed(SessionState state, EntryBody.SessionResumed resumed) => state with
    {
        Status = SessionStatus.Running,
        Reason = null,
        Resumes = state.Resumes + 1,
        BudgetUsd = resumed.BudgetUsd ?? state.BudgetUsd,
        StopWish = state.StopWish as SignalBody.Cancel,
        OutputDirectory = resumed.OutputDirectory ?? state.OutputDirectory,
        BudgetGrants = state.Reason is { Code: Allowance.PhaseCode, Phase: { } phase } && resumed.Reason == ResumeReason.Resumed
            ? state.BudgetGrants.SetItem(phase, state.BudgetGrants.GetValueOrDefault(phase) + 1)
            : state.BudgetGrants,
    };

    private static SessionState Cancelled(SessionState state, EntryBody.SessionCancelled ended) => state with
    {
        Status = SessionStatus.Cancelled,
        Reason = new StatusReason(ended.Reason),
        StopWish = null,
        Phases = state.Created.Phases.ToImmutableDictionary(
            id => id,
            id => state.Phase(id) is { IsDone: true } done ? done : state.Phase(id) with { Status = PhaseStatus.Cancelled }),
    };

    private static SessionState OnPhase(SessionState state, JournalEntry entry, PhaseId id)
    {
        var before = state.Phase(id);
        var after = entry.Body switch
        {
            EntryBody.PhaseStarted started => new PhaseState(PhaseStatus.Running, [.. started.Steps.Select(label => new StepState(label, StepStatus.Pending, 0))]) { StartedAt = entry.Time, StartedAfter = state.Worked, Cells = started.Cells },
            EntryBody.PhaseSucceeded => before with { Status = PhaseStatus.Succeeded, EndedAt = entry.Time, EndedAfter = state.Worked },
            EntryBody.PhaseFailed failed => before with
            {
                Status = failed.Tolerated ? PhaseStatus.Tolerated : PhaseStatus.Failed,
                Failure = new StatusReason(failed.Reason, failed.Code, null, id),
                Output = failed.Output,
                Note = failed.Note,
                EndedAt = entry.Time,
                EndedAfter = state.Worked,
            },
            EntryBody.PhaseSkipped skipped => before with
            {
                Status = skipped.Why switch { SkipReason.Condition => PhaseStatus.Skipped, SkipReason.Blocked => PhaseStatus.Blocked, _ => PhaseStatus.Cancelled },
                EndedAt = entry.Time,
            },
            _ => throw new InvalidOperationException($"No fold for {entry.Body.Kind()}."),
        };
        var next = state with { Status = SessionStatus.Running, Phases = state.Phases.SetItem(id, after) };
        return entry.Body is EntryBody.PhaseSucceeded ? Accept(next, entry, id, after) : next;
    }

    // What the round before gave is kept; tries count anew.
    private static SessionState NextRound(SessionState state, PhaseId id, int round)
    {
        var before = state.Phase(id);
        var steps = before.Steps.Select(step => new StepState(step.Label, StepStatus.Pending, 0)
        {
            Previous = step.Output,
            Files = step.Files,
            EarlierFiles = step.Files,
            Notes = step.Notes,
        });
        return state with { Phases = state.Phases.SetItem(id, before with { Round = round, Steps = [.. steps] }) };
    }

    // Files become the project's when the whole phase is accepted, in the order of the matrix.
    private static SessionState Accept(SessionState state, JournalEntry entry, PhaseId id, PhaseState phase)
    {
        var changes = phase.Steps
            .Where(step => !step.Files.IsEmpty)
            .Select(step => new AcceptedChange(entry.Seq, entry.Time, id, step.Label, step.Files));
        return state with { Files = state.Files.After(phase.Steps.SelectMany(step => step.Files)), Changes = state.Changes.AddRange(changes) };
    }

    private static SessionState OnStep(SessionState state, JournalEntry entry, PhaseId id)
    {
        var phase = state.Phase(id);
        var label = entry.Step ?? "";
        var at = phase.Steps.Select((step, index) => (step, index)).First(pair => pair.step.Label == label).index;
        var before = phase.Steps[at];
        var after = entry.Body switch
        {
            EntryBody.StepStarted started => before with { Status = StepStatus.Running, Iteration = started.Iteration, NotBefore = started.NotBefore },
            EntryBody.StepSucceeded done => before with { Status = StepStatus.Succeeded, Output = done.Output, Files = before.EarlierFiles.Then(done.Files), Notes = done.Notes, Failure = null },
            EntryBody.StepFailed failed => before with
            {
                Status = failed.RetryAt is null ? StepStatus.Failed : StepStatus.Pending,
                NotBefore = failed.RetryAt,
                Files = before.EarlierFiles.Then(failed.Files),
                Failure = new StatusReason(failed.Reason, failed.Code, null, id),
            },
            _ => throw new InvalidOperationException($"No fold for {entry.Body.Kind()}."),
        };
        var verification = entry.Body switch
        {
            EntryBody.StepSucceeded { Verification: { } seen } => seen,
            EntryBody.StepFailed { Verification: { } seen } => seen,
            _ => state.Verification,
        };
        return state with
        {
            Verification = verification,
            Phases = state.Phases.SetItem(id, phase with { Steps = phase.Steps.SetItem(at, after) }),
        };
    }

    private static SessionState Started(SessionState state, JournalEntry entry, EntryBody.AttemptStarted started)
    {
        var call = state.Calls.GetValueOrDefault(started.Call, new CallState(started.Call, entry.Phase, entry.Step, []) { Round = entry.Phase is { } phase ? state.Phase(phase).Round : 1 });
        return state with
        {
            ReservedUsd = state.ReservedUsd + started.ReservedUsd,
            Calls = state.Calls.SetItem(started.Call, call with { Attempts = call.Attempts.Add(new AttemptState(started, entry.Time)) }),
        };
    }

    private static SessionState Ended(SessionState state, JournalEntry entry, EntryBody.AttemptEnded ended)
    {
        var call = state.Calls[ended.Call];
        var attempt = call.Attempts[ended.Attempt - 1];
        var after = attempt with { Outcome = ended.Outcome, CostUsd = ended.CostUsd, EndedAt = entry.Time, Resumes = state.Resumes, Cached = ended.Cached };
        return state with
        {
            ReservedUsd = state.ReservedUsd - attempt.Intent.ReservedUsd,
            SpentUsd = state.SpentUsd + ended.CostUsd,
            InDoubtUsd = state.InDoubtUsd + (ended.Outcome is CallOutcome.InDoubt ? ended.CostUsd : 0m),
            Calls = state.Calls.SetItem(ended.Call, call with { Attempts = call.Attempts.SetItem(ended.Attempt - 1, after) }),
        };
    }
}
