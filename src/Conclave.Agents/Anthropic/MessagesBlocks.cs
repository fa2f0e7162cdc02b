using System.Collections.Immutable;
using System.Text.Json;
using Conclave.Agents.Wire;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;

namespace Conclave.Agents.Anthropic;

/// <summary>The blocks of an answer, each at its place; one that begins anew replaces what it was. Mutable.</summary>
internal sealed class MessagesBlocks
{
    private readonly SortedDictionary<int, MessagesBlock> blocks = [];
    private readonly Kept kept = new();

    /// <summary>The text of all of them.</summary>
    public string Text => string.Concat(blocks.Values.Where(block => block.IsText).Select(block => block.Text));

    /// <summary>The tools that the model asks us to use, not those that the vendor uses by itself; null for none.</summary>
    public ImmutableArray<ToolCall>? Calls
    {
        get
        {
            var calls = blocks.Values.Where(block => block.Type == "tool_use").ToList();
            return calls.Count == 0 ? null : [.. calls.Select(call => new ToolCall(call.Id ?? "", call.Name ?? "", StoredText.From(call.Input)))];
        }
    }

    /// <summary>The turn as it goes back.</summary>
    public StoredText? Turn
    {
        get
        {
            var turn = new TurnWriter();
            foreach (var block in blocks.Values)
            {
                if (block.IsText)
                {
                    turn.Text(block.Text.Length);
                }
                else
                {
                    turn.Item(block.Write);
                }
            }

            return turn.Write();
        }
    }

    public void Begin(int index, JsonElement block)
    {
        kept.Add(block.Text("type") == "text" ? 0 : block.GetRawText().Length);
        blocks[index] = new MessagesBlock(block);
    }

    /// <summary>Adds to a block; text for one that nobody began begins it.</summary>
    public void Add(int index, JsonElement delta)
    {
        if (!blocks.TryGetValue(index, out var block))
        {
            if (delta.Text("type") != "text_delta")
            {
                return;
            }

            blocks[index] = block = new MessagesBlock(JsonElement.Parse("""{"type":"text"}"""));
        }

        kept.Add(block.Add(delta));
    }

    public void Clear() => blocks.Clear();
}
