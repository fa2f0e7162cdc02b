using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Conclave.Engine.Budget;
using Conclave.Engine.Execution;

namespace Conclave.Server.Asking;

/// <summary>How a question by hand went; as JSON it is what <c>conclave ask --json</c> prints.</summary>
/// <param name="Outcome">How it ended: that of the last attempt; <c>empty</c>, <c>unreadable</c>, <c>cancelled</c> or <c>not_asked</c> beside those of a call.</param>
/// <param name="StopReason">Why the answer ended; null when there is none.</param>
/// <param name="Text">The answer, whole or as far as it came; null for none.</param>
/// <param name="Value">The answer as JSON of the schema that was asked for; null without one.</param>
/// <param name="ResponseModel">The model that the vendor says answered.</param>
/// <param name="Usage">The tokens of all attempts; null when the vendor counted nothing.</param>
/// <param name="CostUsd">Of all attempts, those in doubt at their worst case.</param>
/// <param name="InDoubtUsd">The part of the cost that may not have been billed.</param>
/// <param name="RequestId">The vendor's name of the last request.</param>
/// <param name="Error">Why there is no whole answer; null when there is one.</param>
/// <param name="Simulated">The scenario that was played; null for the vendor itself.</param>
public sealed record CallReport(
    string Outcome,
    string? StopReason,
    string? Text,
    JsonNode? Value,
    string Provider,
    string Model,
    string? ResponseModel,
    Usage? Usage,
    decimal CostUsd,
    decimal InDoubtUsd,
    string? RequestId,
    long DurationMs,
    ImmutableArray<AttemptReport> Attempts,
    CallError? Error,
    string? Simulated)
{
    /// <summary>Whether there is a whole answer.</summary>
    [JsonIgnore]
    public bool IsAnswered => Error is null;

    /// <summary>Reads it out of the session's state; its texts must be loaded.</summary>
    /// <param name="cancelled">Whether the user stopped it.</param>
    public static CallReport Of(Question question, SessionState state, bool cancelled)
    {
        var attempts = state.OwnAttempts().OrderBy(attempt => attempt.Intent.Attempt).ToImmutableArray();
        var last = attempts.LastOrDefault()?.Outcome;
        var output = state.Phase(QuestionWorkflow.Phase).Steps.FirstOrDefault()?.Output is { } json ? JsonNode.Parse(json.Text) : null;
        var text = output is JsonValue answer && question.Schema is null ? answer.GetValue<string>() : last?.Text?.Text;
        var error = CallError.Of(question, state, last, text, cancelled && output is null);
        return new CallReport(
            error is null ? "answered" : error.Class is "cancelled" or "empty" or "unreadable" ? error.Class : AttemptReport.Kind(last),
            AttemptReport.StopReasonOf(last),
            text,
            question.Schema is null ? null : output,
            question.Agent.Provider,
            question.Agent.Model,
            AttemptReport.ModelOf(last),
            attempts.Select(attempt => attempt.Outcome?.Tokens).OfType<Usage>().ToList() is { Count: > 0 } counted ? counted.Aggregate((sum, more) => sum + more) : null,
            state.SpentUsd,
            state.InDoubtUsd,
            last?.RequestId,
            attempts.IsEmpty ? 0 : (long)(attempts[^1].EndedAt - attempts[0].StartedAt).TotalMilliseconds,
            [.. attempts.Select(AttemptReport.Of)],
            error,
            question.Scenario);
    }
}
