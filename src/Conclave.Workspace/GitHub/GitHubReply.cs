using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Conclave.Workspace.GitHub;

/// <summary>What GitHub replied.</summary>
/// <param name="Body">Null when it is no JSON object.</param>
/// <param name="Headers">By names in lower case; the token is not among them.</param>
internal sealed record GitHubReply(int Status, JsonObject? Body, ImmutableDictionary<string, string> Headers)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>Its own words: <c>message</c> and what each of <c>errors</c> says.</summary>
    public string Message => string.Join("; ", new[] { Text(Body?["message"]) }
        .Concat(Body?["errors"] is JsonArray errors ? errors.Select(error => error is JsonObject detail ? Text(detail["message"]) ?? Text(detail["code"]) : Text(error)) : [])
        .Where(text => !string.IsNullOrWhiteSpace(text)));

    /// <summary>A member that is a text; null when it is none.</summary>
    public string? Member(string name) => Text(Body?[name]);

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
