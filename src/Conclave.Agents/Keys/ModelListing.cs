using System.Text.Json;
using Conclave.Agents.Anthropic;
using Conclave.Agents.Gemini;
using Conclave.Agents.OpenAI;
using Conclave.Agents.Wire;

namespace Conclave.Agents.Keys;

/// <summary>How a vendor is asked for the list of models that a key can use: the one question that costs nothing.</summary>
/// <param name="Path">Below the base URL, with the most that fits on a page.</param>
/// <param name="Headers">What the request needs, the key among them.</param>
/// <param name="Names">The models on a page.</param>
/// <param name="Next">What to add to the path for the next page; null on the last one.</param>
internal sealed record ModelListing(
    string Path,
    IReadOnlyList<(string Name, string Value)> Headers,
    Func<JsonElement, IEnumerable<string?>> Names,
    Func<JsonElement, string?> Next,
    Func<ErrorReply, VendorError> ReadError)
{
    // {"object":"list","data":[{"id":"gpt-6-luna","object":"model"}]}
    private static ModelListing OpenAi(string key) => new(
        "/models",
        key.Length == 0 ? [] : [("Authorization", $"Bearer {key}")],
        page => page.Objects("data").Select(model => model.Text("id")),
        _ => null,
        reply => OpenAiError.Read(reply.Json));

    // {"data":[{"id":"claude-opus-5-5","type":"model"}],"has_more":false,"last_id":"..."}
    private static ModelListing Anthropic(string key) => new(
        "/v1/models?limit=1000",
        [("anthropic-version", "2023-06-01"), .. key.Length == 0 ? [] : new[] { key.StartsWith("sk-ant-oat", StringComparison.Ordinal) ? ("Authorization", $"Bearer {key}") : ("x-api-key", key) }],
        page => page.Objects("data").Select(model => model.Text("id")),
        page => page.IsTrue("has_more") && page.Text("last_id") is { Length: > 0 } last ? $"&after_id={Uri.EscapeDataString(last)}" : null,
        reply => AnthropicError.Read(reply.Json, mayRepeat: reply.Headers.Find("retry-after") is not null));

    // {"models":[{"name":"models/gemini-4-hydrogen"}],"nextPageToken":"..."}
    private static ModelListing Gemini(string key) => new(
        "/models?pageSize=1000",
        key.Length == 0 ? [] : [("x-goog-api-key", key)],
        page => page.Objects("models").Select(model => model.Text("name") is { } name && name.StartsWith("models/", StringComparison.Ordinal) ? name["models/".Length..] : null),
        page => page.Text("nextPageToken") is { Length: > 0 } next ? $"&pageToken={Uri.EscapeDataString(next)}" : null,
        reply => GeminiError.Read(reply.Json));

    /// <summary>The way of a protocol.</summary>
    public static ModelListing Of(WireProtocol protocol, Secret? secret) => (protocol, secret?.Reveal() ?? "") switch
    {
        (WireProtocol.Messages, var key) => Anthropic(key),
        (WireProtocol.Gemini, var key) => Gemini(key),
        (_, var key) => OpenAi(key),
    };
}
