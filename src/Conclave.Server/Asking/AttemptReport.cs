using System.Text.Json;
using Conclave.Engine.Budget;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;

namespace Conclave.Server.Asking;

/// <summary>One request of a question by hand.</summary>
/// <param name="Why">Why it was sent.</param>
/// <param name="Status">The HTTP status; null when there was none or it was an ordinary answer.</param>
/// <param name="Message">What went wrong, in the vendor's words; null when nothing did.</param>
public sealed record AttemptReport(AttemptReason Why, string Outcome, int? Status, string? StopReason, string? Message, string? RequestId, Usage? Usage, decimal CostUsd, long DurationMs)
{
    /// <summary>Reads it out of the state.</summary>
    public static AttemptReport Of(AttemptState attempt) => new(
        attempt.Intent.Why,
        Kind(attempt.Outcome),
        StatusOf(attempt.Outcome),
        StopReasonOf(attempt.Outcome),
        MessageOf(attempt.Outcome),
        attempt.Outcome?.RequestId,
        attempt.Outcome?.Tokens,
        attempt.CostUsd,
        (long)(attempt.EndedAt - attempt.StartedAt).TotalMilliseconds);

    /// <summary>The outcome's name; <c>not_asked</c> when nothing was sent.</summary>
    internal static string Kind(CallOutcome? outcome) => outcome is null ? "not_asked" : JsonNamingPolicy.SnakeCaseLower.ConvertName(outcome.GetType().Name);

    /// <summary>Why the answer ended, in the vendor's word, such as <c>end_turn</c> or <c>MAX_TOKENS</c>; ours where it gave none; null when there is no answer.</summary>
    internal static string? StopReasonOf(CallOutcome? outcome) => outcome?.StopReason ?? outcome switch
    {
        CallOutcome.Answered or CallOutcome.Empty => "end",
        CallOutcome.CutOff => "max_output_tokens",
        CallOutcome.Refused refused => refused.Reason,
        _ => null,
    };

    internal static string? ModelOf(CallOutcome? outcome) => outcome switch
    {
        CallOutcome.Answered answered => answered.ResponseModel,
        CallOutcome.CutOff cut => cut.ResponseModel,
        CallOutcome.Empty empty => empty.ResponseModel,
        _ => null,
    };

    // What never left, or has no status of its own, has none.
    internal static int? StatusOf(CallOutcome? outcome) => outcome switch
    {
        CallOutcome.Rejected { Status: > 0 } rejected => rejected.Status,
        CallOutcome.RateLimited => 429,
        CallOutcome.Overloaded overloaded => overloaded.Status,
        CallOutcome.Failed failed => failed.Status,
        _ => null,
    };

    internal static string? MessageOf(CallOutcome? outcome) => outcome switch
    {
        CallOutcome.Refused refused => refused.Reason,
        CallOutcome.Rejected rejected => rejected.Message,
        CallOutcome.RateLimited limited => limited.Message,
        CallOutcome.Overloaded overloaded => overloaded.Message,
        CallOutcome.NotSent unsent => unsent.Message,
        CallOutcome.Failed failed => failed.Message,
        CallOutcome.InDoubt doubt => doubt.Message,
        _ => null,
    };
}
