using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Conclave.Simulator.Wire;

/// <summary>JSON as the vendors send it: one line, and letters of all languages as themselves.</summary>
internal static class WireJson
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Bytes(JsonNode node) => JsonSerializer.SerializeToUtf8Bytes(node, Options);

    /// <summary>A value of the request as a reply repeats it; null when it was not given.</summary>
    public static JsonNode? Echo(JsonElement request, string key) =>
        request.TryGetProperty(key, out var value) ? JsonSerializer.SerializeToNode(value) : null;
}
