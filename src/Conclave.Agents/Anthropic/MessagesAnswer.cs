using System.Text.Json;
using Conclave.Agents.Wire;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;

namespace Conclave.Agents.Anthropic;

/// <summary>Reads an answer of the Messages API.</summary>
/// <remarks>
/// <code>
/// {"type":"message_start","message":{"id","model","usage"}}
/// {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}
/// {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hel"}}
/// {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_details"},"usage"}
/// {"type":"message_stop"}
/// </code>
/// A server that does not stream gives one <c>message</c>.
/// </remarks>
internal sealed class MessagesAnswer : IAnswer
{
    private readonly MessagesBlocks blocks = new();
    private MessagesUsage usage = new();
    private string? model;
    private string? stopReason;
    private JsonElement stopDetails;

    public string Text => blocks.Text;

    public bool HasBegun => Id is not null;

    public string? Id { get; private set; }

    public IEnumerable<ModelEvent> Take(JsonElement happening)
    {
        switch (happening.Text("type"))
        {
            case "message_start":
                Begin(happening.At("message"));
                return [];
            case "content_block_start":
                return BeginBlock(happening.Index("index"), happening.At("content_block"));
            case "content_block_delta":
                return Delta(happening.Index("index"), happening.At("delta"));
            case "message_delta":
                Stop(happening.At("delta"), happening.At("usage"));
                return [];
            case "message_stop":
                return [new ModelEvent.Ended(Outcome())];
            case "message":
                return Whole(happening);
            case "error":
            case null when happening.HasObject("error"):
                return [new ModelEvent.Ended(AnthropicError.Read(happening, mayRepeat: false).InStream())];
            default:
                return [];
        }
    }

    public CallOutcome? AtEnd() => null;

    // A second beginning replaces the first: the vendor started over.
    private void Begin(JsonElement message)
    {
        blocks.Clear();
        Id = message.Text("id");
        model = message.Text("model");
        usage = new MessagesUsage().With(message.At("usage"));
        Stop(message, default);
    }

    private IEnumerable<ModelEvent> BeginBlock(int index, JsonElement block)
    {
        if (block.ValueKind != JsonValueKind.Object)
        {
            return [];
        }

        blocks.Begin(index, block);
        return block.Text("type") switch
        {
            "text" when block.Text("text") is { Length: > 0 } text => [new ModelEvent.Delta(text)],
            "thinking" or "redacted_thinking" => [new ModelEvent.Thinking(block.Text("thinking") ?? "")],
            _ => [],
        };
    }

    private IEnumerable<ModelEvent> Delta(int index, JsonElement delta)
    {
        blocks.Add(index, delta);
        return delta.Text("type") switch
        {
            "text_delta" when delta.Text("text") is { Length: > 0 } text => [new ModelEvent.Delta(text)],
            "thinking_delta" => [new ModelEvent.Thinking(delta.Text("thinking") ?? "")],
            _ => [],
        };
    }

    private void Stop(JsonElement delta, JsonElement counted)
    {
        usage = usage.With(counted);
        stopReason = delta.Text("stop_reason") ?? stopReason;
        stopDetails = delta.HasObject("stop_details") ? delta.At("stop_details") : stopDetails;
    }

    private IEnumerable<ModelEvent> Whole(JsonElement message)
    {
        Begin(message);
        var index = 0;
        foreach (var happening in message.Objects("content").SelectMany(block => BeginBlock(index++, block)))
        {
            yield return happening;
        }

        yield return new ModelEvent.Ended(Outcome());
    }

    private CallOutcome Outcome()
    {
        var outcome = Ending();
        return outcome is CallOutcome.Answered or CallOutcome.CutOff
            ? outcome with { StopReason = stopReason, Calls = blocks.Calls, Turn = blocks.Turn }
            : outcome with { StopReason = stopReason };
    }

    private CallOutcome Ending() => stopReason switch
    {
        "end_turn" or "stop_sequence" or "tool_use" => new CallOutcome.Answered(StoredText.From(Text), usage.Total, model),
        "max_tokens" => new CallOutcome.CutOff(StoredText.From(Text), usage.Total, model),
        "model_context_window_exceeded" => new CallOutcome.CutOff(StoredText.From(Text), usage.Total, model) { Why = CutReason.Window },
        "pause_turn" => new CallOutcome.CutOff(StoredText.From(Text), usage.Total, model) { Why = CutReason.Pause },
        "refusal" => new CallOutcome.Refused(Refusal(), usage.Total),
        null => new CallOutcome.InDoubt("the answer ended without a reason for its end", null),
        // Every reason that was ever added means that the answer is not whole.
        _ => new CallOutcome.Refused(stopReason, usage.Total),
    };

    private string Refusal() => string.Join(": ", new[] { "refusal", stopDetails.Text("category"), stopDetails.Text("explanation") }.Where(part => !string.IsNullOrEmpty(part)));
}
