using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;

namespace Conclave.Tests.Simulator;

/// <summary>The events of a body that was read whole, with the framework's own parser.</summary>
internal static class ServerSentEvents
{
    public static IReadOnlyList<(string Name, JsonNode Data)> Of(string body)
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(body));
        return [.. SseParser.Create(stream).Enumerate().Where(item => item.Data != "[DONE]").Select(item => (item.EventType, JsonNode.Parse(item.Data)!))];
    }

    /// <summary>The answer's text in the events of any format.</summary>
    public static string Text(WireFormat format, string body) => string.Concat(Of(body).Select(item => format switch
    {
        WireFormat.Responses when item.Name == "response.output_text.delta" => item.Data["delta"]!.GetValue<string>(),
        WireFormat.Chat => item.Data["choices"]!.AsArray().FirstOrDefault()?["delta"]?["content"]?.GetValue<string>(),
        WireFormat.Messages when item.Name == "content_block_delta" => item.Data["delta"]!["text"]!.GetValue<string>(),
        WireFormat.GenerateContent => item.Data["candidates"]![0]!["content"]?["parts"]![0]!["text"]!.GetValue<string>(),
        _ => null,
    }));

    /// <summary>The answer's text in a whole reply of any format.</summary>
    public static string? WholeText(WireFormat format, string body)
    {
        var reply = JsonNode.Parse(body)!;
        return (format switch
        {
            WireFormat.Responses => reply["output"]![0]!["content"]![0]!["text"],
            WireFormat.Chat => reply["choices"]![0]!["message"]!["content"],
            WireFormat.Messages => reply["content"]![0]!["text"],
            _ => reply["candidates"]![0]!["content"]!["parts"]![0]!["text"],
        })?.GetValue<string>();
    }

    /// <summary>Whether a stream came to the end that its vendor promises.</summary>
    public static bool HasEnd(WireFormat format, string body) => format switch
    {
        WireFormat.Responses => body.Contains("event: response.completed\n", StringComparison.Ordinal),
        WireFormat.Chat => body.EndsWith("data: [DONE]\n\n", StringComparison.Ordinal),
        WireFormat.Messages => body.Contains("event: message_stop\n", StringComparison.Ordinal),
        _ => body.Contains("\"finishReason\"", StringComparison.Ordinal),
    };
}
