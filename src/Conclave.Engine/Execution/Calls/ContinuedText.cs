namespace Conclave.Engine.Execution.Calls;

/// <summary>Puts the parts of an answer together that was cut off and continued. Pure.</summary>
public static class ContinuedText
{
    private const int LongestOverlap = 4096;
    private const int ShortestOverlap = 12;
    private const int FewestLetters = 8;

    /// <summary>
    /// Both parts as one text. Models often begin a continuation with the last line or words of what they had said: those are not said twice. Text that
    /// repeats itself by its nature, such as closing braces or the rows of a table, is left alone: what is taken out must stand only once before.
    /// </summary>
    public static string Join(string before, string more) => string.Concat(before, more.AsSpan(Overlap(before, more)));

    private static int Overlap(string before, string more)
    {
        var length = LongestOverlapUpTo(LongestOverlap, before, more);
        var head = more.AsSpan(0, length);
        return length >= ShortestOverlap
            && IsTelling(head)
            && before.AsSpan(0, before.Length - 1).IndexOf(head, StringComparison.Ordinal) < 0
            // Where half of it or more would fit as well, it is one thing said over and over.
            && LongestOverlapUpTo(length - 1, before, more) < length / 2
            ? length
            : 0;
    }

    private static int LongestOverlapUpTo(int most, string before, string more)
    {
        var length = Math.Min(most, Math.Min(before.Length, more.Length));
        while (length > 0 && !before.AsSpan().EndsWith(more.AsSpan(0, length), StringComparison.Ordinal))
        {
            length--;
        }

        return length;
    }

    private static bool IsTelling(ReadOnlySpan<char> text)
    {
        var letters = 0;
        foreach (var character in text)
        {
            letters += char.IsLetterOrDigit(character) ? 1 : 0;
        }

        return letters >= FewestLetters;
    }
}
