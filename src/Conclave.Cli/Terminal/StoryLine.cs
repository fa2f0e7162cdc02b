using System.Text.Json;
using Conclave.Engine;
using Conclave.Engine.Council;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Workspace.Verification;

namespace Conclave.Cli.Terminal;

/// <summary>An entry as one line for people; null for entries that tell people nothing. Everything from models is made safe here.</summary>
internal static class StoryLine
{
    public static string? Of(JournalEntry entry, SessionState state) => entry.Body switch
    {
        EntryBody.SessionCreated created => $"session {entry.SessionId}: {SafeText.Line(created.Description.Text, 100)}",
        EntryBody.SessionResumed { Reason: ResumeReason.Recovered } resumed => $"resumed from the journal: the process before this one went away without a word{Moved(resumed)}",
        EntryBody.SessionResumed resumed => $"resumed{Moved(resumed)}",
        EntryBody.SessionPaused paused => $"paused: {Coded(paused.Code, paused.Reason)}",
        EntryBody.SessionFailed failed => $"failed: {Coded(failed.Code, failed.Reason)}",
        EntryBody.SessionCancelled cancelled => $"cancelled: {SafeText.Line(cancelled.Reason, 200)}",
        EntryBody.SignalReceived signal => signal.Signal switch { SignalBody.Cancel => "cancelling", SignalBody.Pause => "pausing", _ => null },
        EntryBody.ApprovalAsked asked => Asking(entry, state, state.Gates[asked.Gate]),
        EntryBody.ApprovalGiven given => At(entry, $"answered: {GateText.Answer(given)}"),
        EntryBody.AlertRaised alert => $"{alert.Code} {SafeText.Line(alert.Message, 300)}",
        EntryBody.PhaseKept kept => At(entry, $"kept from {kept.Origin}: {Done(entry.Phase!.Value, state)}"),
        EntryBody.PhaseStarted => At(entry, "started"),
        EntryBody.RoundStarted round => At(entry, $"round {round.Round}"),
        EntryBody.PhaseSucceeded => At(entry, Done(entry.Phase!.Value, state)),
        EntryBody.PhaseFailed failed => At(entry, $"failed: {Coded(failed.Code, failed.Reason)}"),
        EntryBody.PhaseSkipped skipped => At(entry, skipped.Why switch
        {
            SkipReason.Condition => "skipped: its condition is false",
            SkipReason.Blocked => "skipped: something before it failed",
            _ => "skipped: the session is being cancelled",
        }),
        EntryBody.StepFailed { RetryAt: { } again } failed => At(entry, $"failed, and is tried again in {Figures.Time(again - entry.Time)}: {SafeText.Line(failed.Reason, 200)}"),
        EntryBody.StepSucceeded { Notes.IsEmpty: false } done => string.Join('\n', done.Notes.Select(note => At(entry, $"note: {SafeText.Line(note, 300)}"))),
        EntryBody.AttemptStarted started => Asking(entry, started, state),
        EntryBody.AttemptEnded ended => Answered(entry, ended, state),
        EntryBody.DecisionMade made => At(entry, Decided(made.Decision)),
        EntryBody.EffectDone { Result.IsLoaded: true } done when IsCheck(done.Effect) => At(entry, Checked(done.Result.Text)),
        _ => null,
    };

    private static string Asking(JournalEntry entry, SessionState state, GateState gate) => string.Join(
        '\n',
        At(entry, $"asks you: {GateText.Question(gate, 300)} ({GateText.Options(gate)})"),
        At(entry, $"answer with: {GateText.Command(state, gate)}"));

    private static string Moved(EntryBody.SessionResumed resumed) => resumed.OutputDirectory is { } place ? $"; the project goes to {SafeText.Line(place, 200)}" : "";

    private static string At(JournalEntry entry, string what)
    {
        var where = entry.Step is null ? entry.Phase?.Value : $"{entry.Phase}[{SafeText.Line(entry.Step, 40)}]";
        return where is null ? what : $"{where,-16} {what}";
    }

    private static string Done(PhaseId phase, SessionState state)
    {
        var figures = Figures.OfPhase(state, phase);
        var time = state.Phase(phase) is { StartedAt: not null } done ? Figures.Time(Figures.Worked(state, done, state.Time)) : "";
        var kept = state.Calls.Values.Where(call => call.Phase == phase).SelectMany(call => call.Attempts).Sum(attempt => attempt.KeptUsd);
        if (kept > 0)
        {
            return $"done in {time} there, {Figures.Money(kept.Value)} paid there";
        }

        return figures.Attempts == 0 ? $"done in {time}" : $"done in {time}: {figures}";
    }

    // Votes are many and short: their outcome is told instead.
    private static string? Asking(JournalEntry entry, EntryBody.AttemptStarted started, SessionState state) => started switch
    {
        // What comes from the cache is told once, as an answer.
        _ when state.Attempts(started.Call)[started.Attempt - 1].Cached is not null => null,
        // What was not even sent is told once too, by its end.
        _ when state.Attempts(started.Call)[started.Attempt - 1].Outcome is CallOutcome.NotSent { HeldMs: not null } => null,
        _ when IsBallot(started.Call) && started.Why == AttemptReason.First => null,
        { Why: AttemptReason.First } => At(entry, $"{started.Agent} ({started.Model}) is writing"),
        { Why: AttemptReason.Fallback } => At(entry, $"{started.Agent} ({started.Model}) is asked instead"),
        { Why: AttemptReason.ReAsk } => At(entry, $"{started.Agent} is asked again: its answer could not be used"),
        { Why: AttemptReason.Continuation } => At(entry, $"{started.Agent} goes on with an answer that was cut off"),
        { Why: AttemptReason.InDoubt } => At(entry, $"{started.Agent} is asked once more: the answer before was lost and may have been paid for"),
        _ => At(entry, $"{started.Agent} tries again"),
    };

