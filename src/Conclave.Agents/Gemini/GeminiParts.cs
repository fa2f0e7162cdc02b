using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Conclave.Agents.Wire;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;

namespace Conclave.Agents.Gemini;

/// <summary>The parts of an answer: which functions they call, and how they go back in the next turn. Mutable.</summary>
internal sealed class GeminiParts
{
    private const string OwnId = "conclave-call-";

    private readonly TurnWriter turn = new();
    private readonly Kept kept = new();
    private readonly List<ToolCall> calls = [];

    /// <summary>The functions that the model calls; null for none.</summary>
    public ImmutableArray<ToolCall>? Calls => calls.Count == 0 ? null : [.. calls];

    /// <summary>Whether an id is one that we gave a call because the vendor gave it none; the vendor does not know it.</summary>
    public static bool IsOwnId(string callId) => callId.StartsWith(OwnId, StringComparison.Ordinal);

    /// <summary>The turn. It must have its signatures, and needs nothing else of the thinking.</summary>
    public StoredText? Turn() => turn.Write();

    /// <param name="text">The part's text; null when it is something else.</param>
    public void Add(JsonElement part, string? text)
    {
        var isSigned = part.Text("thoughtSignature") is not null;
        if (part.IsTrue("thought") && !isSigned)
        {
            return;
        }

        if (text is not null && !part.IsTrue("thought"))
        {
            AddText(part, text, isSigned);
            return;
        }

        kept.Add(part.GetRawText().Length);
        turn.Item(part);
        if (part.At("functionCall") is { ValueKind: JsonValueKind.Object } call)
        {
            var id = call.Text("id") is { Length: > 0 } given ? given : string.Create(CultureInfo.InvariantCulture, $"{OwnId}{calls.Count + 1}");
            calls.Add(new ToolCall(id, call.Text("name") ?? "", StoredText.From(call.At("args") is { ValueKind: not JsonValueKind.Undefined } args ? args.GetRawText() : "{}")));
        }
    }

    private void AddText(JsonElement part, string text, bool isSigned)
    {
        if (isSigned)
        {
            kept.Add(part.Text("thoughtSignature")!.Length);
            turn.Text(text.Length, "thoughtSignature", part.At("thoughtSignature"));
        }
        else
        {
            turn.Text(text.Length);
        }
    }
}
