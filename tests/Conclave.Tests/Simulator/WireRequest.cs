using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Conclave.Simulator;

namespace Conclave.Tests.Simulator;

/// <summary>The ways to ask.</summary>
public enum WireFormat
{
    Responses,
    Chat,
    Messages,
    GenerateContent,
}

/// <summary>Requests as plain HTTP, the least that each vendor takes.</summary>
internal static class WireRequest
{
    /// <summary>Every format, streamed and not.</summary>
    public static TheoryData<WireFormat, bool> Everything { get; } = new(
        from format in Enum.GetValues<WireFormat>() from streamed in new[] { false, true } select (format, streamed));

    public static HttpRequestMessage Of(WireFormat format, SimulatorServer server, string prompt, bool streamed, string? scope = null) =>
        Post(format, server, Path(format, streamed), Body(format, prompt, streamed).ToJsonString(), scope);

    /// <summary>A request with a good key and any body.</summary>
    public static HttpRequestMessage Post(WireFormat format, SimulatorServer server, string path, string body, string? scope = null)
    {
        var root = server.BaseUrl(Provider(format), scope).ToString().TrimEnd('/');
        var request = new HttpRequestMessage(HttpMethod.Post, root + path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        SetKey(format, request, "any-key");
        return request;
    }

    public static void SetKey(WireFormat format, HttpRequestMessage request, string key)
    {
        switch (format)
        {
            case WireFormat.Messages:
                request.Headers.Add("anthropic-version", "2023-06-01");
                request.Headers.TryAddWithoutValidation("x-api-key", key);
                break;
            case WireFormat.GenerateContent:
                request.Headers.TryAddWithoutValidation("x-goog-api-key", key);
                break;
            default:
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
                break;
        }
    }

    public static string Provider(WireFormat format) => format switch
    {
        WireFormat.Messages => "anthropic",
        WireFormat.GenerateContent => "gemini",
        _ => "openai",
    };

    public static string Path(WireFormat format, bool streamed) => format switch
    {
        WireFormat.Responses => "/responses",
        WireFormat.Chat => "/chat/completions",
        WireFormat.Messages => "/v1/messages",
        _ => streamed ? "/models/gemini-4-hydrogen:streamGenerateContent?alt=sse" : "/models/gemini-4-hydrogen:generateContent",
    };

    public static JsonObject Body(WireFormat format, string prompt, bool streamed) => format switch
    {
        WireFormat.Responses => new JsonObject { ["model"] = "gpt-6.2-sol", ["input"] = prompt, ["stream"] = streamed },
        WireFormat.Chat => new JsonObject { ["model"] = "gpt-6.2-sol", ["messages"] = UserTurn(prompt), ["stream"] = streamed },
        WireFormat.Messages => new JsonObject { ["model"] = "claude-opus-5-5", ["max_tokens"] = 1000, ["messages"] = UserTurn(prompt), ["stream"] = streamed },
        _ => new JsonObject
        {
            ["contents"] = new JsonArray(new JsonObject { ["role"] = "user", ["parts"] = new JsonArray(new JsonObject { ["text"] = prompt }) }),
        },
    };

    private static JsonArray UserTurn(string prompt) => new(new JsonObject { ["role"] = "user", ["content"] = prompt });
}
