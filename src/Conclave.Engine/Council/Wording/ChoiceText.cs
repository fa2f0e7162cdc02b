using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Conclave.Engine.Council.Wording;

/// <summary>
/// A choice in a model's own words, read so that two of them can be compared: the well-known things that it names, each with its version, and its
/// other words. <c>Postgres 16</c> and <c>PostgreSQL 16.2 with daily backups</c> mean the same.
/// </summary>
internal sealed partial record ChoiceText(ImmutableArray<NamedThing> Things, ImmutableSortedSet<string> Words)
{
    private const string Not = "none";

    // They say nothing by themselves.
    private static readonly ImmutableHashSet<string> Filler =
    [
        "a", "an", "the", "in", "on", "of", "with", "via", "using", "use", "used", "through", "and", "or", "for", "to", "by", "as", "is", "are", "it", "its", "our", "own", "one", "single", "only",
        "just", "plain", "simple", "file", "local", "at", "from", "into", "be", "will", "module",
    ];

    private static readonly ImmutableHashSet<string> Negations = [Not, "no", "not", "without", "nothing", "never", "avoid", "n/a"];

    private static readonly ImmutableArray<string> Numbers = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

    /// <summary>The words of what a later part of the text rules out: <c>form</c> in <c>a mailto link, no form</c>.</summary>
    public ImmutableSortedSet<string> RuledOut { get; private init; } = [];

    public static ChoiceText Of(string text)
    {
        var parts = Remark().Replace(text.ToLowerInvariant(), " ").Split([',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var denials = parts.Skip(1).Where(part => Token().Match(part) is { Success: true } first && Negations.Contains(first.Value)).ToList();
        return OfTokens(Tokens(string.Join(' ', parts.Except(denials)))) with
        {
            RuledOut = [.. denials.SelectMany(denial => OfTokens([.. Tokens(denial).Skip(1)]).Words)],
        };
    }

    private static ImmutableArray<string> Tokens(string text) => [.. Token().Matches(text).Select(match => match.Value)];

    private static ChoiceText OfTokens(ImmutableArray<string> tokens)
    {
        var things = ImmutableArray.CreateBuilder<NamedThing>();
        var words = ImmutableSortedSet.CreateBuilder<string>(StringComparer.Ordinal);
        for (var at = 0; at < tokens.Length;)
        {
            if (Longest(tokens, at) is var (term, length))
            {
                var version = at + length < tokens.Length && char.IsAsciiDigit(tokens[at + length][0]) ? tokens[at + length] : "";
                var denied = term.Name != Not && at > 0 && Negations.Contains(tokens[at - 1]);
                things.Add(new NamedThing(term, version, denied));
                words.UnionWith(term.Name.Split(' '));
                at += length;
            }
            else
            {
                words.Add(Word(tokens[at++]));
            }
        }

        return new ChoiceText(things.ToImmutable(), words.Count > 1 ? words.Except(Filler).ToImmutableSortedSet(StringComparer.Ordinal) : words.ToImmutable());
    }

    /// <summary>
    /// Whether both choose the same: of each kind of thing that both name, the same one first, in versions that meet. When they name nothing of one
    /// kind, the words of one must be among the words of the other. Neither may rule out what the other chooses. Symmetric.
    /// </summary>
    public bool Means(ChoiceText other)
    {
        if (RuledOut.Overlaps(other.Words) || other.RuledOut.Overlaps(Words))
        {
            return false;
        }

        var kinds = Chosen.Keys.Intersect(other.Chosen.Keys, StringComparer.Ordinal).ToList();
        return kinds.Count > 0
            ? kinds.TrueForAll(kind => Chosen[kind].Fits(other.Chosen[kind]))
            : Words.Contains(Not) == other.Words.Contains(Not) && (Words.IsSubsetOf(other.Words) || other.Words.IsSubsetOf(Words));
    }

    /// <summary>What is chosen of each kind: the thing that is named first.</summary>
    public ImmutableDictionary<string, NamedThing> Chosen { get; } =
        Things.Where(thing => !thing.Denied).GroupBy(thing => thing.Term.Kind).ToImmutableDictionary(kind => kind.Key, kind => kind.First(), StringComparer.Ordinal);

    private static (Term Term, int Length)? Longest(ImmutableArray<string> tokens, int at)
    {
        for (var length = Math.Min(Vocabulary.Longest, tokens.Length - at); length > 0; length--)
        {
            if (Vocabulary.Find(tokens.Skip(at).Take(length)) is { } term)
            {
                return (term, length);
            }
        }

        return null;
    }

    private static string Word(string token) => Negations.Contains(token) ? Not
        : Numbers.IndexOf(token) is >= 2 and var number ? number.ToString(CultureInfo.InvariantCulture)
        : PlanNames.Singular(token);

    [GeneratedRegex(@"[a-z+#]+[a-z0-9+#]*|[0-9]+(\.([0-9]+|x))*", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Token();

    [GeneratedRegex(@"\([^)]*\)", RegexOptions.NonBacktracking)]
    private static partial Regex Remark();
}

/// <summary>A well-known thing in a text.</summary>
/// <param name="Version">As it is written; empty when none is.</param>
/// <param name="Denied">Whether the text says that it is not used.</param>
internal sealed record NamedThing(Term Term, string Version, bool Denied)
{
    public bool Fits(NamedThing other) => Term == other.Term && VersionRange.Of(Version).Meets(VersionRange.Of(other.Version));
}
