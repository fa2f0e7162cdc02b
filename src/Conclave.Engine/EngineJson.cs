using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Conclave.Engine.Council;

namespace Conclave.Engine;

/// <summary>How everything of ours looks in JSON: snake_case, enums as snake_case texts.</summary>
public static class EngineJson
{
    /// <summary>The options of the journal, of events and of typed answers.</summary>
    public static JsonSerializerOptions Options { get; } = Create(writeIndented: false);

    /// <summary>The same, for people to read.</summary>
    public static JsonSerializerOptions Indented { get; } = Create(writeIndented: true);

    private static JsonSerializerOptions Create(bool writeIndented)
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            // Not for HTML: every reader of ours escapes for its own medium, and prompts stay legible.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            RespectNullableAnnotations = true,
            WriteIndented = writeIndented,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { EmptyWhereMissing } },
        };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower));
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    // Plans and contracts of older sessions lack the lists and texts that came later; they are empty then, so that such a session can be read and forked.
    private static void EmptyWhereMissing(JsonTypeInfo type)
    {
        if (type.Type.Namespace != typeof(Contract).Namespace || !type.Type.IsClass || type.Kind != JsonTypeInfoKind.Object)
        {
            return;
        }

        var missing = type.Properties
            .Where(property => property is { Set: not null, Get: not null })
            .Select(property => (Property: property, Empty: Empty(property)))
            .Where(pair => pair.Empty is not null)
            .ToList();
        if (missing.Count > 0)
        {
            type.OnDeserialized = item => missing
                .Where(pair => pair.Property.Get!(item) is not { } value || value.Equals(Default(pair.Property.PropertyType)))
                .ToList()
                .ForEach(pair => pair.Property.Set!(item, pair.Empty));
        }
    }

    // What stands for a list or a text that is not there; null where that is a value like any other.
    private static object? Empty(JsonPropertyInfo property) => property.PropertyType switch
    {
        { IsGenericType: true } list when list.GetGenericTypeDefinition() == typeof(ImmutableArray<>) => list.GetField(nameof(ImmutableArray<int>.Empty))!.GetValue(null),
        var text when text == typeof(string) && !property.IsSetNullable => "",
        _ => null,
    };

    private static object? Default(Type type) => type.IsValueType ? Activator.CreateInstance(type) : null;
}
