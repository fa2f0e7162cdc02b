using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Conclave.Engine.Definition;

/// <summary>
/// Reads one YAML map key by key. Each key that is asked for becomes known; <see cref="RefuseUnknown"/> then reports the rest.
/// A value of the wrong shape is a problem and reads as absent, so that reading goes on and all problems are found at once.
/// </summary>
public sealed class MappingReader(YamlMappingNode map, string file, string what, List<Problem> problems)
{
    private readonly HashSet<string> known = new(StringComparer.Ordinal);

    /// <summary>How problems name the map.</summary>
    public string What => what;

    /// <summary>The place of the map itself.</summary>
    public SourcePosition At { get; } = YamlDocument.At(map.Start, file);

    /// <summary>All entries in the order of the file; makes every key known.</summary>
    public IEnumerable<(Sourced<string> Key, YamlNode Value)> Entries()
    {
        foreach (var (keyNode, value) in map.Children)
        {
            var key = (keyNode as YamlScalarNode)?.Value;
            if (string.IsNullOrEmpty(key))
            {
                Report("CONC004", keyNode, $"a key of {what} must be a plain word");
                continue;
            }

            known.Add(key);
            yield return (new Sourced<string>(key, YamlDocument.At(keyNode.Start, file)), value);
        }
    }

    /// <summary>The node behind a key; null when the key is absent or its value is empty.</summary>
    public YamlNode? Node(string key)
    {
        known.Add(key);
        return map.Children.TryGetValue(new YamlScalarNode(key), out var node) && !IsNull(node) ? node : null;
    }

    /// <summary>Whether there is a value.</summary>
    public bool Has(string key) => Node(key) is not null;

    public Sourced<string>? Text(string key) => Node(key) is { } node ? Scalar(node, key, "a text") : null;

    /// <summary>Reports a key that is absent or empty.</summary>
    public void Require(string key)
    {
        if (Node(key) is null or YamlScalarNode { Value: null or "" })
        {
            Report("CONC005", At, $"{what} lacks `{key}`");
        }
    }

    /// <summary>A text that must be there; an empty one stands for what is absent, and is reported.</summary>
    public Sourced<string> RequiredText(string key)
    {
        Require(key);
        return Text(key) ?? new Sourced<string>("", At);
    }

    public bool? Flag(string key) => Parse<bool>(key, "true or false", text => text switch
    {
        "true" => true,
        "false" => false,
        _ => null,
    });

    public int? Count(string key, int min, int max) => Parse<int>(key, $"a whole number from {min} to {max}", text =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max ? number : null);

