using System.Text.Json.Nodes;
using Conclave.Simulator.Scenarios;
using Conclave.Simulator.Wire;

namespace Conclave.Simulator.OpenAI;

/// <summary>The events of one streamed response, numbered from 0. For one use.</summary>
internal sealed class ResponsesStream(Reply reply)
{
    private readonly string kind = reply.Finish is Finish.Refused ? "refusal" : "output_text";
    private int sequence;
    private int outputs;

    public IEnumerable<Frame> Frames()
    {
        yield return Event(FramePart.Opening, "created", new JsonObject { ["response"] = ResponsesReply.Started(reply) });
        yield return Event(FramePart.Opening, "in_progress", new JsonObject { ["response"] = ResponsesReply.Started(reply) });
        foreach (var frame in (reply.HasContent && reply.Thought ? Reasoning(outputs++) : []).Concat(reply.HasText ? Message(outputs++) : []))
        {
            yield return frame;
        }

        foreach (var frame in reply.ToolCalls.Index().SelectMany(item => Call(outputs++, item.Index, item.Item)))
        {
            yield return frame;
        }

        yield return Event(FramePart.End, ResponsesReply.IsIncomplete(reply) ? "incomplete" : "completed", new JsonObject { ["response"] = ResponsesReply.Ended(reply) });
    }

    private IEnumerable<Frame> Reasoning(int at)
    {
        yield return Item(FramePart.Opening, "output_item.added", at, ResponsesReply.Reasoning(reply, ""));
        if (reply.Thinking.Length > 0)
        {
            yield return Summary("reasoning_summary_part.added", at, new JsonObject { ["part"] = ResponsesReply.Summary("") });
            foreach (var piece in reply.Pieces(reply.Thinking))
            {
                yield return Summary("reasoning_summary_text.delta", at, new JsonObject { ["delta"] = piece });
            }

            yield return Summary("reasoning_summary_text.done", at, new JsonObject { ["text"] = reply.Thinking });
            yield return Summary("reasoning_summary_part.done", at, new JsonObject { ["part"] = ResponsesReply.Summary(reply.Thinking) });
        }

        yield return Item(FramePart.Opening, "output_item.done", at, ResponsesReply.Reasoning(reply, reply.Thinking));
    }

    private IEnumerable<Frame> Message(int at)
    {
        yield return Item(FramePart.Opening, "output_item.added", at, ResponsesReply.Message(reply, "in_progress", null));
        yield return Content(FramePart.Opening, "content_part.added", at, new JsonObject { ["part"] = ResponsesReply.Part(reply, "") });
        foreach (var piece in reply.Pieces(reply.Text))
        {
            yield return Content(FramePart.Text, kind + ".delta", at, Logged(new JsonObject { ["delta"] = piece }), piece.Length);
        }

        var closing = reply.ToolCalls.IsEmpty ? FramePart.Closing : FramePart.Text;
        yield return Content(closing, kind + ".done", at, Logged(new JsonObject { [kind == "refusal" ? "refusal" : "text"] = reply.Text }));
        yield return Content(closing, "content_part.done", at, new JsonObject { ["part"] = ResponsesReply.Part(reply, reply.Text) });
        yield return Item(closing, "output_item.done", at, ResponsesReply.Message(reply, ResponsesReply.ItemStatus(reply), ResponsesReply.Part(reply, reply.Text)));
    }

    private IEnumerable<Frame> Call(int at, int index, ToolCall call)
    {
        yield return Item(FramePart.Text, "output_item.added", at, ResponsesReply.FunctionCall(reply, index, call.Name, "", "in_progress"));
        foreach (var piece in reply.Pieces(call.Arguments))
        {
            yield return Arguments(FramePart.Text, "delta", new JsonObject { ["delta"] = piece }, piece.Length);
        }

        var closing = index == reply.ToolCalls.Length - 1 ? FramePart.Closing : FramePart.Text;
        yield return Arguments(closing, "done", new JsonObject { ["name"] = call.Name, ["arguments"] = call.Arguments });
        yield return Item(closing, "output_item.done", at, ResponsesReply.FunctionCall(reply, index, call.Name, call.Arguments, ResponsesReply.ItemStatus(reply)));

        Frame Arguments(FramePart part, string name, JsonObject data, int chars = 0)
        {
            data.Insert(0, "item_id", ResponsesReply.CallItemId(reply, index));
            data.Insert(1, "output_index", at);
            return Event(part, "function_call_arguments." + name, data, chars);
        }
    }

    private Frame Summary(string name, int at, JsonObject data)
    {
        data.Insert(0, "item_id", ResponsesReply.ReasoningId(reply));
        data.Insert(1, "output_index", at);
        data.Insert(2, "summary_index", 0);
        return Event(FramePart.Opening, name, data);
    }

    private Frame Item(FramePart part, string name, int at, JsonObject item) =>
        Event(part, name, new JsonObject { ["output_index"] = at, ["item"] = item });

    private Frame Content(FramePart part, string name, int at, JsonObject data, int chars = 0)
    {
        data.Insert(0, "item_id", ResponsesReply.MessageId(reply));
        data.Insert(1, "output_index", at);
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
