using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Simulator.Scenarios;
using Conclave.Simulator.Wire;

namespace Conclave.Simulator.OpenAI;

/// <summary>Errors as the vendor words them: <c>{"error":{"message","type","param","code"}}</c>.</summary>
internal static class OpenAIErrors
{
    private const string InvalidRequest = "invalid_request_error";

    public static WireError NoKey => Error(
        401,
        InvalidRequest,
        null,
        "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).");

    public static WireError Of(RequestProblem problem) => problem switch
    {
        RequestProblem.NotJson not => Error(400, InvalidRequest, null, $"We could not parse the JSON body of your request. {not.Reason}"),
        RequestProblem.TooLarge => Error(413, InvalidRequest, null, "The request body is too large."),
        RequestProblem.NoRoute route => Error(404, InvalidRequest, null, $"Invalid URL ({route.Method} {route.Path})"),
        RequestProblem.Missing missing => Error(400, InvalidRequest, "missing_required_parameter", $"Missing required parameter: '{missing.Path}'.", missing.Path),
        RequestProblem.WrongType type => Error(
            400, InvalidRequest, "invalid_type", $"Invalid type for '{type.Path}': expected {type.Expected}, but got {Name(type.Found)} instead.", type.Path),
        RequestProblem.Unknown unknown => Error(400, InvalidRequest, "unknown_parameter", $"Unknown parameter: '{unknown.Path}'.", unknown.Path),
        RequestProblem.Invalid invalid => Error(400, InvalidRequest, invalid.Path is null ? null : "unsupported_value", invalid.Message, invalid.Path),
        _ => throw new InvalidOperationException($"No words for {problem.GetType().Name}."),
    };

    public static WireError? Of(Fault fault, string model, DateTimeOffset now, int inputTokens) => fault switch
    {
        Fault.RateLimit limit => RateLimit(limit, model, now),
        Fault.Overloaded busy => Error(503, "service_unavailable_error", "server_is_overloaded", "The server is currently overloaded with other requests. Please try again later.") with
        {
            Headers = RetryAfter.OfFailure(busy.RetryAfterSeconds, busy.Form, now),
        },
        Fault.ServerError failed => Error(failed.Status, "server_error", null, "The server had an error while processing your request. Sorry about that!") with
        {
            Headers = RetryAfter.OfFailure(failed.RetryAfterSeconds, failed.Form, now),
        },
        Fault.BadKey => Error(401, InvalidRequest, "invalid_api_key", "Incorrect API key provided. You can find your API key at https://platform.openai.com/account/api-keys."),
        Fault.NoQuota => Error(429, "insufficient_quota", "insufficient_quota", "You exceeded your current quota, please check your plan and billing details."),
        Fault.Forbidden => Error(403, InvalidRequest, null, "You have insufficient permissions for this operation. Missing scopes: model.request."),
        Fault.NoCredit => Error(429, "insufficient_quota", "credit_balance_exhausted", "Your credit balance is exhausted. Add credits to continue."),
        Fault.SpendLimit => Error(429, "insufficient_quota", "project_spend_limit_exceeded", "This project has reached its monthly spend limit."),
        Fault.TooLong => Error(400, InvalidRequest, "context_length_exceeded", $"Your input exceeds the context window of this model: {inputTokens} tokens. Please adjust your input and try again.", "input"),
        Fault.TooLarge => Of(new RequestProblem.TooLarge()),
        Fault.NoModel => Error(404, InvalidRequest, "model_not_found", $"The model `{model}` does not exist or you do not have access to it."),
        _ => null,
    };

    private static WireError RateLimit(Fault.RateLimit limit, string model, DateTimeOffset now)
    {
        var wait = limit.RetryAfterSeconds is { } asked ? string.Create(CultureInfo.InvariantCulture, $" Please try again in {asked}s.") : "";
        var error = Error(429, "requests", "rate_limit_exceeded", $"Rate limit reached for {model} in organization org-simulator on requests per min (RPM): Limit 10000, Used 10000, Requested 1.{wait}");
        return error with { Headers = RateLimitHeaders(limit, now) };
    }

    private static ImmutableArray<(string, string?)> RateLimitHeaders(Fault.RateLimit limit, DateTimeOffset now)
    {
        ImmutableArray<(string, string?)> always = [("x-ratelimit-remaining-requests", "0")];
        return limit switch
        {
            { RetryAfterSeconds: null } => [.. always, ("x-ratelimit-reset-requests", null)],
            { Form: WaitForm.Vendor, RetryAfterSeconds: { } asked } =>
            [
                .. always,
                ("x-ratelimit-reset-requests", GoDuration.Format(TimeSpan.FromSeconds((double)asked))),
                RetryAfter.Seconds(asked),
                RetryAfter.Milliseconds(asked),
            ],
            _ => [.. always, ("x-ratelimit-reset-requests", null), .. RetryAfter.Of(limit.RetryAfterSeconds, limit.Form, now)],
        };
    }

    private static WireError Error(int status, string type, string? code, string message, string? param = null) => new(status, new JsonObject
    {
        ["error"] = new JsonObject { ["message"] = message, ["type"] = type, ["param"] = param, ["code"] = code },
    });

    private static string Name(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        _ => "null",
    };
}
