using System.Collections.Immutable;
using System.Text.Json;

namespace Conclave.Engine.Council.Wording;

/// <summary>A thing that has a well-known name.</summary>
/// <param name="Kind">Of things of one kind, a text usually means one.</param>
internal readonly record struct Term(string Kind, string Name);

/// <summary>The names of well-known things and what else they are called: data, read from <c>vocabulary.json</c>.</summary>
internal static class Vocabulary
{
    private static readonly ImmutableDictionary<string, Term> ByName = Load();

    /// <summary>How many words the longest name has.</summary>
    public static int Longest { get; } = ByName.Keys.Max(name => name.Split(' ').Length);

    /// <summary>What words in a row mean; null when they are no name.</summary>
    public static Term? Find(IEnumerable<string> words) => ByName.TryGetValue(string.Join(' ', words), out var term) ? term : null;

    private static ImmutableDictionary<string, Term> Load()
    {
        using var stream = typeof(Vocabulary).Assembly.GetManifestResourceStream("vocabulary.json")!;
        var kinds = JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, string[]>>>(stream)!;
        return (
            from kind in kinds
            from thing in kind.Value
            from name in thing.Value.Append(thing.Key)
            select KeyValuePair.Create(name, new Term(kind.Key, thing.Key))).ToImmutableDictionary(StringComparer.Ordinal);
    }
}