    public decimal? Money(string key) => Parse<decimal>(key, "an amount of USD such as 2.50", text =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var usd) && usd > 0 ? usd : null);

    public TimeSpan? Duration(string key) => Parse<TimeSpan>(key, "a duration such as 90s, 10m or 2h", DurationText.Parse);

    /// <summary>A text as a value; null is what can't be read.</summary>
    /// <param name="expected">What is wanted, for the problem.</param>
    public T? Parse<T>(string key, string expected, Func<string, T?> parse) where T : struct
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (parse(text.Value) is { } value)
        {
            return value;
        }

        problems.Add(new Problem("CONC006", text.At, $"`{key}` of {what} can't be `{text.Value}`", $"write {expected}"));
        return null;
    }

    /// <summary>One of an enum's names in kebab-case, as the user writes them.</summary>
    public T? OneOf<T>(string key) where T : struct, Enum
    {
        var names = Enum.GetValues<T>().ToDictionary(value => KebabCase(value.ToString()), StringComparer.Ordinal);
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (names.TryGetValue(text.Value, out var found))
        {
            return found;
        }

        problems.Add(new Problem("CONC006", text.At, $"`{key}` of {what} can't be `{text.Value}`", NearMiss.Suggest(text.Value, names.Keys)));
        return null;
    }

    /// <summary>One text or a list of texts.</summary>
    public ImmutableArray<Sourced<string>> Texts(string key) => Node(key) switch
    {
        null => [],
        YamlSequenceNode list => [.. list.Children.Select(item => Scalar(item, key, "a list of texts")).OfType<Sourced<string>>()],
        var node => Scalar(node, key, "a text or a list of texts") is { } one ? [one] : [],
    };

    /// <summary>The map behind a key.</summary>
    /// <param name="name">How problems name it; null for its key and what it belongs to.</param>
    public MappingReader? Map(string key, string? name = null)
    {
        switch (Node(key))
        {
            case null:
                return null;
            case YamlMappingNode child:
                return new MappingReader(child, file, name ?? $"`{key}` of {what}", problems);
            case var other:
                Report("CONC006", other, $"`{key}` of {what} must be a map of keys");
                return null;
        }
    }

    /// <summary>The maps of a list with at least one entry; each is named by its number, from 1.</summary>
    public IEnumerable<MappingReader> Maps(string key, Func<int, string> name)
    {
        if (Node(key) is not YamlSequenceNode { Children.Count: > 0 } list)
        {
            Report("CONC005", Node(key) is { } other ? YamlDocument.At(other.Start, file) : At, $"`{key}` of {what} must be a list with at least one entry");
            yield break;
        }

        foreach (var (child, number) in list.Children.Select((child, index) => (child, index + 1)))
        {
            if (child is YamlMappingNode entry)
            {
                yield return new MappingReader(entry, file, name(number), problems);
            }
            else
            {
                Report("CONC006", child, $"{name(number)} must be a map of keys");
            }
        }
    }

    /// <summary>Reports every key that nobody asked for.</summary>
    public void RefuseUnknown()
    {
        var asked = known.ToList();
        foreach (var (key, _) in Entries().Where(entry => !asked.Contains(entry.Key.Value, StringComparer.Ordinal)).ToList())
        {
            problems.Add(new Problem("CONC003", key.At, $"{what} has no key `{key.Value}`", NearMiss.Suggest(key.Value, asked)));
        }
    }

    public void Report(string code, YamlNode node, string message, string? fix = null) => Report(code, YamlDocument.At(node.Start, file), message, fix);

    public void Report(string code, SourcePosition at, string message, string? fix = null) => problems.Add(new Problem(code, at, message, fix));

    /// <summary>A YAML value as JSON. Unquoted <c>true</c>, <c>false</c>, <c>null</c> and JSON numbers have their type; all else is text.</summary>
    public static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(pair => KeyValuePair.Create(pair.Key.ToString(), ToJson(pair.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(ToJson)]),
        YamlScalarNode { Style: ScalarStyle.Plain } plain => PlainScalar(plain.Value ?? ""),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => null,
    };

    private static JsonValue? PlainScalar(string text) => text switch
    {
        "" or "~" or "null" => null,
        "true" => JsonValue.Create(true),
        "false" => JsonValue.Create(false),
        _ when char.IsAsciiDigit(text[^1]) && decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };

    private Sourced<string>? Scalar(YamlNode node, string key, string expected)
    {
        if (node is YamlScalarNode { Value: { } value })
        {
            return new Sourced<string>(value, YamlDocument.At(node.Start, file));
        }

        Report("CONC006", node, $"`{key}` of {what} must be {expected}", Unquoted(node) ? "an expression inside `{ ... }` needs quotes: \"${{ ... }}\"" : null);
        return null;
    }

    // An unquoted ${{ x }} inside a flow map reads as nested maps: { { x } }.
    private static bool Unquoted(YamlNode node) =>
        node is YamlMappingNode { Style: YamlDotNet.Core.Events.MappingStyle.Flow };

    /// <summary>Whether a value is YAML's empty one, which stands for what is not said.</summary>
    internal static bool IsNull(YamlNode node) =>
        node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" };

    /// <summary>An enum's name as users write it: <c>read-write</c>.</summary>
    internal static string KebabCase(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(c) : c.ToString()));
}
