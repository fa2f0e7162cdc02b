using Conclave.Engine;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;

namespace Conclave.Server.Asking;

/// <summary>Why a question by hand has no whole answer.</summary>
/// <param name="Class">
/// A closed set: <c>bad_key no_quota no_model too_large bad_request refused empty cut_off unreadable rate_limited overloaded not_sent failed in_doubt
/// over_budget timeout cancelled other</c>.
/// </param>
/// <param name="Status">The HTTP status; null when there was none.</param>
/// <param name="Code">The <c>CONCnnn</c> number; null when the user stopped it.</param>
/// <param name="Retryable">Whether the same question can go well later, with nothing changed.</param>
/// <param name="RetryAfterMs">How long the vendor asks to wait; null when it does not say.</param>
public sealed record CallError(string Class, int? Status, string? Code, string Message, bool Retryable, long? RetryAfterMs, string? Fix)
{
    internal static CallError? Of(Question question, SessionState state, CallOutcome? last, string? text, bool cancelled)
    {
        if (cancelled)
        {
            return new CallError("cancelled", null, null, Billed(state), true, null, null);
        }

        if (state.Status == SessionStatus.Succeeded)
        {
            return string.IsNullOrWhiteSpace(text)
                ? new CallError("empty", null, "CONC439", $"the answer of {question.Agent.Provider} ({question.Agent.Model}) is empty", true, null, "raise --max-output-tokens if it was spent on thinking")
                : null;
        }

        var why = state.Phase(QuestionWorkflow.Phase).Failure ?? state.Reason;
        var kind = Kind(why?.Code, last);
        return new CallError(kind, AttemptReport.StatusOf(last), why?.Code, why?.Text ?? "the question was not answered", Repeatable(kind), Wait(last), FixOf(kind, question, why?.Fix));
    }

    private static string Kind(string? code, CallOutcome? last) => (code, last) switch
    {
        ("CONC401" or "CONC403", _) => "over_budget",
        ("CONC034", _) => "timeout",
        (_, CallOutcome.Empty) => "empty",
        ("CONC323", _) => "unreadable",
        (_, CallOutcome.Rejected rejected) => EngineText.Snake(rejected.Reason),
        (_, null or CallOutcome.Answered) => "other",
        _ => AttemptReport.Kind(last),
    };

    private static bool Repeatable(string kind) => kind is "rate_limited" or "overloaded" or "not_sent" or "failed" or "in_doubt" or "timeout" or "empty" or "unreadable";

    private static long? Wait(CallOutcome? outcome) => outcome switch
    {
        CallOutcome.RateLimited limited => limited.RetryAfterMs,
        CallOutcome.Overloaded overloaded => overloaded.RetryAfterMs,
        _ => null,
    };

    // What a session says at this point speaks of resuming it; here there is nothing to resume.
    private static string? FixOf(string kind, Question question, string? otherwise) => kind switch
    {
        "bad_key" => $"set another with `conclave keys set {question.Agent.Provider}`, and try it with `conclave keys check`",
        "no_quota" => "add credit or raise the limit at the vendor",
        "no_model" => "take another model; `conclave keys check` tells whether the key can use those of the workflow",
        "too_large" => "shorten the question, or take a model with a larger context",
        "cut_off" => "raise --max-output-tokens",
        "over_budget" => "raise --budget, or lower --max-output-tokens",
        "timeout" => "raise --timeout",
        "rate_limited" or "overloaded" or "not_sent" or "failed" => "try again later",
        "in_doubt" => "asking again may be billed again",
        "bad_request" or "refused" or "unreadable" or "empty" => null,
        _ => otherwise,
    };

    private static string Billed(SessionState state) => state.InDoubtUsd > 0
        ? FormattableString.Invariant($"stopped while a request was under way; it may have been billed, at most ${state.InDoubtUsd:0.0000}")
        : state.SpentUsd > 0 ? FormattableString.Invariant($"stopped; ${state.SpentUsd:0.0000} were billed before") : "stopped; nothing was billed";
}
