using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Simulator.Wire;

namespace Conclave.Simulator.OpenAI;

/// <summary>The objects of which Chat Completions are made.</summary>
internal static class ChatReply
{
    private static readonly byte[] Done = Encoding.UTF8.GetBytes("data: [DONE]\n\n");

    public static JsonObject Completion(Reply reply)
    {
        var refused = reply.Finish is Finish.Refused;
        var completion = Envelope(reply, "chat.completion", new JsonObject
        {
            ["index"] = 0,
            ["message"] = new JsonObject
            {
                ["role"] = "assistant",
                ["content"] = refused ? null : reply.Text,
                ["refusal"] = refused ? reply.Text : null,
                ["annotations"] = new JsonArray(),
            },
            ["logprobs"] = null,
            ["finish_reason"] = FinishReason(reply),
        });
        completion["usage"] = Usage(reply);
        return completion;
    }

    public static IEnumerable<Frame> Chunks(Reply reply)
    {
        var refused = reply.Finish is Finish.Refused;
        yield return Chunk(reply, FramePart.Opening, new JsonObject { ["role"] = "assistant", ["content"] = refused ? null : "", ["refusal"] = null });
        foreach (var piece in reply.Pieces)
        {
            yield return Chunk(reply, FramePart.Text, new JsonObject { [refused ? "refusal" : "content"] = piece }, chars: piece.Length);
        }

        yield return Chunk(reply, FramePart.Closing, new JsonObject(), FinishReason(reply));
        if (WantsUsage(reply))
        {
            var last = Envelope(reply, "chat.completion.chunk", null);
            last["usage"] = Usage(reply);
            yield return Frame.Bare(FramePart.Closing, last);
        }

        yield return new Frame(FramePart.Closing, 0, Done);
    }

    private static Frame Chunk(Reply reply, FramePart part, JsonObject delta, string? finish = null, int chars = 0)
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

    private static string FinishReason(Reply reply) => reply.Finish is Finish.CutOff ? "length" : "stop";

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
        ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = 0, ["audio_tokens"] = 0 },
        ["completion_tokens_details"] = new JsonObject
        {
            ["reasoning_tokens"] = reply.ThinkingTokens,
            ["audio_tokens"] = 0,
            ["accepted_prediction_tokens"] = 0,
            ["rejected_prediction_tokens"] = 0,
        },
    };
}
