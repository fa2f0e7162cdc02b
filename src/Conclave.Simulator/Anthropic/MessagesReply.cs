using System.Text.Json.Nodes;
using Conclave.Simulator.Wire;

namespace Conclave.Simulator.Anthropic;

/// <summary>The objects and events of which Messages are made.</summary>
internal static class MessagesReply
{
    public static JsonObject Whole(Reply reply)
    {
        var content = new JsonArray();
        if (reply.ThinkingTokens > 0)
        {
            content.Add(Thinking(Signature(reply)));
        }

        if (reply.Finish is not Finish.Refused)
        {
            content.Add(Text(reply.Text));
        }

        return Message(reply, content, StopReason(reply), Usage(reply));
    }

    public static IEnumerable<Frame> Events(Reply reply)
    {
        var index = 0;
        yield return Event(FramePart.Opening, "message_start", new JsonObject { ["message"] = Message(reply, [], null, Usage(reply, 1, 0)) });
        if (reply.ThinkingTokens > 0)
        {
            yield return Start(index, Thinking(""));
            yield return Delta(FramePart.Opening, index, new JsonObject { ["type"] = "signature_delta", ["signature"] = Signature(reply) });
            yield return Stop(FramePart.Opening, index++);
        }

        if (reply.Finish is not Finish.Refused)
        {
            yield return Start(index, Text(""));
        }

        yield return Event(FramePart.Opening, "ping", new JsonObject());
        if (reply.Finish is not Finish.Refused)
        {
            foreach (var piece in reply.Pieces)
            {
                yield return Delta(FramePart.Text, index, new JsonObject { ["type"] = "text_delta", ["text"] = piece }, piece.Length);
            }

            yield return Stop(FramePart.Closing, index);
        }

        yield return Event(FramePart.Closing, "message_delta", new JsonObject
        {
            ["delta"] = new JsonObject
            {
                ["stop_reason"] = StopReason(reply),
                ["stop_sequence"] = null,
                ["stop_details"] = StopDetails(reply),
                ["container"] = null,
            },
            ["usage"] = Usage(reply),
        });
        yield return Event(FramePart.Closing, "message_stop", new JsonObject());
    }

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

    private static string StopReason(Reply reply) => reply.Finish switch
    {
        Finish.CutOff => "max_tokens",
        Finish.Refused => "refusal",
        _ => "end_turn",
    };

    private static JsonObject? StopDetails(Reply reply) => reply.Finish is Finish.Refused
        ? new JsonObject { ["type"] = "refusal", ["category"] = null, ["explanation"] = reply.Text }
        : null;

    private static JsonObject Text(string text) => new() { ["type"] = "text", ["text"] = text, ["citations"] = null };

    // What the model thought is not shown by default; its signature is.
    private static JsonObject Thinking(string signature) => new() { ["type"] = "thinking", ["thinking"] = "", ["signature"] = signature };

    private static string Signature(Reply reply) => Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(reply.Ids.Hex("signature", 64)));

    private static JsonObject Usage(Reply reply) => Usage(reply, reply.OutputTokens, reply.ThinkingTokens);

    private static JsonObject Usage(Reply reply, int outputTokens, int thinkingTokens) => new()
    {
        ["input_tokens"] = reply.InputTokens,
        ["cache_creation_input_tokens"] = 0,
        ["cache_read_input_tokens"] = 0,
        ["cache_creation"] = new JsonObject { ["ephemeral_5m_input_tokens"] = 0, ["ephemeral_1h_input_tokens"] = 0 },
        ["output_tokens"] = outputTokens,
        ["output_tokens_details"] = new JsonObject { ["thinking_tokens"] = thinkingTokens },
        ["server_tool_use"] = null,
        ["service_tier"] = "standard",
        ["inference_geo"] = null,
    };

    private static Frame Start(int index, JsonObject block) =>
        Event(FramePart.Opening, "content_block_start", new JsonObject { ["index"] = index, ["content_block"] = block });

    private static Frame Delta(FramePart part, int index, JsonObject delta, int chars = 0) =>
        Event(part, "content_block_delta", new JsonObject { ["index"] = index, ["delta"] = delta }, chars);

    private static Frame Stop(FramePart part, int index) => Event(part, "content_block_stop", new JsonObject { ["index"] = index });

    private static Frame Event(FramePart part, string type, JsonObject data, int chars = 0)
    {
        data.Insert(0, "type", type);
        return Frame.Named(part, type, data, chars);
    }
}
