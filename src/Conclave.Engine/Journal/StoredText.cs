using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Conclave.Engine.Journal;

/// <summary>
/// A text of an entry. Up to 4 KB it stands in the entry; a longer one is a blob, and the entry holds
/// <c>{"blob": sha256, "bytes": n}</c>. The one mutable thing about it is that a text read back from the journal may not be loaded yet.
/// </summary>
[JsonConverter(typeof(StoredTextConverter))]
public sealed class StoredText
{
    /// <summary>The longest text, in bytes of UTF-8, that stands in the entry itself.</summary>
    public const int MaxInlineBytes = 4096;

    private string? text;

    private StoredText(string? text, BlobId? blob, int bytes)
    {
        this.text = text;
        Blob = blob;
        Bytes = bytes;
    }

    /// <summary>The blob that holds it; null when it stands in the entry.</summary>
    public BlobId? Blob { get; }

    /// <summary>Its length in bytes of UTF-8.</summary>
    public int Bytes { get; }

    /// <summary>Whether <see cref="Text"/> can be read.</summary>
    public bool IsLoaded => text is not null;

    /// <summary>The text.</summary>
    /// <exception cref="InvalidOperationException">It is a blob that nobody loaded.</exception>
    public string Text => text ?? throw new InvalidOperationException($"The text in blob {Blob} is not loaded.");

    /// <summary>Wraps a text that is at hand.</summary>
    public static StoredText From(string text)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        return new StoredText(text, bytes > MaxInlineBytes ? BlobId.Of(Encoding.UTF8.GetBytes(text)) : null, bytes);
    }

    /// <summary>A text that is a blob and not loaded.</summary>
    internal static StoredText Reference(BlobId blob, int bytes) => new(null, blob, bytes);

    /// <summary>Whether both are the same text; neither need be loaded.</summary>
    public bool IsSame(StoredText other) => Blob is null && other.Blob is null ? string.Equals(text, other.text, StringComparison.Ordinal) : Blob == other.Blob;

    /// <summary>Gives the content of its blob.</summary>
    public void Load(string content) => text = content;

    /// <inheritdoc />
    public override string ToString() => IsLoaded ? Text : $"blob {Blob} ({Bytes} bytes)";
}

/// <summary>Writes a short text as a JSON string and a long one as a reference to its blob.</summary>
internal sealed class StoredTextConverter : JsonConverter<StoredText>
{
    public override StoredText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return StoredText.From(reader.GetString()!);
        }

        var reference = JsonSerializer.Deserialize<BlobReference>(ref reader, options) ?? throw new JsonException("A stored text must be a text or a blob.");
        return StoredText.Reference(reference.Blob, reference.Bytes);
    }

    public override void Write(Utf8JsonWriter writer, StoredText value, JsonSerializerOptions options)
    {
        if (value.Blob is { } blob)
        {
            JsonSerializer.Serialize(writer, new BlobReference(blob, value.Bytes), options);
        }
        else
        {
            writer.WriteStringValue(value.Text);
        }
    }

    private sealed record BlobReference(BlobId Blob, int Bytes);
}
