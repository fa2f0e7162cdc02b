using System.Text;
using System.Text.Json;
using Conclave.Agents.Wire;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;

namespace Conclave.Agents.Compatible;

/// <summary>Reads an answer of Chat Completions.</summary>
/// <remarks>
/// <code>
/// {"id","object":"chat.completion.chunk","model","choices":[{"index":0,"delta":{"content":"Hel"},"finish_reason":null}]}
/// {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id","function":{"name","arguments":"{\"a"}}]}}]}
/// {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}
/// {"choices":[],"usage":{...}}
/// [DONE]
/// </code>
/// The reason for its end completes an answer; <c>[DONE]</c> only ends the stream, and not every server sends it. A server that does not stream gives one
/// object whose choices have a <c>message</c>.
/// </remarks>
internal sealed class ChatAnswer : IAnswer
{
    private readonly StringBuilder text = new();
    private readonly StringBuilder refusal = new();
    private readonly ChatCalls calls = new();
    private readonly ChatUsage usage = new();
    private string? model;
    private string? finish;
    private bool isDone;

    public string Text => text.ToString();

    public bool HasBegun { get; private set; }

    public string? Id { get; private set; }

    public IEnumerable<ModelEvent> Take(JsonElement happening)
    {
        if (happening.ValueKind == JsonValueKind.String)
        {
            isDone = true;
            return AtEnd() is { } end ? [new ModelEvent.Ended(end)] : [];
        }

        if (IsError(happening))
        {
            return [new ModelEvent.Ended(CompatibleError.Read(happening).InStream())];
        }

        var choices = happening.Objects("choices").Where(choice => choice.Index("index") == 0).ToList();
        HasBegun |= choices.Count > 0 || happening.Text("object") is "chat.completion" or "chat.completion.chunk";
        Id = happening.Text("id") is { Length: > 0 } id ? id : Id;
        model = happening.Text("model") is { Length: > 0 } name ? name : model;
        usage.Take(happening.At("usage"));
        var heard = choices.SelectMany(Choice).ToList();
        return choices.Exists(choice => choice.HasObject("message")) ? heard.Append(new ModelEvent.Ended(Outcome())) : heard;
    }

    public CallOutcome? AtEnd() => finish is not null || (isDone && text.Length > 0) ? Outcome() : null;

    // {"error":{...}}, {"error":"model is loading"}, {"object":"error","message":"..."}
    private static bool IsError(JsonElement happening) =>
        happening.At("error").ValueKind is JsonValueKind.Object or JsonValueKind.String || happening.Text("object") == "error" || happening.Text("type") == "error";

    private IEnumerable<ModelEvent> Choice(JsonElement choice)
    {
        var said = choice.HasObject("message") ? choice.At("message") : choice.At("delta");
        foreach (var thought in new[] { said.Text("reasoning_content"), said.Text("reasoning") }.Where(thought => thought is { Length: > 0 }).Take(1))
        {
            yield return new ModelEvent.Thinking(thought!);
        }

        if (Content(said.At("content")) is { Length: > 0 } piece)
        {
            text.Append(piece);
            yield return new ModelEvent.Delta(piece);
        }

        refusal.Append(said.Text("refusal"));
        calls.Take(said);
        finish = choice.Word("finish_reason") ?? choice.Text("finish_details", "type") ?? finish;
    }

    // A text, or a list of parts of which some are texts.
    private static string? Content(JsonElement content) => content.ValueKind switch
    {
        JsonValueKind.String => content.GetString(),
        JsonValueKind.Array => string.Concat(content.EnumerateArray().Where(part => part.Text("type") is "text" or null).Select(part => part.Text("text"))),
        _ => null,
    };

    private CallOutcome Outcome()
    {
        var outcome = Ending();
        return outcome is CallOutcome.Answered or CallOutcome.CutOff
            ? outcome with { StopReason = finish, Calls = calls.Calls(), Turn = calls.Turn(text.Length) }
            : outcome with { StopReason = finish };
    }

    private CallOutcome Ending() => finish?.ToLowerInvariant() switch
    {
        _ when refusal.Length > 0 => new CallOutcome.Refused($"refusal: {refusal}", usage.Total),
        // Without a reason: a whole document, or a stream that its server says is at its end.
        null or "stop" or "tool_calls" or "function_call" or "stop_sequence" or "end_turn" or "eos" or "eos_token" => new CallOutcome.Answered(StoredText.From(Text), usage.Total, model),
        "length" or "max_tokens" or "model_length" => new CallOutcome.CutOff(StoredText.From(Text), usage.Total, model),
        "error" or "abort" or "insufficient_system_resource" => new CallOutcome.Failed(200, $"the server gave up in the middle of the answer: {finish}"),
        // Every reason that was ever added means that the answer is not whole.
        _ => new CallOutcome.Refused(finish!, usage.Total),
    };
}
