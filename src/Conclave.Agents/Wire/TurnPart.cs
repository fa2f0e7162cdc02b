using System.Text.Json;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Agents.Wire;

/// <summary>A part of a model's turn on its way back: text, with members of the vendor's own or without, or an item that is the vendor's alone.</summary>
/// <param name="Text">Null for an item.</param>
internal readonly record struct TurnPart(string? Text, JsonElement With, JsonElement Item)
{
    // An item may be as deep as any JSON that is read, and stands a few levels deeper here.
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 128 };

    /// <summary>The parts of a turn in their order; its text alone when it is no more.</summary>
    public static IEnumerable<TurnPart> Of(ModelMessage message)
    {
        if (message.Turn is null)
        {
            yield return new TurnPart(message.Text, default, default);
            yield break;
        }

        var at = 0;
        foreach (var part in JsonElement.Parse(message.Turn, Deep).EnumerateArray())
        {
            if (part.At("item") is { ValueKind: not JsonValueKind.Undefined } item)
            {
                yield return new TurnPart(null, default, item);
                continue;
            }

            var length = Math.Min(part.Index("text"), message.Text.Length - at);
            yield return new TurnPart(message.Text.Substring(at, length), part.At("with"), default);
            at += length;
        }
    }
}
