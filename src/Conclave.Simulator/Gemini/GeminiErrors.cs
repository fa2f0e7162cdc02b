using System.Globalization;
using System.Text.Json.Nodes;
using Conclave.Simulator.Scenarios;
using Conclave.Simulator.Wire;

namespace Conclave.Simulator.Gemini;

/// <summary>Errors as the vendor words them: <c>{"error":{"code","message","status","details":[]}}</c>.</summary>
internal static class GeminiErrors
{
    private const string InvalidArgument = "INVALID_ARGUMENT";
    private const string Exhausted = "RESOURCE_EXHAUSTED";
    private const string Service = "generativelanguage.googleapis.com";

    /// <summary>No key at all: the caller is unknown. One that is wrong or empty is a bad argument instead.</summary>
    public static WireError NoKey => Error(
        403,
        "PERMISSION_DENIED",
        "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.");

    public static WireError BadKey => Error(
        400,
        InvalidArgument,
        "API key not valid. Please pass a valid API key.",
        Detail("google.rpc.ErrorInfo", new JsonObject
        {
            ["reason"] = "API_KEY_INVALID",
            ["domain"] = "googleapis.com",
            ["metadata"] = new JsonObject { ["service"] = Service },
        }),
        Detail("google.rpc.LocalizedMessage", new JsonObject { ["locale"] = "en-US", ["message"] = "API key not valid. Please pass a valid API key." }));

    public static WireError Of(RequestProblem problem) => problem switch
    {
        RequestProblem.NotJson not => Error(400, InvalidArgument, $"Invalid JSON payload received. {not.Reason}"),
        RequestProblem.TooLarge => Error(413, InvalidArgument, "Request payload size exceeds the limit."),
        RequestProblem.NoRoute route => Error(404, "NOT_FOUND", $"The requested URL {route.Path} was not found on this server."),
        RequestProblem.Missing missing => Violation(missing.Path, $"* GenerateContentRequest.{missing.Path}: {missing.Path} is not specified\n"),
        RequestProblem.WrongType type => Violation(type.Path, $"Invalid value at '{type.Path}', expected {type.Expected}"),
        RequestProblem.Unknown unknown => Violation(unknown.Path, $"Invalid JSON payload received. Unknown name \"{unknown.Path}\": Cannot find field."),
        RequestProblem.Invalid { Path: { } path } invalid => Violation(path, invalid.Message),
        RequestProblem.Invalid invalid => Error(400, InvalidArgument, invalid.Message),
        _ => throw new InvalidOperationException($"No words for {problem.GetType().Name}."),
    };

    public static WireError? Of(Fault fault, string model, DateTimeOffset now, int inputTokens) => fault switch
    {
        // The vendor itself writes the wait into the body; a header comes from what stands before it.
        Fault.RateLimit { Form: WaitForm.Vendor } limit => Quota(model, "PerMinute", limit.RetryAfterSeconds),
        Fault.RateLimit limit => Quota(model, "PerMinute", null) with { Headers = RetryAfter.Of(limit.RetryAfterSeconds, limit.Form, now) },
        Fault.Overloaded busy => Error(503, "UNAVAILABLE", "The model is overloaded. Please try again later.", Asked(busy.RetryAfterSeconds, busy.Form)) with
        {
            Headers = RetryAfter.Of(busy.RetryAfterSeconds, busy.Form, now),
        },
        Fault.ServerError failed => Error(
            failed.Status, Status(failed.Status), "An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting", Asked(failed.RetryAfterSeconds, failed.Form)) with
        {
            Headers = RetryAfter.Of(failed.RetryAfterSeconds, failed.Form, now),
        },
        Fault.BadKey => BadKey,
        // The wait that comes with a spent daily quota helps nobody: the name of the quota tells.
        Fault.NoQuota => Quota(model, "PerDay", 46m),
        Fault.Forbidden => Error(403, "PERMISSION_DENIED", "The caller does not have permission"),
        Fault.NoCredit => Error(402, "FAILED_PRECONDITION", "Your prepaid credits are depleted. Please add credits to continue."),
        Fault.SpendLimit => Quota(model, "PerDay", null),
        Fault.TooLong => Error(400, InvalidArgument, $"The input token count ({inputTokens}) exceeds the maximum number of tokens allowed (1048576)."),
        Fault.TooLarge => Of(new RequestProblem.TooLarge()),
        Fault.NoModel => Error(404, "NOT_FOUND", $"models/{model} is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods."),
        _ => null,
    };

    private static WireError Quota(string model, string period, decimal? seconds)
    {
        var failure = Detail("google.rpc.QuotaFailure", new JsonObject
        {
            ["violations"] = new JsonArray(new JsonObject
            {
                ["quotaMetric"] = Service + "/generate_content_requests",
                ["quotaId"] = $"GenerateRequests{period}PerProjectPerModel",
                ["quotaDimensions"] = new JsonObject { ["location"] = "global", ["model"] = model },
                ["quotaValue"] = "1000",
            }),
        });
        const string Message = "You exceeded your current quota, please check your plan and billing details.";
        return seconds is { } wait
            ? Error(429, Exhausted, string.Create(CultureInfo.InvariantCulture, $"{Message}\nPlease retry in {wait}s."), failure, RetryInfo(wait))
            : Error(429, Exhausted, Message, failure);
    }

    private static JsonObject RetryInfo(decimal seconds) =>
        Detail("google.rpc.RetryInfo", new JsonObject { ["retryDelay"] = string.Create(CultureInfo.InvariantCulture, $"{seconds}s") });

    private static JsonObject[] Asked(decimal? seconds, WaitForm form) => seconds is { } wait && form is WaitForm.Vendor ? [RetryInfo(wait)] : [];

    private static WireError Violation(string path, string message) => Error(
        400,
        InvalidArgument,
        message,
        Detail("google.rpc.BadRequest", new JsonObject
        {
            ["fieldViolations"] = new JsonArray(new JsonObject { ["field"] = path, ["description"] = message }),
        }));

    private static JsonObject Detail(string type, JsonObject content)
    {
        content.Insert(0, "@type", "type.googleapis.com/" + type);
        return content;
    }

    private static WireError Error(int code, string status, string message, params JsonObject[] details)
    {
        var error = new JsonObject { ["code"] = code, ["message"] = message, ["status"] = status };
        if (details.Length > 0)
        {
            error["details"] = new JsonArray([.. details]);
        }

        return new WireError(code, new JsonObject { ["error"] = error });
    }

    private static string Status(int code) => code switch
    {
        503 => "UNAVAILABLE",
        504 => "DEADLINE_EXCEEDED",
        _ => "INTERNAL",
    };
}
