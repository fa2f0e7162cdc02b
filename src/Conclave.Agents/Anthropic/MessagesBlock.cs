using System.Text;
using System.Text.Json;
using Conclave.Agents.Wire;

namespace Conclave.Agents.Anthropic;

/// <summary>One block of an answer while it comes in: as it began, and what was added to it. Mutable.</summary>
internal sealed class MessagesBlock
{
    private readonly JsonElement start;
    private readonly StringBuilder thinking = new();
    private readonly StringBuilder input = new();
    private readonly Dictionary<string, JsonElement> replaced = new(StringComparer.Ordinal);

    public MessagesBlock(JsonElement start)
    {
        this.start = start;
        Type = start.Text("type") ?? "";
        Text = new StringBuilder(IsText ? start.Text("text") : null);
        thinking.Append(start.Text("thinking"));
    }

    public string Type { get; }

    public bool IsText => Type == "text";

    /// <summary>The text of a block that is one.</summary>
    public StringBuilder Text { get; }

    public string? Id => start.Text("id");

    public string? Name => start.Text("name");

    /// <summary>A tool's arguments: what came in pieces, else what the block began with.</summary>
    public string Input => input.Length > 0 ? input.ToString() : start.At("input") is { ValueKind: not JsonValueKind.Undefined } given ? given.GetRawText() : "{}";

    /// <summary>Takes in what is added; returns how much has to be kept for it.</summary>
    public int Add(JsonElement delta)
    {
        switch (delta.Text("type"))
        {
            case "text_delta":
                Text.Append(delta.Text("text"));
                return 0;
            case "thinking_delta":
                thinking.Append(delta.Text("thinking"));
                return delta.Text("thinking")?.Length ?? 0;
            case "input_json_delta":
                input.Append(delta.Text("partial_json"));
                return delta.Text("partial_json")?.Length ?? 0;
            case "signature_delta" or "compaction_delta":
                foreach (var member in delta.EnumerateObject().Where(member => member.Name != "type"))
                {
                    replaced[member.Name] = member.Value;
                }

                return delta.GetRawText().Length;
            default:
                return 0;
        }
    }

    /// <summary>Writes the block as a whole, as a server that does not stream would have sent it.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var member in start.EnumerateObject().Where(member => !IsOverwritten(member.Name)).DistinctBy(member => member.Name, StringComparer.Ordinal))
        {
            member.WriteTo(json);
        }

        foreach (var (name, value) in replaced)
        {
            json.WritePropertyName(name);
            value.WriteTo(json);
        }

        if (Type == "thinking")
        {
            json.WriteString("thinking", thinking.ToString());
        }

        if (input.Length > 0)
        {
            json.WritePropertyName("input");
            WriteInput(json);
        }

        json.WriteEndObject();
    }

    private bool IsOverwritten(string name) => replaced.ContainsKey(name) || (name == "thinking" && Type == "thinking") || (name == "input" && input.Length > 0);

    // The vendor takes an object only; what was cut off in the middle is none.
    private void WriteInput(Utf8JsonWriter json)
    {
        if (JsonText.TryParse(input.ToString()) is { ValueKind: JsonValueKind.Object } whole)
        {
            whole.WriteTo(json);
            return;
        }

        json.WriteStartObject();
        json.WriteEndObject();
    }
}
