using System.Text.Json;
using System.Text.Json.Nodes;

namespace Conclave.Engine.Definition.Expressions;

/// <summary>How values of expressions compare and look. A value is JSON; there is no coercion between types.</summary>
public static class ExpressionValues
{
    /// <summary>The type in the user's words, with its article.</summary>
    public static string TypeName(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        _ => "true or false",
    };

    /// <summary>Equal in type and value; lists and objects by content. Values of two types are never equal.</summary>
    public static bool AreEqual(JsonNode? left, JsonNode? right) => JsonNode.DeepEquals(left, right)
        || (Number(left) is { } a && Number(right) is { } b && a == b);

    /// <summary>The value inside a text: texts as they are, everything else as JSON.</summary>
    /// <exception cref="ExpressionException">The value is null: a text with a hole in it is never what was meant.</exception>
    public static string Display(JsonNode? value) => value switch
    {
        null => throw new ExpressionException("the value is null, which has no place in a text (use `toJSON` to show it)"),
        JsonValue text when text.GetValueKind() == JsonValueKind.String => text.GetValue<string>(),
        _ => value.ToJsonString(EngineJson.Options),
    };

    /// <summary>Indented JSON; null gives <c>null</c>.</summary>
    public static string ToJson(JsonNode? value) => value is null ? "null" : value.ToJsonString(EngineJson.Indented);

    internal static decimal? Number(JsonNode? value) =>
        value is JsonValue number && number.GetValueKind() == JsonValueKind.Number && number.TryGetValue<decimal>(out var exact) ? exact
        : value is JsonValue element && element.GetValueKind() == JsonValueKind.Number && decimal.TryParse(element.ToJsonString(), System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var parsed) ? parsed
        : null;
}
