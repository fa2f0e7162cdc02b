using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Conclave.Engine.Journal;

public abstract partial record EntryBody
{
    /// <summary>A phase that ran in another session and is kept as it was: nothing of it is done or paid again.</summary>
    /// <param name="Origin">The session in which it ran and to which its cost belongs.</param>
    /// <param name="Entries">The phase's entries there, from its beginning to its end.</param>
    [EntryKind("phase-kept/1")]
    public sealed record PhaseKept(SessionId Origin, ImmutableArray<KeptEntry> Entries) : EntryBody
    {
        /// <inheritdoc />
        public override IEnumerable<StoredText> Texts() => Entries.SelectMany(entry => entry.Body.Texts());

        /// <inheritdoc />
        public override IEnumerable<BlobId> Blobs() => Entries.SelectMany(entry => entry.Body.Blobs());
    }
}

/// <summary>An entry of another session, as it stood there.</summary>
[JsonConverter(typeof(KeptEntryConverter))]
public sealed record KeptEntry(long Seq, DateTimeOffset Time, string? Step, EntryBody Body);

/// <summary>Writes it as <c>{"seq":7,"time":"...","step":"...","kind":"attempt-ended/1","body":{...}}</c>.</summary>
internal sealed class KeptEntryConverter : JsonConverter<KeptEntry>
{
    public override KeptEntry Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var row = JsonSerializer.Deserialize<Row>(ref reader, options) ?? throw new JsonException("A kept entry must be an object.");
        return new KeptEntry(row.Seq, row.Time, row.Step, EntryBody.Read(row.Kind, JsonSerializer.SerializeToUtf8Bytes(row.Body, options)));
    }

    public override void Write(Utf8JsonWriter writer, KeptEntry value, JsonSerializerOptions options) => JsonSerializer.Serialize(
        writer,
        new Row(value.Seq, value.Time, value.Step, value.Body.Kind(), JsonSerializer.SerializeToElement(value.Body, value.Body.GetType(), options)),
        options);

    private sealed record Row(long Seq, DateTimeOffset Time, string? Step, string Kind, JsonElement Body);
}
