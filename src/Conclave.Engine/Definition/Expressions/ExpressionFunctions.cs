using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Conclave.Engine.Definition.Expressions;

/// <summary>The closed list of functions. A wrong type of argument is an error that names the function.</summary>
public static partial class ExpressionFunctions
{
    /// <summary>The longest text that a function gives; nested calls could else double it again and again.</summary>
    public const int MaxTextLength = 16 * 1024 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private static readonly FrozenDictionary<string, (int Min, int Max)> Arity = new Dictionary<string, (int, int)>(StringComparer.Ordinal)
    {
        ["contains"] = (2, 2),
        ["startsWith"] = (2, 2),
        ["endsWith"] = (2, 2),
        ["length"] = (1, 1),
        ["format"] = (1, 10),
        ["join"] = (1, 2),
        ["toJSON"] = (1, 1),
        ["fromJSON"] = (1, 1),
        ["always"] = (0, 0),
        ["success"] = (0, 0),
        ["failure"] = (0, 0),
        ["cancelled"] = (0, 0),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The functions that ask how the phases before ended.</summary>
    public static FrozenSet<string> StatusFunctions { get; } = FrozenSet.Create(StringComparer.Ordinal, "always", "success", "failure", "cancelled");

    /// <summary>What is wrong with calling a function by this name with this many arguments; null when nothing is.</summary>
    public static string? Check(string name, int arguments)
    {
        if (!Arity.TryGetValue(name, out var arity))
        {
            return $"there is no function `{name}` ({NearMiss.Suggest(name, Arity.Keys)})";
        }

        var wanted = arity.Min == arity.Max ? $"{arity.Min}" : $"{arity.Min} to {arity.Max}";
        return arguments < arity.Min || arguments > arity.Max ? $"`{name}` takes {wanted} {(arity.Max == 1 ? "argument" : "arguments")}, not {arguments}" : null;
    }

    internal static JsonNode? Call(string name, JsonNode?[] arguments, BeforeStatus before) => name switch
    {
        "always" => true,
        "success" => before == BeforeStatus.Success,
        "failure" => before == BeforeStatus.Failure,
        "cancelled" => before == BeforeStatus.Cancelled,
        "length" => Length(arguments[0]),
        "contains" => Contains(arguments[0], arguments[1]),
        "startsWith" => Text(name, arguments[0]).StartsWith(Text(name, arguments[1]), StringComparison.Ordinal),
        "endsWith" => Text(name, arguments[0]).EndsWith(Text(name, arguments[1]), StringComparison.Ordinal),
        "format" => Format(Text(name, arguments[0]), arguments[1..]),
        "join" => Join(List(name, arguments[0]), arguments.Length > 1 ? Text(name, arguments[1]) : ","),
        "toJSON" => ToJson(arguments[0]),
        "fromJSON" => FromJson(Text(name, arguments[0])),
        _ => throw new ExpressionException($"there is no function `{name}`"),
    };

    // Null has no length of its own; like a member of null it gives the empty answer, so that an output that a skipped phase lacks counts 0.
    private static int Length(JsonNode? value) => value switch
    {
        null => 0,
        JsonArray list => list.Count,
        JsonObject map => map.Count,
        JsonValue text when text.GetValueKind() == JsonValueKind.String => new StringInfo(text.GetValue<string>()).LengthInTextElements,
        _ => throw Wrong("length", "a text, a list or an object", value),
    };

    private static bool Contains(JsonNode? where, JsonNode? what) => where switch
    {
        null => false,
        JsonArray list => list.Any(item => ExpressionValues.AreEqual(item, what)),
        JsonValue text when text.GetValueKind() == JsonValueKind.String => text.GetValue<string>().Contains(Text("contains", what), StringComparison.Ordinal),
        _ => throw Wrong("contains", "a text or a list", where),
    };

    private static string Format(string format, JsonNode?[] arguments)
    {
        var budget = MaxTextLength - format.Length;
        return Placeholder().Replace(format, match => match.Value switch
        {
            "{{" => "{",
            "}}" => "}",
            var slot when match.ValueSpan[1] - '0' is var index && index < arguments.Length => Take(ExpressionValues.Display(arguments[index])),
            var slot => throw new ExpressionException($"`format` has no argument for {slot}"),
        });

        string Take(string piece) => (budget -= piece.Length) >= 0 ? piece : throw TooLong("format");
    }

    /// <summary>The numbers of the arguments that a format uses.</summary>
    internal static IEnumerable<int> Slots(string format) => Placeholder().Matches(format).Where(match => match.Length == 3).Select(match => match.ValueSpan[1] - '0');

    private static string Join(JsonArray items, string separator)
    {
        var pieces = items.Select(ExpressionValues.Display).ToList();
        return pieces.Sum(piece => (long)piece.Length + separator.Length) <= MaxTextLength ? string.Join(separator, pieces) : throw TooLong("join");
    }

    private static string ToJson(JsonNode? value) => ExpressionValues.ToJson(value) is { Length: <= MaxTextLength } text ? text : throw TooLong("toJSON");

    private static ExpressionException TooLong(string function) => new($"`{function}` would give a text of more than {MaxTextLength} characters");

    private static JsonNode? FromJson(string text)
    {
        try
        {
            // What reads lazily is read now: a lone surrogate or a key that stands twice would else come up in the middle of an evaluation.
            var value = JsonNode.Parse(text, documentOptions: Strict);
            ReadAll(value);
            return value;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new ExpressionException($"`fromJSON` got a text that is not JSON: {error.Message}");
        }
    }

    private static void ReadAll(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                map.ToList().ForEach(pair => ReadAll(pair.Value));
                break;
            case JsonArray list:
                list.ToList().ForEach(ReadAll);
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                _ = value.GetValue<string>();
                break;
            default:
                break;
        }
    }

    private static string Text(string function, JsonNode? value) =>
        value is JsonValue text && text.GetValueKind() == JsonValueKind.String ? text.GetValue<string>() : throw Wrong(function, "a text", value);

    private static JsonArray List(string function, JsonNode? value) => value as JsonArray ?? throw Wrong(function, "a list", value);

    private static ExpressionException Wrong(string function, string wanted, JsonNode? got) =>
        new($"`{function}` wants {wanted}, not {ExpressionValues.TypeName(got)}");

    [GeneratedRegex(@"\{\{|\}\}|\{[0-9]\}", RegexOptions.NonBacktracking)]
    private static partial Regex Placeholder();
}
