using System.Text.Json;
using Conclave.Agents.Wire;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Agents.Anthropic;

/// <summary>Reads Anthropic's errors: <c>{"type": "error", "error": {"type", "message", "details"}, "request_id"}</c>.</summary>
internal static class AnthropicError
{
    /// <param name="json">The reply's body, or an event.</param>
    /// <param name="mayRepeat">Whether the vendor names a time after which a repetition helps.</param>
    public static VendorError Read(JsonElement json, bool mayRepeat)
    {
        var error = json.At("error");
        var (type, message) = (error.Text("type"), error.Text("message") ?? json.Text("error") ?? json.Text("message"));
        var isSpent = !mayRepeat && (error.Text("details", "error_code") == "enforced_spend_limit_reached" || IsSpent(message ?? ""));
        return new VendorError(type, message, isSpent ? RejectionKind.NoQuota : Kind(type, message ?? "")) { RequestId = json.Text("request_id") };
    }

    // The month's limit comes as an ordinary 429, and the user's own limits as an ordinary 400: only their words tell.
    private static bool IsSpent(string message) =>
        Says(message, "credit balance is too low") || Says(message, "usage limits") || Says(message, "spend limit") || (Says(message, "monthly") && Says(message, "limit"));

    private static RejectionKind? Kind(string? type, string message) => type switch
    {
        "invalid_request_error" when Says(message, "prompt is too long") || Says(message, "exceed context limit") => RejectionKind.TooLarge,
        "authentication_error" or "permission_error" => RejectionKind.BadKey,
        "billing_error" => RejectionKind.NoQuota,
        "not_found_error" => RejectionKind.NoModel,
        "request_too_large" => RejectionKind.TooLarge,
        _ => null,
    };

    private static bool Says(string message, string words) => message.Contains(words, StringComparison.OrdinalIgnoreCase);
}
