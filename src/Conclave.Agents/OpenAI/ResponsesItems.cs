using System.Collections.Immutable;
using System.Text.Json;
using Conclave.Agents.Wire;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;

namespace Conclave.Agents.OpenAI;

/// <summary>The items of an answer's <c>output</c>: what they ask for, and how they go back in the next turn.</summary>
internal sealed class ResponsesItems(IReadOnlyList<JsonElement> output)
{
    /// <summary>The functions that the model calls; null for none.</summary>
    public ImmutableArray<ToolCall>? Calls()
    {
        var calls = output.Where(item => item.Text("type") == "function_call").ToList();
        return calls.Count == 0 ? null : [.. calls.Select(call => new ToolCall(call.Text("call_id") ?? call.Text("id") ?? "", call.Text("name") ?? "", StoredText.From(call.Text("arguments") ?? "")))];
    }

    /// <summary>The turn. The vendor stores nothing for us, so thinking can go back only when it came sealed.</summary>
    public StoredText? Turn()
    {
        var turn = new TurnWriter();
        foreach (var item in output)
        {
            switch (item.Text("type"))
            {
                case "message":
                    var length = item.Objects("content").Where(part => part.Text("type") == "output_text").Sum(part => part.Text("text")?.Length ?? 0);
                    if (item.At("phase") is { ValueKind: JsonValueKind.String } phase)
                    {
                        turn.Text(length, "phase", phase);
                    }
                    else
                    {
                        turn.Text(length);
                    }

                    break;
                case "reasoning" when item.Text("encrypted_content") is null:
                    break;
                default:
                    turn.Item(item);
                    break;
            }
        }

        return turn.Write();
    }
}
