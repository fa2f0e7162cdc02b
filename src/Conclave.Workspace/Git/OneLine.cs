using System.Globalization;
using System.Text;

namespace Conclave.Workspace.Git;

/// <summary>Texts of models and users as one line that means nothing but itself: no line break to forge a trailer with, nothing invisible.</summary>
internal static class OneLine
{
    /// <summary>The text with all space as single blanks, at most so many characters; what is cut ends with <c>…</c>.</summary>
    public static string Of(string text, int most = 200)
    {
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune) || Rune.IsControl(rune))
            {
                shown.Append(' ');
            }
            else if (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned))
            {
                shown.Append(rune);
            }
        }

        var line = string.Join(' ', shown.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
        if (line.Length <= most)
        {
            return line;
        }

        var cut = char.IsHighSurrogate(line[most - 2]) ? most - 2 : most - 1;
        return line[..cut].TrimEnd() + "…";
    }
}
