using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Conclave.Simulator.Scenarios;
using Conclave.Simulator.Wire;

namespace Conclave.Simulator.Anthropic;

/// <summary>Errors as the vendor words them: <c>{"type":"error","error":{"type","message"},"request_id"}</c>; the id is added when the error is sent.</summary>
internal static class AnthropicErrors
{
    private const string InvalidRequest = "invalid_request_error";

    public static WireError NoKey => Error(401, "authentication_error", "x-api-key header is required");

    public static WireError NoVersion => Error(400, InvalidRequest, "anthropic-version: header is required");

    public static WireError Of(RequestProblem problem) => problem switch
    {
        RequestProblem.NotJson => Error(400, InvalidRequest, "The request body is not valid JSON."),
        RequestProblem.TooLarge => Error(413, "request_too_large", "Request exceeds the maximum size"),
        RequestProblem.NoRoute => Error(404, "not_found_error", "Not Found"),
        RequestProblem.Missing missing => Error(400, InvalidRequest, $"{Dotted(missing.Path)}: Field required"),
        RequestProblem.WrongType type => Error(400, InvalidRequest, $"{Dotted(type.Path)}: Input should be {type.Expected}"),
        RequestProblem.Unknown unknown => Error(400, InvalidRequest, $"{Dotted(unknown.Path)}: Extra inputs are not permitted"),
        RequestProblem.Invalid { Path: { } path } invalid => Error(400, InvalidRequest, $"{Dotted(path)}: {invalid.Message}"),
        RequestProblem.Invalid invalid => Error(400, InvalidRequest, invalid.Message),
        _ => throw new InvalidOperationException($"No words for {problem.GetType().Name}."),
    };

    public static WireError? Of(Fault fault, string model, DateTimeOffset now, int inputTokens) => fault switch
    {
        Fault.RateLimit limit => Error(429, "rate_limit_error", "This request would exceed your organization's rate limit. Please try again later.") with
        {
            Headers = RateLimitHeaders(limit, now),
        },
        Fault.Overloaded busy => Error(529, "overloaded_error", "Overloaded") with { Headers = RetryAfter.OfFailure(busy.RetryAfterSeconds, busy.Form, now) },
        Fault.ServerError failed => Failure(failed.Status) with { Headers = RetryAfter.OfFailure(failed.RetryAfterSeconds, failed.Form, now) },
        Fault.BadKey => Error(401, "authentication_error", "invalid x-api-key"),
        Fault.NoQuota => Error(402, "billing_error", "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits."),
        Fault.Forbidden => Error(403, "permission_error", "Your API key does not have permission to use the specified resource."),
        Fault.NoCredit => Error(400, InvalidRequest, "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits."),
        Fault.SpendLimit => Error(429, "rate_limit_error", "You have reached your specified monthly spend limit. You will regain access next month."),
        Fault.TooLong => Error(400, InvalidRequest, $"prompt is too long: {inputTokens} tokens > 1000000 maximum"),
        Fault.TooLarge => Of(new RequestProblem.TooLarge()),
        Fault.NoModel => Error(404, "not_found_error", $"model: {model}"),
        _ => null,
    };

    private static WireError Failure(int status) => status switch
    {
        504 => Error(504, "timeout_error", "Request timed out"),
        529 => Error(529, "overloaded_error", "Internal server error"),
        _ => Error(status, "api_error", "Internal server error"),
    };

    private static ImmutableArray<(string, string?)> RateLimitHeaders(Fault.RateLimit limit, DateTimeOffset now)
    {
        ImmutableArray<(string, string?)> always = [("anthropic-ratelimit-requests-remaining", "0")];
        return limit switch
        {
            { Form: WaitForm.Vendor, RetryAfterSeconds: { } asked } =>
                [.. always, ("anthropic-ratelimit-requests-reset", AnthropicWire.Rfc3339(now.AddSeconds((double)asked))), RetryAfter.Seconds(asked)],
            _ => [.. always, ("anthropic-ratelimit-requests-reset", null), .. RetryAfter.Of(limit.RetryAfterSeconds, limit.Form, now)],
        };
    }

    private static WireError Error(int status, string type, string message) => new(status, new JsonObject
    {
        ["type"] = "error",
        ["error"] = new JsonObject { ["type"] = type, ["message"] = message },
    });

    // messages[0].role is written messages.0.role here.
    private static string Dotted(string path) => path.Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal);
}
