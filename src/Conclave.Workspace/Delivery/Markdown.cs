using Conclave.Workspace.Git;

namespace Conclave.Workspace.Delivery;

/// <summary>Texts of models and users inside a Markdown document: they stay on their line and in their cell, and are never markup, HTML, links or images.</summary>
internal static class Markdown
{
    private const string Special = "\\`*_[]<>|~&";

    /// <summary>A text as prose.</summary>
    public static string Text(string text, int most = 300) => string.Concat(OneLine.Of(text, most).Select(letter => letter switch
    {
        '<' => "&lt;",
        '&' => "&amp;",
        _ when Special.Contains(letter, StringComparison.Ordinal) => $"\\{letter}",
        _ => letter.ToString(),
    }));

    /// <summary>A text as code, outside of tables.</summary>
    public static string Code(string text, int most = 300)
    {
        var line = OneLine.Of(text, most);
        var fence = new string('`', LongestRun(line) + 1);
        return line.Contains('`', StringComparison.Ordinal) ? $"{fence} {line} {fence}" : $"{fence}{line}{fence}";
    }

    /// <summary>A text as code inside a table, where a bar would end the cell.</summary>
    public static string CodeCell(string text, int most = 300) => Code(text, most).Replace("|", "\\|", StringComparison.Ordinal);

    /// <summary>A text as one word of a shell's command.</summary>
    public static string Shell(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static int LongestRun(string line)
    {
        var (longest, run) = (0, 0);
        foreach (var letter in line)
        {
            run = letter == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }
}
