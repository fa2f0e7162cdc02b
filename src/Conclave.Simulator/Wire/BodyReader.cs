using System.Collections.Frozen;
using System.Text.Json;

namespace Conclave.Simulator.Wire;

/// <summary>
/// Reads a request's JSON and keeps the first problem, as the vendors report one. What can't be read reads as absent, so that reading goes on to
/// its end. A JSON null is absent.
/// </summary>
internal sealed class BodyReader(JsonElement root)
{
    public JsonElement Root => root;

    /// <summary>What is wrong; null while nothing is.</summary>
    public RequestProblem? Problem { get; private set; }

    public void Refuse(RequestProblem problem) => Problem ??= problem;

    public void RefuseUnknown(JsonElement map, string prefix, FrozenSet<string> known)
    {
        foreach (var key in map.EnumerateObject().Select(property => property.Name).Where(name => !known.Contains(name)))
        {
            Refuse(new RequestProblem.Unknown(prefix + key));
        }
    }

    public static JsonElement? Value(JsonElement map, string key) =>
        map.TryGetProperty(key, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;

    public string? Text(JsonElement map, string key, string prefix = "") => Typed(map, key, prefix, "a string", JsonValueKind.String)?.GetString();

    public string RequiredText(JsonElement map, string key, string prefix = "") =>
        Text(map, key, prefix) is { Length: > 0 } text ? text : Missing(prefix + key);

    public bool Flag(JsonElement map, string key)
    {
        var value = Value(map, key);
        if (value is { ValueKind: not (JsonValueKind.True or JsonValueKind.False) } other)
        {
            Refuse(new RequestProblem.WrongType(key, "a boolean", other.ValueKind));
        }

        return value is { ValueKind: JsonValueKind.True };
    }

    public int? Count(JsonElement map, string key, string prefix = "")
    {
        if (Typed(map, key, prefix, "an integer", JsonValueKind.Number) is not { } value)
        {
            return null;
        }

        if (value.TryGetInt32(out var number) && number > 0)
        {
            return number;
        }

        Refuse(new RequestProblem.Invalid(prefix + key, $"{value.GetRawText()} is not an integer above 0"));
        return null;
    }

    public JsonElement? Map(JsonElement map, string key, string prefix = "") => Typed(map, key, prefix, "an object", JsonValueKind.Object);

    /// <summary>The objects of a list with their paths.</summary>
    public IEnumerable<(JsonElement Item, string Path)> Maps(JsonElement map, string key, string prefix = "")
    {
        if (Typed(map, key, prefix, "an array", JsonValueKind.Array) is not { } list)
        {
            yield break;
        }

        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            var path = $"{prefix}{key}[{index++}]";
            if (item.ValueKind is JsonValueKind.Object)
            {
                yield return (item, path + ".");
            }
            else
            {
                Refuse(new RequestProblem.WrongType(path, "an object", item.ValueKind));
            }
        }
    }

    /// <summary>A value that is one text or a list of parts; what a part says is read from its key <c>text</c>.</summary>
    public IEnumerable<string> Texts(JsonElement map, string key, string prefix = "")
    {
        if (Value(map, key) is { ValueKind: JsonValueKind.String } text)
        {
            return [text.GetString()!];
        }

        if (Value(map, key) is { ValueKind: not JsonValueKind.Array } other)
        {
            Refuse(new RequestProblem.WrongType(prefix + key, "a string or an array", other.ValueKind));
            return [];
        }

        return [.. Maps(map, key, prefix).Select(part => Text(part.Item, "text", part.Path)).OfType<string>()];
    }

    private JsonElement? Typed(JsonElement map, string key, string prefix, string expected, JsonValueKind kind)
    {
        if (Value(map, key) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == kind)
        {
            return value;
        }

        Refuse(new RequestProblem.WrongType(prefix + key, expected, value.ValueKind));
        return null;
    }

    private string Missing(string path)
    {
        Refuse(new RequestProblem.Missing(path));
        return "";
    }
}
