using System.Text.Json.Nodes;
using Conclave.Simulator.Scenarios;
using Conclave.Simulator.Wire;

namespace Conclave.Simulator.Anthropic;

/// <summary>The events of one streamed message. For one use.</summary>
internal sealed class MessagesStream(Reply reply)
{
    private int blocks;

    public IEnumerable<Frame> Frames()
    {
        yield return Event(FramePart.Opening, "message_start", new JsonObject { ["message"] = MessagesReply.Started(reply) });
        var pinged = false;
        foreach (var frame in Blocks())
        {
            // The vendor sends one before it says anything.
            if (!pinged && frame.Part is not FramePart.Opening)
            {
                pinged = true;
                yield return Ping(FramePart.Opening);
            }

            yield return frame;
        }

        yield return Event(FramePart.End, "message_delta", new JsonObject
        {
            ["delta"] = new JsonObject
            {
                ["stop_reason"] = MessagesReply.StopReason(reply),
                ["stop_sequence"] = null,
                ["stop_details"] = MessagesReply.StopDetails(reply),
                ["container"] = null,
            },
            ["usage"] = MessagesReply.Usage(reply, reply.OutputTokens, reply.ThinkingTokens),
        });
        yield return Event(FramePart.End, "message_stop", []);
    }

    /// <summary>A sign of life.</summary>
    public static Frame Ping(FramePart part) => Event(part, "ping", []);

    /// <summary>A block of a type that no client knows.</summary>
    public static IEnumerable<Frame> Strange(int at, JsonObject block) =>
        [Start(FramePart.Closing, at, block), Delta(FramePart.Closing, at, new JsonObject { ["type"] = "hologram_delta", ["light"] = 7 }), Stop(FramePart.Closing, at)];

    public static Frame Event(FramePart part, string type, JsonObject data, int chars = 0)
    {
        data.Insert(0, "type", type);
        return Frame.Named(part, type, data, chars);
    }

    private IEnumerable<Frame> Blocks() =>
    [
        .. reply.HasContent && reply.Thought ? Thinking(blocks++) : [],
        .. MessagesReply.SaysText(reply) ? Text(blocks++) : [],
        .. reply.ToolCalls.Index().SelectMany(item => ToolUse(blocks++, item.Index, item.Item)),
    ];

    // What the model thought is not shown by default; its signature is.
    private IEnumerable<Frame> Thinking(int at)
    {
        yield return Start(FramePart.Opening, at, MessagesReply.Thinking("", ""));
        foreach (var piece in reply.Pieces(reply.Thinking))
        {
            yield return Delta(FramePart.Opening, at, new JsonObject { ["type"] = "thinking_delta", ["thinking"] = piece });
        }

        yield return Delta(FramePart.Opening, at, new JsonObject { ["type"] = "signature_delta", ["signature"] = reply.Signature });
        yield return Stop(FramePart.Opening, at);
    }

    private IEnumerable<Frame> Text(int at)
    {
        yield return Start(FramePart.Opening, at, MessagesReply.Text(""));
        foreach (var piece in reply.Pieces(reply.Text))
        {
            yield return Delta(FramePart.Text, at, new JsonObject { ["type"] = "text_delta", ["text"] = piece }, piece.Length);
        }

        yield return Stop(reply.ToolCalls.IsEmpty ? FramePart.Closing : FramePart.Text, at);
    }

    private IEnumerable<Frame> ToolUse(int at, int index, ToolCall call)
    {
        yield return Start(FramePart.Text, at, MessagesReply.ToolUse(reply, index, call.Name, new JsonObject()));
        yield return Delta(FramePart.Text, at, new JsonObject { ["type"] = "input_json_delta", ["partial_json"] = "" });
        foreach (var piece in reply.Pieces(call.Arguments))
        {
            yield return Delta(FramePart.Text, at, new JsonObject { ["type"] = "input_json_delta", ["partial_json"] = piece }, piece.Length);
        }

        yield return Stop(index == reply.ToolCalls.Length - 1 ? FramePart.Closing : FramePart.Text, at);
    }

    private static Frame Start(FramePart part, int at, JsonObject block) =>
        Event(part, "content_block_start", new JsonObject { ["index"] = at, ["content_block"] = block });

    private static Frame Delta(FramePart part, int at, JsonObject delta, int chars = 0) =>
        Event(part, "content_block_delta", new JsonObject { ["index"] = at, ["delta"] = delta }, chars);

    private static Frame Stop(FramePart part, int at) => Event(part, "content_block_stop", new JsonObject { ["index"] = at });
}
