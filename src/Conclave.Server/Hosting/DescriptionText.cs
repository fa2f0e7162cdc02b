using System.Globalization;
using System.Text;

namespace Conclave.Server.Hosting;

/// <summary>What a description must be: a text that people could have written, of a bounded length.</summary>
internal static class DescriptionText
{
    // Some strange characters come with anything that was pasted; more than this share of them was never a text.
    private const int OneIn = 20;

    /// <summary>Why a description is not taken; null when it is.</summary>
    public static Refusal? Check(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return new Refusal(RefusalKind.Invalid, "CONC200 the description is empty", "say in a sentence or more what to build: conclave new \"A URL shortener with a web page\"");
        }

        if (text.Length > NewSession.MaxDescription)
        {
            return new Refusal(
                RefusalKind.Invalid,
                string.Create(CultureInfo.InvariantCulture, $"CONC223 the description is longer than {NewSession.MaxDescription:N0} characters"),
                "keep what the project must do, and leave out what only illustrates it");
        }

        return IsText(text) ? null : new Refusal(RefusalKind.Invalid, "CONC222 the description is not text: it has NUL, broken or too many control characters", "give it as plain text in UTF-8");
    }

    private static bool IsText(string text)
    {
        // What was not Unicode when it came in stands as the replacement character, and so does half of a surrogate pair here.
        var strange = text.EnumerateRunes().Count(rune => rune == Rune.ReplacementChar || (Rune.IsControl(rune) && rune.Value is not ('\n' or '\r' or '\t')));
        return !text.Contains('\0', StringComparison.Ordinal) && strange * OneIn <= text.Length && !HasHalfPair(text);
    }

    private static bool HasHalfPair(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return true;
            }
        }

        return false;
    }
}
