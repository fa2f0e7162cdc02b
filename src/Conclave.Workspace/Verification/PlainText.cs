using System.Text;
using System.Text.RegularExpressions;

namespace Conclave.Workspace.Verification;

/// <summary>Output of programs as plain text.</summary>
internal static partial class PlainText
{
    /// <summary>The text without terminal sequences, control characters but line feed and tab, and invisible or reordering characters.</summary>
    public static string Of(string output)
    {
        var text = new StringBuilder(output.Length);
        foreach (var character in Sequence().Replace(output, "").Where(IsPlain))
        {
            text.Append(character);
        }

        return text.ToString();
    }

    private static bool IsPlain(char character) => character switch
    {
        '\n' or '\t' => true,
        >= '\u200B' and <= '\u200F' or >= '\u202A' and <= '\u202E' or >= '\u2060' and <= '\u2069' or '\uFEFF' => false,
        _ => !char.IsControl(character),
    };

    // CSI (colours, cursor), OSC (titles, links, clipboard), DCS, SOS, PM and APC strings, and two-character escapes; also by their 8-bit names.
    [GeneratedRegex(
        "(\\x1B\\[|\\x9B)[0-?]*[ -/]*[@-~]|(\\x1B\\]|\\x9D)[^\\x07\\x1B\\x9C\\n]*(\\x07|\\x1B\\\\|\\x9C)?|(\\x1B[PX^_]|[\\x90\\x98\\x9E\\x9F])[^\\x1B\\x9C\\n]*(\\x1B\\\\|\\x9C)?|\\x1B[ -/]*[0-~]",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Sequence();
}
