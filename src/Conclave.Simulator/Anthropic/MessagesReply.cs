using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Simulator.Wire;

namespace Conclave.Simulator.Anthropic;

/// <summary>The objects of which Messages are made.</summary>
internal static class MessagesReply
{
    public static JsonObject Whole(Reply reply)
    {
        var content = new JsonArray();
        if (reply.HasContent && reply.Thought)
        {
            content.Add(Thinking(reply.Thinking, reply.Signature));
        }

        if (SaysText(reply))
        {
            content.Add(Text(reply.Text));
        }

        foreach (var (index, call) in reply.ToolCalls.Index())
        {
            content.Add(ToolUse(reply, index, call.Name, Input(call.Arguments)));
        }

        return Message(reply, content, StopReason(reply), Usage(reply, reply.OutputTokens, reply.ThinkingTokens));
    }

    /// <summary>The message before its first block.</summary>
    public static JsonObject Started(Reply reply) => Message(reply, [], null, Usage(reply, 1, 0));

    // An explanation of a refusal stands in stop_details, not in the text.
    public static bool SaysText(Reply reply) => reply.HasText && reply.Finish is not Finish.Refused;

    public static JsonObject Text(string text) => new() { ["type"] = "text", ["text"] = text, ["citations"] = null };

    public static JsonObject Thinking(string text, string signature) => new() { ["type"] = "thinking", ["thinking"] = text, ["signature"] = signature };

    public static JsonObject ToolUse(Reply reply, int index, string name, JsonNode input) => new()
    {
        ["type"] = "tool_use",
        ["id"] = reply.Ids.Of(index).Letters("toolu_01", 22),
        ["name"] = name,
        ["input"] = input,
    };

    public static string StopReason(Reply reply) => reply.Finish switch
    {
        Finish.CutOff => "max_tokens",
        Finish.Refused or Finish.Blocked => "refusal",
        _ when reply.CallsTools => "tool_use",
        _ => "end_turn",
    };

    public static JsonObject? StopDetails(Reply reply) => reply.Finish is Finish.Refused or Finish.Blocked
        ? new JsonObject { ["type"] = "refusal", ["category"] = reply.Reason, ["explanation"] = reply.Finish is Finish.Refused ? reply.Text : null }
        : null;

    public static JsonObject Usage(Reply reply, int outputTokens, int thinkingTokens) => new()
    {
        // What the cache read or wrote is not counted once more here.
        ["input_tokens"] = reply.InputTokens - reply.CachedTokens - reply.CacheWriteTokens,
        ["cache_creation_input_tokens"] = reply.CacheWriteTokens,
        ["cache_read_input_tokens"] = reply.CachedTokens,
        ["cache_creation"] = new JsonObject { ["ephemeral_5m_input_tokens"] = reply.CacheWriteTokens - reply.CacheWriteHourTokens, ["ephemeral_1h_input_tokens"] = reply.CacheWriteHourTokens },
        ["output_tokens"] = outputTokens,
        ["output_tokens_details"] = new JsonObject { ["thinking_tokens"] = thinkingTokens },
        ["server_tool_use"] = null,
        ["service_tier"] = "standard",
        ["inference_geo"] = null,
    };

    private static JsonObject Message(Reply reply, JsonArray content, string? stopReason, JsonObject usage) => new()
    {
        ["id"] = reply.Ids.Letters("msg_01", 22),
        ["type"] = "message",
        ["role"] = "assistant",
        ["model"] = reply.Question.Model,
        ["content"] = content,
        ["container"] = null,
        ["stop_reason"] = stopReason,
        ["stop_sequence"] = null,
        ["stop_details"] = stopReason is null ? null : StopDetails(reply),
        ["usage"] = usage,
    };

    // A whole message has the input as an object, so broken arguments can come only in a stream.
    private static JsonNode Input(string arguments)
    {
        try
        {
            return JsonNode.Parse(arguments) ?? new JsonObject();
        }
        catch (JsonException)
        {
            return new JsonObject();
        }
    }
}
