using System.Text;
using System.Text.Json;
using Conclave.Agents.Wire;
using Conclave.Engine.Budget;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;

namespace Conclave.Agents.Gemini;

/// <summary>Reads an answer of Gemini, which comes in pieces that look like the whole.</summary>
/// <remarks>
/// <code>
/// {"candidates":[{"content":{"role":"model","parts":[{"text":"Hel"},{"text":"...","thought":true}]},"finishReason":"STOP","index":0}],
///  "promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{...},"modelVersion":"...","responseId":"..."}
/// </code>
/// No piece says that it is the last, so the answer is over when nothing more comes, and complete if a reason for its end came.
/// </remarks>
internal sealed class GeminiAnswer : IAnswer
{
    private readonly StringBuilder text = new();
    private readonly GeminiParts parts = new();
    private Usage? usage;
    private string? model;
    private string? blocked;
    private string? finish;
    private string? finishMessage;

    public string Text => text.ToString();

    public bool HasBegun { get; private set; }

    public string? Id { get; private set; }

    public IEnumerable<ModelEvent> Take(JsonElement happening)
    {
        if (happening.HasObject("error"))
        {
            return [new ModelEvent.Ended(GeminiError.Read(happening).InStream())];
        }

        HasBegun |= happening.At("candidates").ValueKind == JsonValueKind.Array || happening.HasObject("promptFeedback");
        Id = happening.Text("responseId") ?? Id;
        model = happening.Text("modelVersion") ?? model;
        usage = happening.HasObject("usageMetadata") ? ReadUsage(happening.At("usageMetadata")) : usage;
        blocked = happening.Word("promptFeedback", "blockReason") is { } reason ? Named(reason, happening.Text("promptFeedback", "blockReasonMessage")) : blocked;
        return [.. happening.Objects("candidates").Where(candidate => candidate.Index("index") == 0).SelectMany(Piece)];
    }

    public CallOutcome? AtEnd() => Ending() switch
    {
        null => null,
        CallOutcome.Refused refused => refused with { StopReason = blocked is null ? finish : null },
        var whole => whole with { StopReason = finish, Calls = parts.Calls, Turn = parts.Turn() },
    };

    private CallOutcome? Ending() => (blocked, finish) switch
    {
        (not null, _) => new CallOutcome.Refused(blocked, usage),
        (_, null) => null,
        // Some servers encode enums as numbers.
        (_, "STOP" or "1") => new CallOutcome.Answered(StoredText.From(Text), usage, model),
        (_, "MAX_TOKENS" or "2") => new CallOutcome.CutOff(StoredText.From(Text), usage, model),
        // All other reasons, and every one that was ever added, mean that the answer is not whole.
        _ => new CallOutcome.Refused(Named(finish, finishMessage), usage),
    };

    private IEnumerable<ModelEvent> Piece(JsonElement candidate)
    {
        foreach (var part in candidate.Objects("content", "parts"))
        {
            var piece = part.Text("text");
            parts.Add(part, piece);
            if (piece is null)
            {
                continue;
            }

            if (part.IsTrue("thought"))
            {
                yield return new ModelEvent.Thinking(piece);
            }
            else if (piece.Length > 0)
            {
                text.Append(piece);
                yield return new ModelEvent.Delta(piece);
            }
        }

        // A filter may strike after a piece that looked like the end.
        if (candidate.Word("finishReason") is { } reason and not ("FINISH_REASON_UNSPECIFIED" or "0") && finish is null or "STOP" or "1")
        {
            finish = reason;
            finishMessage = candidate.Text("finishMessage");
        }
    }

    private static string Named(string reason, string? message)
    {
        var name = char.IsAsciiDigit(reason[0]) ? $"reason {reason}" : reason;
        return message is null ? name : $"{name}: {message}";
    }

    private static Usage ReadUsage(JsonElement usage)
    {
        var thoughts = usage.Count("thoughtsTokenCount");
        return new Usage(usage.Count("promptTokenCount"), usage.Count("cachedContentTokenCount"), 0, usage.Count("candidatesTokenCount") + thoughts, thoughts);
    }
}
