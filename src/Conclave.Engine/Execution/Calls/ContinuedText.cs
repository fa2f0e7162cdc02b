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
        for (var length = Math.Min(LongestOverlap, Math.Min(before.Length, more.Length)); length >= ShortestOverlap; length--)
        {
            var head = more.AsSpan(0, length);
            if (before.AsSpan().EndsWith(head, StringComparison.Ordinal))
            {
                return IsTelling(head) && before.AsSpan(0, before.Length - 1).IndexOf(head, StringComparison.Ordinal) < 0 ? length : 0;
            }
        }

        return 0;
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
