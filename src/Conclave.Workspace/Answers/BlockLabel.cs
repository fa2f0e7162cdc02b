using System.Text.RegularExpressions;

namespace Conclave.Workspace.Answers;

/// <summary>The name of a file in what belongs to its block: the info string of a fence, the first comment of the code.</summary>
internal static partial class BlockLabel
{
    private const RegexOptions Options = RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    private const int MaxLine = 300;

    /// <summary>From an info string: <c>ts src/a.ts</c>, <c>ts:src/a.ts</c>, <c>js title="src/a.js"</c>, <c>{.python file=src/a.py}</c>, <c>src/a.ts</c>.</summary>
    public static string? OfInfo(string info)
    {
        if (info.Length is 0 or > MaxLine || IsQuotation(info))
        {
            return null;
        }

        var attribute = Attribute().Match(info);
        if (attribute.Success)
        {
            var value = attribute.Groups["value"].Value.Trim('"', '\'', '}', '“', '”');
            return PathText.IsName(value) || (value.Contains('/', StringComparison.Ordinal) && PathText.CanBeName(value)) ? value : null;
        }

        foreach (var word in info.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var text = word.Trim('`', '"', '\'', '(', ')', '{', '}', ',');
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            if (colon > 1 && PathText.IsName(text[(colon + 1)..]))
            {
                return text[(colon + 1)..];
            }

            // c++, f#, objective-c and the like have no dot and are no names
            if (PathText.IsName(text.TrimEnd(':')))
            {
                return text.TrimEnd(':');
            }
        }

        return null;
    }

    /// <summary>Whether a block quotes lines of a file that exists: <c>12:20:src/app.ts</c>.</summary>
    public static bool IsQuotation(string info) => Quotation().IsMatch(info);

    /// <summary>From the first lines of a block, when a comment there is a name and nothing else.</summary>
    public static string? OfComment(IReadOnlyList<string> lines)
    {
        var seen = 0;
        for (var i = 0; i < lines.Count && seen < 3; i++)
        {
            var line = lines[i].Trim().TrimStart('\uFEFF');
            if (line.Length == 0)
            {
                continue;
            }

            seen++;
            if (line.Length > MaxLine)
            {
                return null;
            }

            if (Comment().Match(line) is { Success: true } comment && NameIn(comment.Groups["body"].Value) is { } name)
            {
                return name;
            }

            // A comment mark alone on its line has its text on the next one; a shebang and the like come before comments.
            if (!Preamble().IsMatch(line))
            {
                return null;
            }
        }

        return null;
    }

    private static string? NameIn(string body)
    {
        var text = Key().Replace(body.Trim(), "").Trim();
        var name = Remark().Replace(text, "").Trim('`', '"', '\'', '*', ' ', '[', ']');
        return PathText.IsName(name) ? name : null;
    }

    [GeneratedRegex(@"(^|[\s{,(])(path|file|filename|file_name|filepath|file_path|title|name|src|source|target|dest|output)\s*[=:]\s*(?<value>""[^""]*""|'[^']*'|[^\s,;)""']+)", Options)]
    private static partial Regex Attribute();

    [GeneratedRegex(@"^\d+:\d+:\S", Options)]
    private static partial Regex Quotation();

    [GeneratedRegex(@"^(//+!?|#+!?|--+|;+|%+|'|rem |/\*+|<!--+|\{/\*+|\{#|<%--|@\*|\(\*|""""""|'''|\*)\s*(?<body>.*?)\s*(\*/\}?|--+>|#\}|--%>|\*@|\*\)|""""""|''')?$", Options)]
    private static partial Regex Comment();

    [GeneratedRegex(@"^(#!.*|<\?php|<\?xml.*|<!doctype.*|@charset.*|""use (strict|client|server)"";?|'use (strict|client|server)';?|/\*+|""""""|'''|<!--+|[#/*=-]{3,}|# ?-\*-.*|# ?(coding|encoding).*|// ?@ts-.*|// ?eslint.*)$", Options)]
    private static partial Regex Preamble();

    [GeneratedRegex(@"^(\*\*)?(@?file ?(name|path)?|path|module|source|src|script|location|create|save as|full path|relative path|main file)\s*[:=]\s*(\*\*)?|^@file\s+|^file\s+", Options)]
    private static partial Regex Key();

    [GeneratedRegex(@"\s*(\([^()]{0,80}\)|[-–—:]\s.{0,200}|=+|-+|\*+)\s*$", Options)]
    private static partial Regex Remark();
}
