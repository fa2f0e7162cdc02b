using System.Text.Json;

namespace Conclave.Agents.Wire;

/// <summary>
/// Tells whether vendors can hold a model to a schema to the letter: every object lists all of its properties as required and allows no others. Asked to be
/// strict with any other schema, they refuse the request.
/// </summary>
internal static class StrictSchema
{
    /// <summary>Whether the schema, and every one in it, is of that kind.</summary>
    public static bool Allows(JsonElement schema) => schema.ValueKind switch
    {
        JsonValueKind.Object => IsClosed(schema) && schema.EnumerateObject().Where(member => member.Name is not ("enum" or "const" or "default" or "examples" or "required")).All(member => Allows(member.Value)),
        JsonValueKind.Array => schema.EnumerateArray().All(Allows),
        _ => true,
    };

    private static bool IsClosed(JsonElement schema)
    {
        var isObject = schema.At("type") switch
        {
            { ValueKind: JsonValueKind.String } type => type.GetString() == "object",
            { ValueKind: JsonValueKind.Array } types => types.EnumerateArray().Any(type => type.ValueKind == JsonValueKind.String && type.GetString() == "object"),
            _ => false,
        };
        if (!isObject)
        {
            return true;
        }

        var required = schema.At("required") is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String).Select(name => name.GetString()).ToHashSet(StringComparer.Ordinal)
            : [];
        return schema.At("additionalProperties").ValueKind == JsonValueKind.False
            && schema.At("properties") is { ValueKind: JsonValueKind.Object } properties
            && properties.EnumerateObject().All(property => required.Contains(property.Name));
    }
}
