using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Conclave.Engine.Definition.Expressions;

public abstract partial record ExpressionType
{
    /// <summary>The type of a value that is known already.</summary>
    public static ExpressionType OfValue(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => new Null(),
        JsonValueKind.True or JsonValueKind.False => new Flag(),
        JsonValueKind.Number => new Number(),
        JsonValueKind.String => new Text([value.GetValue<string>()]),
        JsonValueKind.Array => new List(OneOf(value.AsArray().Select(OfValue))),
        _ => new Map(value.AsObject().ToImmutableSortedDictionary(pair => pair.Key, pair => OfValue(pair.Value), StringComparer.Ordinal), IsClosed: true),
    };

    /// <summary>The type of all values that a JSON Schema lets through. Keywords that are not understood make it wider, never narrower.</summary>
    public static ExpressionType OfSchema(JsonNode? schema)
    {
        if (schema is not JsonObject map)
        {
            return new Any();
        }

        if ((map["anyOf"] ?? map["oneOf"]) is JsonArray options)
        {
            return OneOf(options.Select(OfSchema));
        }

        return map["type"] switch
        {
            JsonValue one => OfSchema(map, one.ToString()),
            JsonArray several => OneOf(several.Select(name => OfSchema(map, name?.ToString()))),
            _ when map["enum"] is JsonArray values => OneOf(values.Select(OfValue)),
            _ => new Any(),
        };
    }

    private static ExpressionType OfSchema(JsonObject schema, string? type) => type switch
    {
        "null" => new Null(),
        "boolean" => new Flag(),
        "number" or "integer" => new Number(),
        "string" => new Text(schema["enum"] is JsonArray values ? [.. values.OfType<JsonValue>().Where(value => value.GetValueKind() == JsonValueKind.String).Select(value => value.GetValue<string>())] : null),
        "array" => new List(schema["items"] is JsonObject items ? OfSchema(items) : new Any()),
        "object" => OfObject(schema),
        _ => new Any(),
    };

    private static Map OfObject(JsonObject schema)
    {
        var required = (schema["required"] as JsonArray)?.Select(name => name?.ToString()).ToHashSet(StringComparer.Ordinal) ?? [];
        var members = (schema["properties"] as JsonObject)?.ToImmutableSortedDictionary(
            pair => pair.Key,
            pair => required.Contains(pair.Key) ? OfSchema(pair.Value) : OfSchema(pair.Value).OrNull(),
            StringComparer.Ordinal) ?? ImmutableSortedDictionary.Create<string, ExpressionType>(StringComparer.Ordinal);
        var isClosed = schema["additionalProperties"] is JsonValue more && more.GetValueKind() == JsonValueKind.False && !schema.ContainsKey("patternProperties");
        return new Map(members, isClosed);
    }
}
