using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Conclave.Engine.Definition;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;

namespace Conclave.Engine.Execution.Calls;

/// <summary>
/// Decides what a call does next from its plan and its attempts so far: a pure table, so that a restart comes to the same decision from the
/// journal as the process before it did from memory.
/// </summary>
public static class CallPolicy
{
    /// <summary>The longest wait that is honoured; a vendor that asks for more is treated as down.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(5);

    // A vendor's wait is made longer by no more than this, in milliseconds.
    private const double MostAddedMs = 5000;

    // How much of an answer that can't be read a failure shows; the journal has all of it.
    private const int ExcerptChars = 600;

    /// <summary>How often a cut-off answer is continued.</summary>
    public const int MaxContinuations = 3;

    /// <summary>The next action. Texts of the attempts must be loaded.</summary>
    /// <param name="resumes">How often the session was taken over so far: a pause from before the last time counts as mended.</param>
    public static CallAction Next(CallPlan plan, ImmutableArray<AttemptState> attempts, int resumes)
    {
        var progress = Progress.Start(plan);
        foreach (var attempt in attempts)
        {
            if (progress.Action is not CallAction.Send send || ModelRequest.Hash(send.Request.ToJson()) != attempt.Intent.RequestHash)
            {
                return new CallAction.Fail("CONC320", $"attempt {attempt.Intent.Attempt} of call {plan.Key} is in the journal, but the step would not ask it so any more");
            }

            progress = progress.After(attempt);
            if (progress.Action is CallAction.Pause && attempt.Resumes < resumes)
            {
                progress = progress.Again();
            }
        }

        return progress.Action;
    }

    /// <summary>
    /// The wait before the next attempt: what the vendor asks for and up to a tenth more, never less; else by the backoff, up to a fifth less or more.
    /// So calls that were turned away together don't come back in step.
    /// </summary>
    internal static TimeSpan Wait(CallPlan plan, int failures, long? retryAfterMs)
    {
        var jitter = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{plan.Salt}{plan.Key}#{failures}")))[0] / 255d;
        return retryAfterMs is { } asked
            ? TimeSpan.FromMilliseconds(Math.Max(0, asked) + Math.Min(MostAddedMs, Math.Max(0, asked) * 0.1 * jitter))
            : plan.Retry.Wait(failures) * (0.8 + (0.4 * jitter));
    }

    /// <summary>How far the attempts so far have brought the call.</summary>
    private sealed record Progress(CallPlan Plan, int Seat, Conversation Talk, CallAction Action)
    {
        /// <summary>Attempts on this seat that were turned away or not sent.</summary>
        private int Refusals { get; init; }

        /// <summary>Attempts that failed at the vendor and may have been paid for.</summary>
        private int PaidFailures { get; init; }

        private int InDoubts { get; init; }

        private int ReAsks { get; init; }

        private int Continuations { get; init; }

        private Agent Agent => Plan.Seats[Seat];

        public static Progress Start(CallPlan plan)
        {
            var start = new Progress(plan, 0, new Conversation(plan.Prompt), new CallAction.Fail("", ""));
            return start.Sending(AttemptReason.First, null);
        }

        /// <summary>After the user has mended what the call was paused for: the same question, with fresh counters.</summary>
        public Progress Again() => (this with { Refusals = 0, PaidFailures = 0, InDoubts = 0 }).Sending(AttemptReason.Retry, null);

        public Progress After(AttemptState attempt) => attempt.Outcome switch
        {
            CallOutcome.Answered answered => Read(answered),
            CallOutcome.Empty empty => Read(empty),
            CallOutcome.CutOff when !Plan.Continues => Does(new CallAction.Fail("CONC324", $"the answer of {Who} did not end within {Plan.MaxOutputTokens} tokens")),
            CallOutcome.CutOff cut => Continue(cut),
            CallOutcome.Refused refused => NextSeat(new CallAction.Fail("CONC322", $"{Who} would not answer: {refused.Reason}")),
            CallOutcome.Rejected rejected => After(rejected),
            CallOutcome.RateLimited limited => Later(attempt, limited.RetryAfterMs, $"{Who} limits our rate: {limited.Message}"),
            CallOutcome.Overloaded overloaded => Later(attempt, overloaded.RetryAfterMs, $"{Who} has no capacity: {overloaded.Message}"),
            CallOutcome.NotSent { HeldMs: { } } held => NextSeat(new CallAction.Pause("CONC420", held.Message, "try again later with resume")),
            CallOutcome.NotSent unsent => Later(attempt, null, $"{Who} can't be reached: {unsent.Message}"),
            CallOutcome.Failed failed => After(attempt, failed),
            CallOutcome.InDoubt doubt => After(doubt),
            null => Does(new CallAction.Fail("CONC321", $"attempt {attempt.Intent.Attempt} of call {Plan.Key} has no end")),
            _ => throw new InvalidOperationException($"No rule for {attempt.Outcome.GetType().Name}."),
        };

        private string Who => $"{Agent.Provider} ({Agent.Model})";

        private Progress Does(CallAction action) => this with { Action = action };

        private Progress Sending(AttemptReason why, DateTimeOffset? notBefore)
        {
            // A continuation can't start in the middle of a JSON document, so it is asked for as text.
            var output = Talk.IsContinuing ? null : Plan.Output;
            var limit = Math.Min(Plan.MaxOutputTokens, Agent.MaxOutputTokens ?? int.MaxValue);
            var request = new ModelRequest(Agent.Provider, Agent.Model, Agent.Role, Talk.Messages, limit, Agent.Effort, output) { SharedLength = Plan.SharedLength };
            return Does(new CallAction.Send(Agent, request, why, notBefore) { HasSubstitute = Substitute() is not null });
        }

