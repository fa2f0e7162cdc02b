using System.Text.Json.Nodes;
using Conclave.Simulator.Wire;

namespace Conclave.Simulator.OpenAI;

/// <summary>The objects of which Responses are made.</summary>
internal static class ResponsesReply
{
    /// <summary>The response before its first output.</summary>
    public static JsonObject Started(Reply reply) => Response(reply, "in_progress", new JsonArray(), null);

    /// <summary>The response with all of its output and its usage.</summary>
    public static JsonObject Ended(Reply reply)
    {
        var message = Message(reply, MessageStatus(reply), Part(reply, reply.Text));
        JsonArray output = reply.ThinkingTokens > 0 ? [Reasoning(reply), message] : [message];
        return Response(reply, reply.Finish is Finish.CutOff ? "incomplete" : "completed", output, Usage(reply));
    }

    public static string MessageStatus(Reply reply) => reply.Finish is Finish.CutOff ? "incomplete" : "completed";

    public static string MessageId(Reply reply) => reply.Ids.Hex("msg_", 48);

    public static JsonObject Message(Reply reply, string status, JsonObject? part) => new()
    {
        ["id"] = MessageId(reply),
        ["type"] = "message",
        ["status"] = status,
        ["content"] = part is null ? [] : new JsonArray(part),
        ["role"] = "assistant",
    };

    public static JsonObject Part(Reply reply, string text) => reply.Finish is Finish.Refused
        ? new JsonObject { ["type"] = "refusal", ["refusal"] = text }
        : new JsonObject { ["type"] = "output_text", ["annotations"] = new JsonArray(), ["logprobs"] = new JsonArray(), ["text"] = text };

    public static JsonObject Reasoning(Reply reply) => new()
    {
        ["id"] = reply.Ids.Hex("rs_", 48),
        ["type"] = "reasoning",
        ["summary"] = new JsonArray(),
    };

    private static JsonObject Response(Reply reply, string status, JsonArray output, JsonObject? usage)
    {
        var request = reply.Question.Body;
        return new JsonObject
        {
            ["id"] = reply.Ids.Hex("resp_", 48),
            ["object"] = "response",
            ["created_at"] = reply.Created.ToUnixTimeSeconds(),
            ["status"] = status,
            ["background"] = false,
            ["error"] = null,
            ["incomplete_details"] = status == "incomplete" ? new JsonObject { ["reason"] = "max_output_tokens" } : null,
            ["instructions"] = WireJson.Echo(request, "instructions"),
            ["max_output_tokens"] = WireJson.Echo(request, "max_output_tokens"),
            ["max_tool_calls"] = WireJson.Echo(request, "max_tool_calls"),
            ["model"] = reply.Question.Model,
            ["output"] = output,
            ["parallel_tool_calls"] = WireJson.Echo(request, "parallel_tool_calls") ?? true,
            ["previous_response_id"] = null,
            ["prompt_cache_key"] = WireJson.Echo(request, "prompt_cache_key"),
            ["reasoning"] = WireJson.Echo(request, "reasoning") ?? new JsonObject { ["effort"] = null, ["summary"] = null },
            ["safety_identifier"] = WireJson.Echo(request, "safety_identifier"),
            ["service_tier"] = "default",
            ["store"] = WireJson.Echo(request, "store") ?? true,
            ["temperature"] = WireJson.Echo(request, "temperature") ?? 1.0,
            ["text"] = WireJson.Echo(request, "text") ?? new JsonObject { ["format"] = new JsonObject { ["type"] = "text" } },
            ["tool_choice"] = WireJson.Echo(request, "tool_choice") ?? "auto",
            ["tools"] = WireJson.Echo(request, "tools") ?? new JsonArray(),
            ["top_logprobs"] = 0,
            ["top_p"] = WireJson.Echo(request, "top_p") ?? 1.0,
            ["truncation"] = WireJson.Echo(request, "truncation") ?? "disabled",
            ["usage"] = usage,
            ["user"] = WireJson.Echo(request, "user"),
            ["metadata"] = WireJson.Echo(request, "metadata") ?? new JsonObject(),
        };
    }

    private static JsonObject Usage(Reply reply) => new()
    {
        ["input_tokens"] = reply.InputTokens,
        ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = 0, ["cache_write_tokens"] = 0 },
        ["output_tokens"] = reply.OutputTokens,
        ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = reply.ThinkingTokens },
        ["total_tokens"] = reply.InputTokens + reply.OutputTokens,
    };
}
