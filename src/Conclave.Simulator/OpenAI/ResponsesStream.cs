using System.Text.Json.Nodes;
using Conclave.Simulator.Wire;

namespace Conclave.Simulator.OpenAI;

/// <summary>The events of one streamed response, numbered from 0. For one use.</summary>
internal sealed class ResponsesStream(Reply reply)
{
    private readonly string kind = reply.Finish is Finish.Refused ? "refusal" : "output_text";
    private readonly int messageIndex = reply.ThinkingTokens > 0 ? 1 : 0;
    private int sequence;

    public IEnumerable<Frame> Frames() => Opening().Concat(Text()).Concat(Closing());

    private IEnumerable<Frame> Opening()
    {
        yield return Event(FramePart.Opening, "created", new JsonObject { ["response"] = ResponsesReply.Started(reply) });
        yield return Event(FramePart.Opening, "in_progress", new JsonObject { ["response"] = ResponsesReply.Started(reply) });
        if (reply.ThinkingTokens > 0)
        {
            yield return Item(FramePart.Opening, "output_item.added", 0, ResponsesReply.Reasoning(reply));
            yield return Item(FramePart.Opening, "output_item.done", 0, ResponsesReply.Reasoning(reply));
        }

        yield return Item(FramePart.Opening, "output_item.added", messageIndex, ResponsesReply.Message(reply, "in_progress", null));
        yield return Content(FramePart.Opening, "content_part.added", new JsonObject { ["part"] = ResponsesReply.Part(reply, "") });
    }

    private IEnumerable<Frame> Text()
    {
        foreach (var piece in reply.Pieces)
        {
            yield return Content(FramePart.Text, kind + ".delta", Logged(new JsonObject { ["delta"] = piece }), piece.Length);
        }
    }

    private IEnumerable<Frame> Closing()
    {
        yield return Content(FramePart.Closing, kind + ".done", Logged(new JsonObject { [kind == "refusal" ? "refusal" : "text"] = reply.Text }));
        yield return Content(FramePart.Closing, "content_part.done", new JsonObject { ["part"] = ResponsesReply.Part(reply, reply.Text) });
        var message = ResponsesReply.Message(reply, ResponsesReply.MessageStatus(reply), ResponsesReply.Part(reply, reply.Text));
        yield return Item(FramePart.Closing, "output_item.done", messageIndex, message);
        var end = reply.Finish is Finish.CutOff ? "incomplete" : "completed";
        yield return Event(FramePart.Closing, end, new JsonObject { ["response"] = ResponsesReply.Ended(reply) });
    }

    private Frame Item(FramePart part, string name, int index, JsonObject item) =>
        Event(part, name, new JsonObject { ["output_index"] = index, ["item"] = item });

    private Frame Content(FramePart part, string name, JsonObject data, int chars = 0)
    {
        data.Insert(0, "item_id", ResponsesReply.MessageId(reply));
        data.Insert(1, "output_index", messageIndex);
        data.Insert(2, "content_index", 0);
        return Event(part, name, data, chars);
    }

    private Frame Event(FramePart part, string name, JsonObject data, int chars = 0)
    {
        data.Insert(0, "type", "response." + name);
        data.Insert(1, "sequence_number", sequence++);
        return Frame.Named(part, "response." + name, data, chars);
    }

    // Text comes with a list of log probabilities, empty unless asked for; a refusal has none.
    private JsonObject Logged(JsonObject data)
    {
        if (kind == "output_text")
        {
            data["logprobs"] = new JsonArray();
        }

        return data;
    }
}
