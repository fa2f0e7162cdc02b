using System.Text.Json.Nodes;
using Conclave.Simulator.Wire;

namespace Conclave.Simulator.OpenAI;

/// <summary>The objects of which Responses are made.</summary>
internal static class ResponsesReply
{
    /// <summary>The response before its first output.</summary>
    public static JsonObject Started(Reply reply) => Response(reply, "in_progress", [], null);

    /// <summary>The response with all of its output and its usage.</summary>
    public static JsonObject Ended(Reply reply)
    {
        var output = new JsonArray();
        if (reply.HasContent && reply.Thought)
        {
            output.Add(Reasoning(reply, reply.Thinking));
        }

        if (reply.HasText)
        {
            output.Add(Message(reply, ItemStatus(reply), Part(reply, reply.Text)));
        }

        foreach (var (index, call) in reply.ToolCalls.Index())
        {
            output.Add(FunctionCall(reply, index, call.Name, call.Arguments, ItemStatus(reply)));
        }

        return Response(reply, IsIncomplete(reply) ? "incomplete" : "completed", output, Usage(reply));
    }

    /// <summary>The response that failed after a good start.</summary>
    public static JsonObject Failed(Reply reply, JsonNode error)
    {
        var response = Response(reply, "failed", [], null);
        response["error"] = new JsonObject { ["code"] = error["code"]?.DeepClone() ?? error["type"]?.DeepClone(), ["message"] = error["message"]?.DeepClone() };
        return response;
    }

    public static bool IsIncomplete(Reply reply) => reply.Finish is Finish.CutOff or Finish.Blocked;

    public static string ItemStatus(Reply reply) => reply.Finish is Finish.CutOff ? "incomplete" : "completed";

    public static string MessageId(Reply reply) => reply.Ids.Hex("msg_", 48);

    public static string CallItemId(Reply reply, int index) => reply.Ids.Of(index).Hex("fc_", 48);

    public static string ReasoningId(Reply reply) => reply.Ids.Hex("rs_", 48);

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

    public static JsonObject FunctionCall(Reply reply, int index, string name, string arguments, string status) => new()
    {
        ["id"] = CallItemId(reply, index),
        ["type"] = "function_call",
        ["status"] = status,
        ["arguments"] = arguments,
        ["call_id"] = reply.Ids.Of(index).Letters("call_", 24),
        ["name"] = name,
    };

    /// <summary>What the model thought: a summary of it, and, where the request asks for it, all of it in a form that only the vendor reads.</summary>
    public static JsonObject Reasoning(Reply reply, string summary)
    {
        var item = new JsonObject
        {
            ["id"] = ReasoningId(reply),
            ["type"] = "reasoning",
            ["summary"] = summary.Length > 0 ? new JsonArray(Summary(summary)) : [],
        };
        if (WireJson.Echo(reply.Question.Body, "include") is JsonArray include && include.Any(wish => wish is JsonValue value && value.TryGetValue<string>(out var name) && name == "reasoning.encrypted_content"))
        {
            item["encrypted_content"] = reply.Signature;
        }

        return item;
    }

    public static JsonObject Summary(string text) => new() { ["type"] = "summary_text", ["text"] = text };

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
            ["incomplete_details"] = status == "incomplete" ? new JsonObject { ["reason"] = reply.Finish is Finish.Blocked ? "content_filter" : "max_output_tokens" } : null,
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
        ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = reply.CachedTokens, ["cache_write_tokens"] = reply.CacheWriteTokens },
        ["output_tokens"] = reply.OutputTokens,
        ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = reply.ThinkingTokens },
        ["total_tokens"] = reply.InputTokens + reply.OutputTokens,
    };
}
