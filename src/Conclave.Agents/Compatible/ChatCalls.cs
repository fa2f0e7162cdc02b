using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Conclave.Agents.Wire;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;

namespace Conclave.Agents.Compatible;

/// <summary>The calls of tools in an answer, which come in fragments. Mutable.</summary>
internal sealed class ChatCalls
{
    private readonly SortedDictionary<int, Fragments> calls = [];
    private readonly Kept kept = new();

    /// <summary>Takes in the calls of a message or a piece of one.</summary>
    public void Take(JsonElement said)
    {
        foreach (var call in said.Objects("tool_calls"))
        {
            Add(call.At("index").ValueKind == JsonValueKind.Number ? call.Index("index") : PlaceOf(call, calls.Count), call, call.At("function"));
        }

        // Before there were several there was one: {"function_call":{"name","arguments"}}
        if (said.At("function_call") is { ValueKind: JsonValueKind.Object } only)
        {
            Add(0, only, only);
        }
    }

    /// <summary>All of them, in their order; null for none.</summary>
    public ImmutableArray<ToolCall>? Calls() => calls.Count == 0 ? null : [.. calls.Values.Select(call => new ToolCall(call.Id, call.Name, StoredText.From(call.Arguments.ToString())))];

    /// <summary>The turn as it goes back; null when there are none.</summary>
    /// <param name="textLength">How much text came with them.</param>
    public StoredText? Turn(int textLength)
    {
        var turn = new TurnWriter();
        turn.Text(textLength);
        foreach (var call in calls.Values)
        {
            turn.Item(call.Write);
        }

        return turn.Write();
    }

    // Without an index: what names a call goes on with it or begins one, and what names none goes on with the last.
    private int PlaceOf(JsonElement call, int next) => call.Text("id") switch
    {
        { Length: > 0 } id when calls.Any(known => known.Value.Id == id) => calls.First(known => known.Value.Id == id).Key,
        { Length: > 0 } => next,
        _ => call.Text("function", "name") is { Length: > 0 } || calls.Count == 0 ? next : calls.Keys.Last(),
    };

    private void Add(int index, JsonElement call, JsonElement function)
    {
        kept.Add(call.GetRawText().Length);
        if (!calls.TryGetValue(index, out var fragments))
        {
            calls[index] = fragments = new Fragments(call, index);
        }

        fragments.Add(call, function);
    }

    private sealed class Fragments(JsonElement start, int index)
    {
        public string Id { get; private set; } = string.Create(CultureInfo.InvariantCulture, $"call_{index + 1}");

        public string Name { get; private set; } = "";

        public StringBuilder Arguments { get; } = new();

        public void Add(JsonElement call, JsonElement function)
        {
            Id = call.Text("id") is { Length: > 0 } id ? id : Id;
            Name = function.Text("name") is { Length: > 0 } name ? name : Name;
            // Some servers give the arguments as JSON and not as a text that holds it.
            Arguments.Append(function.At("arguments") is { ValueKind: JsonValueKind.Object } whole ? whole.GetRawText() : function.Text("arguments"));
        }

        // With what servers add of their own, such as signatures of the thinking before it.
        public void Write(Utf8JsonWriter json)
        {
            json.WriteStartObject();
            json.WriteString("id", Id);
            json.WriteString("type", "function");
            json.WriteStartObject("function");
            json.WriteString("name", Name);
            json.WriteString("arguments", Arguments.ToString());
            json.WriteEndObject();
            foreach (var member in start.EnumerateObject().Where(member => member.Name is not ("index" or "id" or "type" or "function" or "name" or "arguments")).DistinctBy(member => member.Name, StringComparer.Ordinal))
            {
                member.WriteTo(json);
            }

            json.WriteEndObject();
        }
    }
}
