using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Agents.Wire;

/// <summary>What the writers of all vendors' requests share.</summary>
internal static class RequestJson
{
    private const int MaxNameLength = 64;
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>As it is sent.</summary>
    public static byte[] ToBytes(JsonObject request)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Plain))
        {
            request.WriteTo(writer);
        }

        return buffer.ToArray();
    }

    /// <summary>A member or none: vendors take a null for a value.</summary>
    public static JsonObject With(this JsonObject request, string name, JsonNode? value)
    {
        if (value is not null)
        {
            request.Add(name, value);
        }

        return request;
    }

    /// <summary>An item of a turn, as it came.</summary>
    public static JsonNode AsNode(this JsonElement item) => JsonObject.Create(item) ?? (JsonNode?)JsonArray.Create(item) ?? JsonValue.Create(item)!;

    /// <summary>Instructions that say something; else null.</summary>
    public static string? Instructions(ModelRequest request) => string.IsNullOrWhiteSpace(request.System) ? null : request.System;

    /// <summary>A name as vendors take it: letters, digits, <c>_</c> and <c>-</c>; ours are names for people.</summary>
    public static string Name(string name)
    {
        var allowed = string.Concat(name.Take(MaxNameLength).Select(character => char.IsAsciiLetterOrDigit(character) || character == '-' ? character : '_'));
        return allowed.Length == 0 ? "answer" : allowed;
    }

    /// <summary>The part of the first turn that other questions begin with as well, in whole lines; null when there is none.</summary>
    public static string? Shared(ModelRequest request) =>
        request.SharedLength > 0 && request.SharedLength < request.Messages[0].Text.Length
        && request.Messages[0].Text.LastIndexOf('\n', request.SharedLength - 1) is >= 0 and var end
            ? request.Messages[0].Text[..(end + 1)]
            : null;

    /// <summary>One name for all requests that share their beginning; null when this one shares nothing.</summary>
    public static string? SharedKey(ModelRequest request) => Shared(request) is { } shared
        ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{request.Model}\n{request.System}\n{shared}")))[..32]
        : null;
}
