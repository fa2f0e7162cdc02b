using System.Text.RegularExpressions;

namespace Conclave.Workspace.Answers;

/// <summary>A Markdown code fence around a whole content, which models add by habit and which is not part of the file.</summary>
internal static partial class CodeFence
{
    /// <summary>The content without it, or a problem when a fence begins the content and does not end it.</summary>
    public static (string Content, string? Problem) TakeOff(string path, string content)
    {
        var lines = content.Trim('\r', '\n').Split('\n');
        if (Fence().Match(lines[0]) is not { Success: true } first)
        {
            return (content, null);
        }

        var mark = first.Groups["mark"].Value;
        var fences = lines.Select(line => Fence().Match(line)).Where(match => match.Success && match.Groups["mark"].Value.StartsWith(mark, StringComparison.Ordinal)).ToList();
        var ends = lines.Length > 1 && Fence().Match(lines[^1]) is { Success: true } last && last.Groups["info"].Length == 0 && last.Groups["mark"].Value.StartsWith(mark, StringComparison.Ordinal);
        if (!IsProse(path))
        {
            return ends ? (Inner(lines), null) : (content, $"The content of `{path}` begins with a code fence that does not end with it. Send the file again without a fence.");
        }

        // A document may begin with a code block of its own.
        var wraps = ends && first.Groups["info"].Value.Trim().ToLowerInvariant() switch
        {
            "md" or "markdown" or "mdx" => fences.Count % 2 == 0,
            "" => fences.Count == 2,
            _ => false,
        };
        return (wraps ? Inner(lines) : content, null);
    }

    /// <summary>Whether the file is written for people, in a form that has code fences.</summary>
    public static bool IsProse(string path) => Path.GetExtension(path).ToLowerInvariant() is ".md" or ".markdown" or ".mdx" or ".rst" or ".txt" or ".adoc";

    private static string Inner(string[] lines) => string.Join('\n', lines[1..^1]) + "\n";

    // ```python, ~~~~, ``` title="x"
    [GeneratedRegex(@"^ {0,3}(?<mark>`{3,}|~{3,})[ \t]*(?<info>[^`\r]*?)[ \t]*\r?$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Fence();
}
