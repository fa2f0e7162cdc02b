using System.Text;
using System.Text.RegularExpressions;

namespace Conclave.Workspace.Files;

/// <summary>Names of folders made from what people write.</summary>
public static partial class FolderName
{
    private const int MaxLength = 40;

    /// <summary>
    /// The first words of a text: <c>a-url-shortener-with-a-web-page</c>, <c>uberblick-der-cafes</c>. Accents of Latin letters go, the letters of all
    /// languages stay, and nothing remains of a terminal's control sequences. A text without words gives <c>project</c>.
    /// </summary>
    public static string Of(string text)
    {
        var name = new StringBuilder();
        foreach (var word in Words().Matches(UnicodeText.WithoutAccents(Sequences().Replace(Valid(text), " ").ToLowerInvariant())).Select(match => match.Value))
        {
            if (name.Length + word.Length > MaxLength && name.Length > 0)
            {
                break;
            }

            name.Append(name.Length == 0 ? "" : "-").Append(word.Length > MaxLength ? word[..MaxLength] : word);
        }

        var proposed = name.ToString();
        return PathPolicy.Check(proposed) is null ? proposed : "project";
    }

    // Halves of surrogate pairs become a character that is no letter.
    private static string Valid(string text) => string.Concat(text.EnumerateRunes());

    // CSI, OSC with its end, and the short sequences of two characters.
    [GeneratedRegex(@"\x1B\[[0-?]*[ -/]*[@-~]|\x9B[0-?]*[ -/]*[@-~]|\x1B\][^\x07\x1B]*(\x07|\x1B\\)?|\x1B.", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Sequences();

    [GeneratedRegex(@"[\p{L}\p{Nd}][\p{L}\p{Nd}\p{Mn}\p{Mc}]*", RegexOptions.NonBacktracking)]
    private static partial Regex Words();
}
