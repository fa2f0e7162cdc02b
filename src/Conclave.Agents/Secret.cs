using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Conclave.Agents;

/// <summary>
/// A vendor's key. Whatever writes it (a log, a debugger, JSON, an interpolated text) gets <c>***</c>; only this assembly can read it, to put it into a
/// request's header.
/// </summary>
[JsonConverter(typeof(SecretConverter))]
[DebuggerDisplay("***")]
public sealed class Secret
{
    private const string Mask = "***";

    private readonly string value;

    /// <summary>Holds a key as it was given; nothing is trimmed, so that a stray line break is found by the settings' check and not hidden.</summary>
    public Secret(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        this.value = value;
    }

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => Mask;

    /// <summary>The key itself.</summary>
    internal string Reveal() => value;

    /// <summary>Takes every occurrence of the key out of a text.</summary>
    internal string RemoveFrom(string text) => value.Length == 0 ? text : text.Replace(value, Mask, StringComparison.Ordinal);

    private sealed class SecretConverter : JsonConverter<Secret>
    {
        public override Secret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("A key is never read from JSON by a serializer; read the text and wrap it.");

        public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) => writer.WriteStringValue(Mask);
    }
}
