using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Simulator.Wire;

namespace Conclave.Simulator.OpenAI;

/// <summary>The objects of which Chat Completions are made.</summary>
internal static class ChatReply
{
    public static JsonObject Completion(Reply reply)
    {
        var refused = reply.Finish is Finish.Refused;
        var message = new JsonObject
        {
            ["role"] = "assistant",
            ["content"] = refused || !reply.HasText ? null : reply.Text,
            ["refusal"] = refused ? reply.Text : null,
            ["annotations"] = new JsonArray(),
        };
        if (reply.Thinking.Length > 0)
        {
            message["reasoning_content"] = reply.Thinking;
        }

        if (!reply.ToolCalls.IsEmpty)
        {
            message["tool_calls"] = new JsonArray([.. reply.ToolCalls.Index().Select(item => Call(reply, item.Index, item.Item.Name, item.Item.Arguments))]);
        }

        var choice = new JsonObject { ["index"] = 0, ["message"] = message, ["logprobs"] = null, ["finish_reason"] = FinishReason(reply) };
        var completion = Envelope(reply, "chat.completion", reply.Finish is Finish.Empty ? null : choice);
        completion["usage"] = Usage(reply);
        return completion;
    }

    public static IEnumerable<Frame> Chunks(Reply reply)
    {
        var refused = reply.Finish is Finish.Refused;
        if (reply.Finish is not Finish.Empty)
        {
            yield return Chunk(reply, FramePart.Opening, new JsonObject { ["role"] = "assistant", ["content"] = refused || !reply.HasText ? null : "", ["refusal"] = null });
        }

        // No model of the vendor shows its thinking here; servers that speak this format do, under this name.
        foreach (var piece in reply.Pieces(reply.Thinking))
        {
            yield return Chunk(reply, FramePart.Opening, new JsonObject { ["reasoning_content"] = piece });
        }

        foreach (var piece in reply.HasText ? reply.Pieces(reply.Text) : [])
        {
            yield return Chunk(reply, FramePart.Text, new JsonObject { [refused ? "refusal" : "content"] = piece }, chars: piece.Length);
        }

        foreach (var (index, call) in reply.ToolCalls.Index())
        {
            var first = Call(reply, index, call.Name, "");
            first.Insert(0, "index", index);
            yield return Calls(reply, first, 0);
            foreach (var piece in reply.Pieces(call.Arguments))
            {
                yield return Calls(reply, new JsonObject { ["index"] = index, ["function"] = new JsonObject { ["arguments"] = piece } }, piece.Length);
            }
        }

        yield return reply.Finish is Finish.Empty ? Frame.Bare(FramePart.End, Envelope(reply, "chat.completion.chunk", null)) : Chunk(reply, FramePart.End, [], FinishReason(reply));
        if (WantsUsage(reply))
        {
            yield return UsageChunk(reply);
        }

        yield return new Frame(FramePart.End, null, new FrameData.Text("[DONE]"), 0);
    }

    /// <summary>The chunk that brings the usage and no choice.</summary>
    public static Frame UsageChunk(Reply reply)
    {
        var last = Envelope(reply, "chat.completion.chunk", null);
        last["usage"] = Usage(reply);
        return Frame.Bare(FramePart.End, last);
    }

    /// <summary>A chunk with something in its delta.</summary>
    public static Frame Chunk(Reply reply, FramePart part, JsonObject delta, string? finish = null, int chars = 0)
    {
        var chunk = Envelope(reply, "chat.completion.chunk", new JsonObject
        {
            ["index"] = 0,
            ["delta"] = delta,
            ["logprobs"] = null,
            ["finish_reason"] = finish,
        });
        if (WantsUsage(reply))
        {
            chunk["usage"] = null;
        }

        return Frame.Bare(part, chunk, chars);
    }

    private static Frame Calls(Reply reply, JsonObject call, int chars) =>
        Chunk(reply, FramePart.Text, new JsonObject { ["tool_calls"] = new JsonArray(call) }, chars: chars);

    private static JsonObject Call(Reply reply, int index, string name, string arguments) => new()
    {
        ["id"] = reply.Ids.Of(index).Letters("call_", 24),
        ["type"] = "function",
        ["function"] = new JsonObject { ["name"] = name, ["arguments"] = arguments },
    };

    private static JsonObject Envelope(Reply reply, string kind, JsonObject? choice) => new()
    {
        ["id"] = reply.Ids.Letters("chatcmpl-", 29),
        ["object"] = kind,
        ["created"] = reply.Created.ToUnixTimeSeconds(),
        ["model"] = reply.Question.Model,
        ["choices"] = choice is null ? [] : new JsonArray(choice),
        ["service_tier"] = "default",
        ["system_fingerprint"] = "fp_simulator",
    };

    private static string FinishReason(Reply reply) => reply.Finish switch
    {
        Finish.CutOff => "length",
        Finish.Blocked => "content_filter",
        _ when reply.CallsTools => "tool_calls",
        _ => "stop",
    };

    private static bool WantsUsage(Reply reply) =>
        reply.Question.Body.TryGetProperty("stream_options", out var options)
        && options.ValueKind is JsonValueKind.Object
        && options.TryGetProperty("include_usage", out var wanted)
        && wanted.ValueKind is JsonValueKind.True;

    private static JsonObject Usage(Reply reply) => new()
    {
        ["prompt_tokens"] = reply.InputTokens,
        ["completion_tokens"] = reply.OutputTokens,
        ["total_tokens"] = reply.InputTokens + reply.OutputTokens,
        ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = reply.CachedTokens, ["audio_tokens"] = 0 },
        ["completion_tokens_details"] = new JsonObject
        {
            ["reasoning_tokens"] = reply.ThinkingTokens,
            ["audio_tokens"] = 0,
            ["accepted_prediction_tokens"] = 0,
            ["rejected_prediction_tokens"] = 0,
        },
    };
}