        private Progress Read(CallOutcome outcome)
        {
            var text = ContinuedText.Join(Talk.SoFar, outcome.Text?.Text ?? "");
            var problem = Plan.Check(text) ?? (outcome is CallOutcome.Empty && text.Length == 0 ? "it is empty." : null);
            if (problem is null)
            {
                return Does(new CallAction.Done(text, Agent));
            }

            if (ReAsks > 0)
            {
                return NextSeat(new CallAction.Fail("CONC323", $"the answer of {Who} can't be read, not even after asking again: {problem} It was: {Excerpt(text)}"));
            }

            return (this with { ReAsks = ReAsks + 1, Talk = Talk.Correct(text, outcome, problem) }).Sending(AttemptReason.ReAsk, null);
        }

        private Progress Continue(CallOutcome.CutOff cut)
        {
            var more = this with { Continuations = Continuations + 1 };
            return cut switch
            {
                { Why: CutReason.Window } => NextSeat(new CallAction.Fail("CONC410", $"the question and the answer of {Who} together fill the model's context, so that the answer can't go on")),
                _ when Continuations >= MaxContinuations => NextSeat(new CallAction.Fail("CONC324", $"the answer of {Who} did not end within {Plan.MaxOutputTokens} tokens, continued {Continuations} times")),
                { Why: CutReason.Pause } when cut.Turn is not null || cut.Answer.Bytes > 0 => (more with { Talk = Talk.Resume(cut) }).Sending(AttemptReason.Continuation, null),
                { Answer.Bytes: 0 } => NextSeat(new CallAction.Fail("CONC324", $"{Who} spent all of its {Plan.MaxOutputTokens} tokens without a word of its answer: most likely on thinking")),
                _ => (more with { Talk = Talk.Continue(cut) }).Sending(AttemptReason.Continuation, null),
            };
        }

        private static string Excerpt(string text) =>
            string.IsNullOrWhiteSpace(text) ? "(empty)" : text.Length <= ExcerptChars ? text.Trim() : text[..(ExcerptChars / 2)].Trim() + " ... " + text[^(ExcerptChars / 2)..].Trim();

        private Progress After(CallOutcome.Rejected rejected) => rejected.Reason switch
        {
            RejectionKind.BadKey => Does(new CallAction.Pause("CONC301", $"{Agent.Provider} does not accept the key: {rejected.Message}", $"set a valid key for {Agent.Provider}, then resume")),
            RejectionKind.NoQuota => Does(new CallAction.Pause("CONC302", $"the account at {Agent.Provider} has no quota left: {rejected.Message}", "add credit or raise the limit there, then resume")),
            RejectionKind.NoModel => NextSeat(new CallAction.Fail("CONC303", $"{Agent.Provider} has no model {Agent.Model} for this key: {rejected.Message}")),
            RejectionKind.TooLarge => NextSeat(
                new CallAction.Fail("CONC304", $"the question is too long for {Who}: {rejected.Message}"),
                other => SeatChoice.HasLongerContext(other, Agent)),
            _ => Does(new CallAction.Fail("CONC305", $"{Who} does not accept the request: {rejected.Message}")),
        };

        private Progress Later(AttemptState attempt, long? retryAfterMs, string trouble)
        {
            var counted = this with { Refusals = Refusals + 1 };
            var wait = Wait(Plan, counted.Refusals, retryAfterMs);
            return counted.Refusals < Plan.Retry.Attempts && !(retryAfterMs > MaxWait.TotalMilliseconds)
                ? counted.Sending(AttemptReason.Retry, attempt.EndedAt + wait)
                : NextSeat(new CallAction.Pause("CONC306", trouble, "try again later with resume"));
        }

        private Progress After(AttemptState attempt, CallOutcome.Failed failed)
        {
            var counted = this with { PaidFailures = PaidFailures + 1 };
            return counted.PaidFailures <= 1
                ? counted.Sending(AttemptReason.Retry, attempt.EndedAt + Wait(Plan, 1, null))
                : NextSeat(new CallAction.Pause("CONC308", $"{Who} fails (status {failed.Status}): {failed.Message}", "try again later with resume"));
        }

        private Progress After(CallOutcome.InDoubt doubt)
        {
            var counted = this with { InDoubts = InDoubts + 1 };
            var pause = new CallAction.Pause("CONC309", $"the answer of {Who} was lost and may have been paid for: {doubt.Message}", "resume asks once more");
            return Plan.OnInDoubt switch
            {
                OnInDoubt.Fail => Does(new CallAction.Fail("CONC309", pause.Reason)),
                OnInDoubt.Retry when counted.InDoubts <= 1 => counted.Sending(AttemptReason.InDoubt, null),
                _ => counted.Does(pause),
            };
        }

        private Progress NextSeat(CallAction otherwise, Func<Agent, bool>? needs = null) => Substitute(needs) is { } next
            ? new Progress(Plan, next, new Conversation(Plan.Prompt), Action).Sending(AttemptReason.Fallback, null)
            : Does(otherwise);

        private int? Substitute(Func<Agent, bool>? needs = null) => SeatChoice.After(Plan, Seat, needs);
    }
}
