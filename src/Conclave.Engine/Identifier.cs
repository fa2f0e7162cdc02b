using System.Text.Json;
using System.Text.Json.Serialization;

namespace Conclave.Engine;

/// <summary>An identifier that is a type in C# and a plain string in JSON, also as a property name.</summary>
public interface IIdentifier<TSelf> where TSelf : struct, IIdentifier<TSelf>
{
    /// <summary>The text of the identifier; never empty.</summary>
    string Value { get; }

    /// <summary>Takes a text that was an identifier before; it is not checked again.</summary>
    static abstract TSelf From(string value);
}

/// <summary>Writes an <see cref="IIdentifier{TSelf}"/> as a plain JSON string.</summary>
public sealed class IdentifierConverter<T> : JsonConverter<T> where T : struct, IIdentifier<T>
{
    /// <inheritdoc />
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        T.From(reader.GetString() ?? throw new JsonException($"{typeToConvert.Name} must be a text."));

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);

    /// <inheritdoc />
    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        T.From(reader.GetString()!);

    /// <inheritdoc />
    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.Value);
}
