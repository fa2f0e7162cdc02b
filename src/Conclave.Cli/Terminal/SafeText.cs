using System.Globalization;
using System.Text;

namespace Conclave.Cli.Terminal;

/// <summary>
/// Makes text from models, users and files harmless for a terminal: what would move the cursor, colour, link, write to the clipboard or turn the
/// reading direction is shown as <c>\x1b</c> or <c>\u202e</c>. New lines and tabs stay.
/// </summary>
internal static class SafeText
{
    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text;
        }

        var safe = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '\n' or '\t' || !IsDangerous(rune))
            {
                safe.Append(rune);
            }
            else
            {
                safe.Append(rune.Value switch { < 0x100 => $"\\x{rune.Value:x2}", < 0x10000 => $"\\u{rune.Value:x4}", _ => $"\\U{rune.Value:x8}" });
            }
        }

        return safe.ToString();
    }

    /// <summary>The same on one line.</summary>
    public static string Line(string text) => string.Join(' ', Of(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The same, cut to so many characters.</summary>
    public static string Line(string text, int length) => Cut(Line(text), length);

    /// <summary>A text that is safe already, cut to so many characters.</summary>
    public static string Cut(string text, int length) => text.Length <= length ? text : string.Concat(text.AsSpan(0, Math.Max(0, length - 1)), "…");

    private static bool IsDangerous(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse;
}
