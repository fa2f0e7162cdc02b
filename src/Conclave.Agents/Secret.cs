using System.Collections.Immutable;
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
    internal const string Mask = "***";

    /// <summary>Local servers take any key, such as <c>ollama</c>; what is that short must not be taken out of ordinary words.</summary>
    internal const int ShortestKey = 8;

    private const int LongestKey = 4096;

    private readonly string value;
    private readonly Lazy<ImmutableArray<string>> forms;

    /// <summary>Holds a key as it was given; nothing is trimmed, so that a stray line break is found by the settings' check and not hidden.</summary>
    public Secret(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        this.value = value;
        forms = new Lazy<ImmutableArray<string>>(() => KeyForms.Of(value));
    }

    /// <summary>Why it can't be a key, without repeating it; null when it can.</summary>
    public string? Problem => value switch
    {
        "" => "it is empty",
        { Length: > LongestKey } => "it is too long",
        _ when !value.All(character => character is > ' ' and < '\x7f') => "it holds a blank, a line break or another character that no key has",
        _ => null,
    };

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => Mask;

    /// <summary>Hands it to a type that guards it as this one does, such as another service's token.</summary>
    public T Into<T>(Func<string, T> guard) where T : class => guard(value);

    /// <summary>The key itself.</summary>
    internal string Reveal() => value;

    /// <summary>Takes every occurrence of the key out of a text, also encoded or in part.</summary>
    internal string RemoveFrom(string text)
    {
        foreach (var form in forms.Value)
        {
            text = text.Replace(form, Mask, StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>Whether a text holds the key itself. What is shorter than a key can be is no secret but a word, as local servers take it.</summary>
    internal bool IsIn(string text) => value.Length >= ShortestKey && text.Contains(value, StringComparison.Ordinal);

    private sealed class SecretConverter : JsonConverter<Secret>
    {
        public override Secret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("A key is never read from JSON by a serializer; read the text and wrap it.");

        public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) => writer.WriteStringValue(Mask);
    }
}
