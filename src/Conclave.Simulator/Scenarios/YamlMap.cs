using System.Collections.Immutable;
using System.Globalization;
using Conclave.Engine.Definition;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Conclave.Simulator.Scenarios;

/// <summary>
/// Reads one YAML map key by key. A value of the wrong shape is a problem and reads as absent, so that all problems are found at once;
/// <see cref="RefuseUnknown"/> reports every key that nobody asked for.
/// </summary>
internal sealed class YamlMap(YamlMappingNode map, string file, string what, List<Problem> problems)
{
    private readonly HashSet<string> known = new(StringComparer.Ordinal);

    /// <summary>The place of the map itself.</summary>
    public SourcePosition At { get; } = Position(map, file);

    /// <summary>How problems name the map.</summary>
    public string What => what;

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

    public int? Count(string key, int min, int max) => Parse<int>(key, $"a whole number from {min} to {max}", text =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max ? number : null);

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

        Report("CONC006", text.At, $"`{key}` of {what} can't be `{text.Value}`", $"write {expected}");
        return null;
    }

    /// <summary>One text or a list of texts.</summary>
    public ImmutableArray<string> Texts(string key) => Node(key) switch
    {
        null => [],
        YamlSequenceNode list => [.. list.Children.Select(item => Scalar(item, key, "a list of texts")?.Value).OfType<string>()],
        var node => Scalar(node, key, "a text or a list of texts") is { } one ? [one.Value] : [],
    };

    public YamlMap? Map(string key)
    {
        switch (Node(key))
        {
            case null:
                return null;
            case YamlMappingNode child:
                return new YamlMap(child, file, $"`{key}` of {what}", problems);
            case var other:
                Report("CONC006", Position(other, file), $"`{key}` of {what} must be a map of keys");
                return null;
        }
    }

    /// <summary>The maps of a list; the name of each is made from its number, from 1.</summary>
    public IEnumerable<YamlMap> Maps(string key, Func<int, string> name)
    {
        if (Node(key) is not YamlSequenceNode { Children.Count: > 0 } list)
        {
            Report("CONC005", Node(key) is { } other ? Position(other, file) : At, $"`{key}` of {what} must be a list with at least one entry");
            yield break;
        }

        for (var i = 0; i < list.Children.Count; i++)
        {
            if (list.Children[i] is YamlMappingNode child)
            {
                yield return new YamlMap(child, file, name(i + 1), problems);
            }
            else
            {
                Report("CONC006", Position(list.Children[i], file), $"{name(i + 1)} must be a map of keys");
            }
        }
    }

    public void RefuseUnknown()
    {
        foreach (var node in map.Children.Keys)
        {
            var key = (node as YamlScalarNode)?.Value ?? "";
            if (!known.Contains(key))
            {
                Report("CONC003", Position(node, file), $"{what} has no key `{key}`", NearMiss.Suggest(key, known));
            }
        }
    }

    public void Report(string code, SourcePosition at, string message, string? fix = null) => problems.Add(new Problem(code, at, message, fix));

    private YamlNode? Node(string key)
    {
        known.Add(key);
        var absent = !map.Children.TryGetValue(new YamlScalarNode(key), out var node)
            || node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" };
        return absent ? null : node;
    }

    private Sourced<string>? Scalar(YamlNode node, string key, string expected)
    {
        if (node is YamlScalarNode { Value: { } value })
        {
            return new Sourced<string>(value, Position(node, file));
        }

        Report("CONC006", Position(node, file), $"`{key}` of {what} must be {expected}");
        return null;
    }

    private static SourcePosition Position(YamlNode node, string file) =>
        new(file, Math.Max(1, (int)node.Start.Line), Math.Max(1, (int)node.Start.Column));
}
