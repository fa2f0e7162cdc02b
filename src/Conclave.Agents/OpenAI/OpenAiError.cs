using System.Text.Json;
using Conclave.Agents.Wire;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Agents.OpenAI;

/// <summary>Reads OpenAI's errors: <c>{"error": {"message", "type", "param", "code"}}</c>, or the inner object alone, as streams have it.</summary>
internal static class OpenAiError
{
    public static VendorError Read(JsonElement json)
    {
        var error = json.HasObject("error") ? json.At("error") : json;
        var (code, type) = (error.Word("code"), error.Text("type"));
        var message = error.Text("message") ?? json.Text("error") ?? json.Text("detail");
        return new VendorError(code ?? type, message, Kind(code) ?? Kind(type)) { RetryAfter = RetryHints.Named(message) };
    }

    private static RejectionKind? Kind(string? code) => code switch
    {
        "insufficient_quota" or "credit_balance_exhausted" or "billing_hard_limit_reached" or "billing_not_active" => RejectionKind.NoQuota,
        "organization_spend_limit_exceeded" or "project_spend_limit_exceeded" => RejectionKind.NoQuota,
        "invalid_api_key" or "account_deactivated" => RejectionKind.BadKey,
        "model_not_found" => RejectionKind.NoModel,
        "context_length_exceeded" or "string_above_max_length" => RejectionKind.TooLarge,
        _ => null,
    };
}
