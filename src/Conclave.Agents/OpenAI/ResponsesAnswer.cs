using System.Text.Json;
using Conclave.Agents.Wire;
using Conclave.Engine.Budget;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;

namespace Conclave.Agents.OpenAI;

/// <summary>Reads an answer of the Responses API.</summary>
/// <remarks>
/// <code>
/// {"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"Hel"}
/// {"type":"response.output_item.done","output_index":0,"item":{"type":"function_call","call_id","name","arguments"}}
/// {"type":"response.completed","response":{"id","model","status","output":[{"type":"message","content":[{"type":"output_text","text"}]}],"usage"}}
/// {"type":"error","code","message"}   {"type":"error","error":{"code","message"}}
/// </code>
/// A server that does not stream gives the <c>response</c> alone.
/// </remarks>
internal sealed class ResponsesAnswer : IAnswer
{
    private readonly TextParts parts = new();
    private readonly SortedDictionary<int, JsonElement> done = [];
    private readonly Kept kept = new();

    public string Text => parts.Text;

    public bool HasBegun => Id is not null;

    public string? Id { get; private set; }

    public IEnumerable<ModelEvent> Take(JsonElement happening)
    {
        Id = happening.Text("response", "id") ?? Id;
        switch (happening.Text("type"))
        {
            case "response.output_text.delta" when happening.Text("delta") is { Length: > 0 } delta:
                parts.Append(happening.Index("output_index"), happening.Index("content_index"), delta);
                return [new ModelEvent.Delta(delta)];
            case "response.reasoning_summary_text.delta" or "response.reasoning_text.delta":
                return [new ModelEvent.Thinking(happening.Text("delta") ?? "")];
            case "response.output_item.added" when happening.Text("item", "type") == "reasoning":
                return [new ModelEvent.Thinking("")];
            case "response.output_item.done" when happening.HasObject("item"):
                Keep(happening.Index("output_index"), happening.At("item"));
                return [];
            case "response.completed" or "response.incomplete" or "response.failed" or "response.cancelled":
                return End(happening.Text("type")!["response.".Length..], happening.At("response"));
            case "error":
                return [new ModelEvent.Ended(OpenAiError.Read(happening).InStream())];
            case null when happening.Text("object") == "response":
                Id = happening.Text("id");
                return End(happening.Text("status"), happening);
            case null when happening.HasObject("error"):
                return [new ModelEvent.Ended(OpenAiError.Read(happening).InStream())];
            default:
                return [];
        }
    }

    public CallOutcome? AtEnd() => null;

    private void Keep(int index, JsonElement item)
    {
        kept.Add(item.GetRawText().Length);
        done[index] = item;
    }

    private IEnumerable<ModelEvent> End(string? status, JsonElement response)
    {
        // Some servers in between leave the output out of the last event.
        var output = response.Objects("output").ToList() is { Count: > 0 } whole ? whole : [.. done.Values];
        var text = string.Concat(Content(output, "output_text").Select(part => part.Text("text")));
        if (parts.Text.Length == 0 && text.Length > 0)
        {
            parts.Append(0, 0, text);
            yield return new ModelEvent.Delta(text);
        }

        var items = new ResponsesItems(output);
        var outcome = Outcome(status, response, output, StoredText.From(text.Length > 0 ? text : parts.Text));
        yield return new ModelEvent.Ended(outcome is CallOutcome.Answered or CallOutcome.CutOff
            ? outcome with { StopReason = response.Text("incomplete_details", "reason") ?? status, Calls = items.Calls(), Turn = text.Length > 0 || parts.Text.Length == 0 ? items.Turn() : null }
            : outcome with { StopReason = response.Text("incomplete_details", "reason") ?? status });
    }

    private static CallOutcome Outcome(string? status, JsonElement response, List<JsonElement> output, StoredText text)
    {
        var (usage, model) = (ReadUsage(response.At("usage")), response.Text("model"));
        var unfinished = response.Text("incomplete_details", "reason");
        return status switch
        {
            _ when response.HasObject("error") => OpenAiError.Read(response).InStream(),
            "failed" or "cancelled" => new CallOutcome.Failed(200, $"the answer was {status}, without an explanation"),
            "queued" or "in_progress" => new CallOutcome.InDoubt($"the answer is not complete; its status is {status}", null),
            _ when unfinished == "content_filter" => new CallOutcome.Refused(unfinished, usage),
            _ when Content(output, "refusal").Select(part => part.Text("refusal")).FirstOrDefault() is { } refusal => new CallOutcome.Refused($"refusal: {refusal}", usage),
            "incomplete" => new CallOutcome.CutOff(text, usage, model),
            _ when unfinished is not null => new CallOutcome.CutOff(text, usage, model),
            _ => new CallOutcome.Answered(text, usage, model),
        };
    }

    private static IEnumerable<JsonElement> Content(List<JsonElement> output, string type) =>
        output.Where(item => item.Text("type") == "message").SelectMany(item => item.Objects("content")).Where(part => part.Text("type") == type);

    private static Usage? ReadUsage(JsonElement usage) => usage.ValueKind != JsonValueKind.Object ? null : new Usage(
        usage.Count("input_tokens"),
        usage.Count("input_tokens_details", "cached_tokens"),
        usage.Count("input_tokens_details", "cache_write_tokens"),
        usage.Count("output_tokens"),
        usage.Count("output_tokens_details", "reasoning_tokens"));
}
