using System.Text;

namespace Conclave.Workspace.Files;

/// <summary>
/// Unicode normalisation and case folding for names of files. The runtime's own is out of reach: with <c>InvariantGlobalization</c>,
/// <see cref="string.Normalize(NormalizationForm)"/> gives any text back unchanged and <see cref="string.IsNormalized(NormalizationForm)"/> is always
/// true, without an error. The tables are in <c>unicode.txt</c>; the algorithms are those of Unicode, chapter 3.11 and 3.12.
/// </summary>
internal static class UnicodeText
{
    private static readonly Lazy<UnicodeTables> Tables = new(UnicodeTables.Read);

    /// <summary>Whether the text is in normal form C: written with composed characters where there are any. It must be valid UTF-16.</summary>
    public static bool IsComposed(string text)
    {
        if (Ascii.IsValid(text))
        {
            return true;
        }

        var runes = Runes(text);
        return Compose(Decompose(runes, Tables.Value.Canonical)).SequenceEqual(runes);
    }

    /// <summary>
    /// The same text for all that a file system may take for the same name: letter case, and the compatibility forms of characters
    /// (NFKC, full case folding). It is a key for comparing, not a name.
    /// </summary>
    public static string Key(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text.ToLowerInvariant();
        }

        var folded = Fold(Decompose(Runes(text), Tables.Value.Canonical));
        folded = Fold(Decompose(folded, Tables.Value.Compatible));
        return string.Concat(Decompose(folded, Tables.Value.Compatible).Select(Show));
    }

    /// <summary>The text in normal form C, with Latin letters bare of their marks: <c>é</c> becomes <c>e</c>; <c>й</c> and <c>が</c> stay.</summary>
    public static string WithoutAccents(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text;
        }

        var bare = new List<int>();
        var latin = false;
        foreach (var rune in Decompose(Runes(text), Tables.Value.Canonical))
        {
            if (Class(rune) == 0)
            {
                latin = rune < 128;
            }
            else if (latin)
            {
                continue;
            }

            bare.Add(rune);
        }

        return string.Concat(Compose(bare).Select(Show));
    }

    private static List<int> Runes(string text) => [.. text.EnumerateRunes().Select(rune => rune.Value)];

    private static string Show(int rune) => new Rune(rune).ToString();

    private static IEnumerable<int> Fold(IEnumerable<int> runes) => runes.SelectMany(rune =>
        Tables.Value.Foldings.TryGetValue(rune, out var folded) ? folded : [Rune.ToLowerInvariant(Rune.ToUpperInvariant(new Rune(rune))).Value]);

    private static List<int> Decompose(IEnumerable<int> runes, Dictionary<int, int[]> mapping)
    {
        var result = new List<int>();
        foreach (var rune in runes)
        {
            Append(rune);
        }

        PutMarksInOrder(result);
        return result;

        void Append(int rune)
        {
            if (Hangul.Decompose(rune) is { } syllable)
            {
                result.AddRange(syllable);
            }
            else if (mapping.TryGetValue(rune, out var parts))
            {
                Array.ForEach(parts, Append);
            }
            else
            {
                result.Add(rune);
            }
        }
    }

    // Stable: marks of the same class keep their order, and none passes a starter.
    private static void PutMarksInOrder(List<int> runes)
    {
        for (var i = 1; i < runes.Count; i++)
        {
            for (var at = i; at > 0 && Class(runes[at]) is var mark and > 0 && Class(runes[at - 1]) > mark; at--)
            {
                (runes[at - 1], runes[at]) = (runes[at], runes[at - 1]);
            }
        }
    }

    private static List<int> Compose(List<int> runes)
    {
        var result = new List<int>();
        var starter = -1;
        foreach (var rune in runes)
        {
            var blocked = starter >= 0 && result.Count - 1 > starter && (Class(result[^1]) >= Class(rune) || Class(result[^1]) == 0);
            if (starter >= 0 && !blocked && Pair(result[starter], rune) is { } composed)
            {
                result[starter] = composed;
                continue;
            }

            if (Class(rune) == 0)
            {
                starter = result.Count;
            }

            result.Add(rune);
        }

        return result;
    }

    private static int? Pair(int first, int second) =>
        Hangul.Compose(first, second) ?? (Tables.Value.Pairs.TryGetValue((first, second), out var composed) ? composed : null);

    private static int Class(int rune) => Tables.Value.Classes.GetValueOrDefault(rune);
}
