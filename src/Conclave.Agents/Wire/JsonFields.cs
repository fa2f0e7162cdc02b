using System.Text.Json;

namespace Conclave.Agents.Wire;

/// <summary>Reads what vendors send: a member that is missing, null or of another kind than we know reads as nothing, and never throws.</summary>
internal static class JsonFields
{
    /// <summary>A member, or the member of a member; undefined when there is none.</summary>
    public static JsonElement At(this JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return default;
            }
        }

        return element;
    }

    /// <summary>The text at a path; null when there is none.</summary>
    public static string? Text(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>An enum's value at a path: its text, or its number as a text, for servers that encode enums as numbers; null when there is none.</summary>
    public static string? Word(this JsonElement element, params ReadOnlySpan<string> path) => element.At(path) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString() is { Length: > 0 } word ? word : null,
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => null,
    };

    /// <summary>A count at a path; 0 when there is none, and as near as possible when it is no whole number.</summary>
    public static long Count(this JsonElement element, params ReadOnlySpan<string> path) => element.At(path) switch
    {
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out var count) => count,
        { ValueKind: JsonValueKind.Number } number when number.TryGetDouble(out var count) => (long)Math.Clamp(count, long.MinValue / 2, long.MaxValue / 2),
        _ => 0,
    };

    /// <summary>The index of an item or a part; 0 when there is none.</summary>
    public static int Index(this JsonElement element, string name) => (int)Math.Clamp(element.Count(name), 0, int.MaxValue);

    /// <summary>True for the literal true.</summary>
    public static bool IsTrue(this JsonElement element, string name) => element.At(name).ValueKind == JsonValueKind.True;

    /// <summary>Whether there is an object at a path.</summary>
    public static bool HasObject(this JsonElement element, params ReadOnlySpan<string> path) => element.At(path).ValueKind == JsonValueKind.Object;

    /// <summary>The objects of a list at a path; none when there is no list.</summary>
    public static IEnumerable<JsonElement> Objects(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object) : [];
}
