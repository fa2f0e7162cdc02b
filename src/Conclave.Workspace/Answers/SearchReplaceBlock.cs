using System.Globalization;
using System.Text.RegularExpressions;

namespace Conclave.Workspace.Answers;

/// <summary>
/// A search and replace block:
/// <code>
/// &lt;&lt;&lt;&lt;&lt;&lt;&lt; SEARCH
/// old lines
/// =======
/// new lines
/// &gt;&gt;&gt;&gt;&gt;&gt;&gt; REPLACE
/// </code>
/// also with <c>------- SEARCH</c> and <c>+++++++ REPLACE</c>, and with <c>:start_line:12</c> and <c>-------</c> before the old lines.
/// </summary>
/// <param name="Hunk">What to change; null when the block is not whole.</param>
/// <param name="Next">The first line after it.</param>
internal sealed partial record SearchReplaceBlock(EditHunk? Hunk, int Next)
{
    private const RegexOptions Options = RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    /// <summary>Whether a block begins at a line.</summary>
    public static bool Begins(string line) => line.Length < 80 && Head().IsMatch(line);

    /// <summary>Reads the block that begins at a line.</summary>
    public static SearchReplaceBlock Read(string[] lines, int start, int end)
    {
        var before = new List<string>();
        var after = new List<string>();
        var dividedAt = -1;
        int? line = null;
        for (var i = start + 1; i < end; i++)
        {
            var text = lines[i];
            if (Tail().IsMatch(text) && dividedAt >= 0)
            {
                return new SearchReplaceBlock(new EditHunk([.. before], [.. after]) { Line = line }, i + 1);
            }

            if (Head().IsMatch(text))
            {
                return new SearchReplaceBlock(null, i);
            }

            if (dividedAt < 0 && Divider().IsMatch(text))
            {
                dividedAt = i;
            }
            else if (dividedAt >= 0)
            {
                // A second divider right before the end says nothing.
                if (!Divider().IsMatch(text) || i + 1 >= end || !Tail().IsMatch(lines[i + 1]))
                {
                    after.Add(text);
                }
            }
            else if (before.Count == 0 && text.StartsWith(":start_line:", StringComparison.Ordinal) && int.TryParse(text.AsSpan(12), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                line = number;
            }
            else if (before.Count > 0 || !(text.StartsWith(":end_line:", StringComparison.Ordinal) || (text is "-------" && lines[i - 1].StartsWith(':'))))
            {
                before.Add(text);
            }
        }

        return new SearchReplaceBlock(null, end);
    }

    [GeneratedRegex(@"^\s*(<{5,9} ?(SEARCH|ORIGINAL)>?|-{5,9} SEARCH>?)\s*$", Options)]
    private static partial Regex Head();

    [GeneratedRegex(@"^\s*={5,9}\s*$", Options)]
    private static partial Regex Divider();

    [GeneratedRegex(@"^\s*(>{5,9} ?(REPLACE|UPDATED)|\+{5,9} REPLACE)\s*>?\s*$", Options)]
    private static partial Regex Tail();
}
