using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;

namespace Conclave.Agents.Wire;

/// <summary>Writes a model's turn down as its vendor wants it back, see <see cref="CallOutcome.Turn"/>. Mutable.</summary>
internal sealed class TurnWriter
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<Action<Utf8JsonWriter>> parts = [];
    private int pending;
    private bool isMore;

    /// <summary>The next so many characters of the text, with nothing of the vendor's own.</summary>
    public void Text(int length) => pending += length;

    /// <summary>The next so many characters of the text, with a member of the vendor's own.</summary>
    public void Text(int length, string member, JsonElement value) => Add(json =>
    {
        json.WriteNumber("text", length);
        json.WriteStartObject("with");
        json.WritePropertyName(member);
        value.WriteTo(json);
        json.WriteEndObject();
    });

    /// <summary>Something that is the vendor's alone, as it came.</summary>
    public void Item(JsonElement item) => Item(item.WriteTo);

    /// <summary>The same, written by <paramref name="write"/>.</summary>
    public void Item(Action<Utf8JsonWriter> write) => Add(json =>
    {
        json.WritePropertyName("item");
        write(json);
    });

    /// <summary>The turn so far; null when it is nothing but its text.</summary>
    public StoredText? Write()
    {
        if (!isMore)
        {
            return null;
        }

        PlainText();
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartArray();
            foreach (var part in parts)
            {
                json.WriteStartObject();
                part(json);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return StoredText.From(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private void Add(Action<Utf8JsonWriter> write)
    {
        PlainText();
        isMore = true;
        parts.Add(write);
    }

    private void PlainText()
    {
        if (pending > 0)
        {
            var length = pending;
            parts.Add(json => json.WriteNumber("text", length));
            pending = 0;
        }
    }
}