    private static string? Answered(JournalEntry entry, EntryBody.AttemptEnded ended, SessionState state)
    {
        var attempt = state.Attempts(ended.Call)[ended.Attempt - 1].Intent;
        return ended.Outcome switch
        {
            CallOutcome.Answered when ended.Cached is { } hit => At(entry, $"{attempt.Agent} ({attempt.Model}) answered from the cache: nothing was sent, {Figures.Money(hit.SavedUsd)} saved"),
            CallOutcome.Answered when IsBallot(ended.Call) => null,
            CallOutcome.Answered answered => At(entry, $"{attempt.Agent} answered in {Figures.Time(TimeSpan.FromMilliseconds(ended.DurationMs))}: {Figures.Count((answered.Usage?.InputTokens ?? 0) + (answered.Usage?.OutputTokens ?? 0))} tokens, {Figures.Money(ended.CostUsd)}"),
            CallOutcome.CutOff { Why: CutReason.Pause } => At(entry, $"{attempt.Agent}: {attempt.Provider} paused in the middle of the answer"),
            CallOutcome.CutOff { Why: CutReason.Window } => At(entry, $"{attempt.Agent}: the answer was cut off where the model's context is full"),
            CallOutcome.CutOff => At(entry, $"{attempt.Agent}: the answer was cut off at its limit"),
            CallOutcome.Empty => At(entry, $"{attempt.Agent} gave an empty answer"),
            CallOutcome.Refused refused => At(entry, $"{attempt.Provider} would not answer: {SafeText.Line(refused.Reason, 200)}"),
            CallOutcome.Rejected rejected => At(entry, $"{attempt.Provider} turned the request down: {SafeText.Line(rejected.Message, 200)}"),
            CallOutcome.RateLimited limited => At(entry, $"{attempt.Provider} limits our rate{After(limited.RetryAfterMs)}"),
            CallOutcome.Overloaded overloaded => At(entry, $"{attempt.Provider} has no capacity{After(overloaded.RetryAfterMs)}"),
            CallOutcome.NotSent { HeldMs: { } held } unsent => At(entry, $"{attempt.Agent} is not asked for now: {SafeText.Line(unsent.Message, 200)} ({Figures.Time(TimeSpan.FromMilliseconds(held))} more)"),
            CallOutcome.NotSent unsent => At(entry, $"{attempt.Provider} can't be reached: {SafeText.Line(unsent.Message, 200)}"),
            CallOutcome.Failed failed => At(entry, $"{attempt.Provider} failed ({failed.Status}): {SafeText.Line(failed.Message, 200)}"),
            CallOutcome.InDoubt doubt => At(entry, $"{attempt.Agent}: in doubt, {SafeText.Line(doubt.Message, 200)}; {Figures.Money(ended.CostUsd)} stay counted"),
            _ => null,
        };
    }

    private static string After(long? milliseconds) => milliseconds switch
    {
        null => "; trying again soon",
        { } wait when wait > CallPolicy.MaxWait.TotalMilliseconds => $" and asks us to wait {Figures.Time(TimeSpan.FromMilliseconds(wait))}, which is too long",
        { } wait => $"; going on in {Figures.Time(TimeSpan.FromMilliseconds(wait))}",
    };

    private static string Decided(CouncilDecision decision)
    {
        var how = decision.Method switch
        {
            DecisionMethod.Majority => $"majority, {string.Join(" and ", decision.Vendors)}",
            DecisionMethod.DomainOwner => $"no majority, {decision.Conflict.Owner} owns it",
            _ => "no majority, the default",
        };
        var dissent = decision.Dissent.IsEmpty ? "" : $"; against: {string.Join(", ", decision.Dissent)}";
        return $"decided: {SafeText.Line(decision.Conflict.Question, 60)} {SafeText.Line(decision.ChoiceText(), 90)} ({how}{dissent})";
    }

    private static bool IsCheck(DoorKey effect) => effect.Value.Contains("/check-", StringComparison.Ordinal);

    private static string Checked(string report)
    {
        var seen = JsonSerializer.Deserialize<VerificationReport>(report, EngineJson.Options)!;
        return seen.Outcome switch
        {
            VerificationOutcome.Verified => $"the project's tests pass: {SafeText.Line(seen.Reason, 200)}",
            VerificationOutcome.Red => $"the project's tests fail: {SafeText.Line(seen.Reason, 200)}",
            _ => $"not verified: {SafeText.Line(seen.Reason, 200)}",
        };
    }

    private static bool IsBallot(DoorKey call) => call.Value.EndsWith("/ab", StringComparison.Ordinal) || call.Value.EndsWith("/ba", StringComparison.Ordinal);

    private static string Coded(string? code, string text) => code is null ? SafeText.Line(text, 300) : $"{code} {SafeText.Line(text, 300)}";
}
