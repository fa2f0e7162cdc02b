using System.Globalization;
using System.Text.Json;
using Conclave.Agents.Wire;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Agents.Gemini;

/// <summary>
/// Reads Gemini's errors: <c>{"error": {"code": 429, "message", "status": "RESOURCE_EXHAUSTED", "details": [{"@type", ...}]}}</c>. Details are told apart by
/// what they hold, because their type is sometimes missing.
/// </summary>
internal static class GeminiError
{
    public static VendorError Read(JsonElement json)
    {
        var error = json.At("error");
        var message = error.Text("message") ?? json.Text("error") ?? json.Text("message");
        var wait = error.Objects("details").Select(RetryDelay).FirstOrDefault(delay => delay is not null);
        return new VendorError(error.Text("status"), message, Kind(error, message ?? "", wait)) { RetryAfter = wait };
    }

    private static RejectionKind? Kind(JsonElement error, string message, TimeSpan? wait)
    {
        var reasons = error.Objects("details").Select(detail => detail.Text("reason")).ToList();
        var quotas = error.Objects("details").SelectMany(detail => detail.Objects("violations")).Select(violation => violation.Text("quotaId") ?? "").ToList();
        return error.Text("status") switch
        {
            // A wrong key is a 400 here.
            _ when reasons.Contains("API_KEY_INVALID") => RejectionKind.BadKey,
            "RESOURCE_EXHAUSTED" when quotas.Exists(id => id.Contains("PerDay", StringComparison.OrdinalIgnoreCase)) => RejectionKind.NoQuota,
            // An account that is used up names no quota and no time, and sends one to its plan.
            "RESOURCE_EXHAUSTED" when quotas.Count == 0 && wait is null && message.Contains("billing", StringComparison.OrdinalIgnoreCase) => RejectionKind.NoQuota,
            "INVALID_ARGUMENT" when message.Contains("token count", StringComparison.OrdinalIgnoreCase) && message.Contains("exceeds", StringComparison.OrdinalIgnoreCase) => RejectionKind.TooLarge,
            _ => null,
        };
    }

    // "retryDelay": "36.5s"
    private static TimeSpan? RetryDelay(JsonElement detail) =>
        detail.Text("retryDelay") is [.. var number, 's'] && double.TryParse(number, CultureInfo.InvariantCulture, out var seconds) && !double.IsNaN(seconds)
            ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, TimeSpan.FromDays(3650).TotalSeconds))
            : null;
}
