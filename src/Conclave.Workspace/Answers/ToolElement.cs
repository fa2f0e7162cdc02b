using System.Text.RegularExpressions;

namespace Conclave.Workspace.Answers;

/// <summary>
/// A call of a tool written out as elements, with the path in one of them:
/// <code>
/// &lt;write_to_file&gt;
/// &lt;path&gt;src/app.py&lt;/path&gt;
/// &lt;content&gt;
/// ...
/// &lt;/content&gt;
/// &lt;/write_to_file&gt;
/// </code>
/// also <c>&lt;parameter name="path"&gt;</c> in an <c>invoke</c>, <c>&lt;parameter=path&gt;</c> in a <c>function</c>, and <c>&lt;file&gt;a.py&lt;/file&gt;</c> with <c>original</c> and <c>patched</c>.
/// </summary>
internal static partial class ToolElement
{
    private const int MaxLine = 400;

    private const RegexOptions Options = RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    /// <summary>Reads the element that begins at a line; null when none does.</summary>
    public static (AnswerPart? Part, int Next)? Read(string[] lines, int start, int end)
    {
        if (lines[start].Length > MaxLine || !lines[start].AsSpan().TrimStart().StartsWith('<'))
        {
            return null;
        }

        if (OneLine().Match(lines[start]) is { Success: true } named && start + 1 < end && lines[start + 1].Contains("<original>", StringComparison.OrdinalIgnoreCase))
        {
            return ReadPatched(lines, start + 1, end, PathText.Clean(named.Groups["path"].Value));
        }

        var outer = Outer().Match(lines[start]);
        if (!outer.Success || PathIn(lines, start, Math.Min(end, start + 6)) is not { } path || !PathText.CanBeName(path))
        {
            return null;
        }

        var name = outer.Groups["name"].Value.ToLowerInvariant();
        var verb = outer.Groups["tool"] is { Success: true } tool ? tool.Value.ToLowerInvariant() : name;
        var close = Array.FindIndex(lines, start, end - start, line => Closes(line, name));
        if (close < 0)
        {
            return (new AnswerPart.Unreadable($"The element `{name}` for `{path}` does not end with </{name}>, so the answer was cut. Send the whole file again."), end);
        }

        path = PathText.Clean(path);
        var body = string.Join('\n', lines[start..close]) + "\n" + lines[close][..Math.Max(0, lines[close].LastIndexOf("</", StringComparison.Ordinal))];
        if (verb is "delete_file" or "remove_file")
        {
            return (new AnswerPart.Whole(new AnswerFile(path, null)), close + 1);
        }

        if (Child(body, "old_str", "old_string", "search") is { } before && Child(body, "new_str", "new_string", "replace") is { } after)
        {
            return (new AnswerPart.Change(new FileEdit(path, [new EditHunk([.. LinesOf(before)], [.. LinesOf(after)])])), close + 1);
        }

        if (Child(body, "diff", "args") is { } diff && diff.AsSpan().ContainsAny("<-@+="))
        {
            return (EditText.Read(path, diff), close + 1);
        }

        // A tool that only reads has no content.
        return Child(body, "content", "file_text", "contents", "document_content", "code", "file_content") is { } content
            ? (Whole(path, content), close + 1)
            : (null, close + 1);
    }

    private static AnswerPart Whole(string path, string content)
    {
        var (plain, problem) = CodeFence.TakeOff(path, CharacterData.TakeOff(content));
        return problem is null ? new AnswerPart.Whole(new AnswerFile(path, WrittenText.OneFinalNewline(plain.Length == 0 || plain.EndsWith('\n') ? plain : plain + "\n"))) : new AnswerPart.Unreadable(problem);
    }

    private static (AnswerPart? Part, int Next)? ReadPatched(string[] lines, int start, int end, string path)
    {
        var close = Array.FindIndex(lines, start, end - start, line => line.Contains("</patched>", StringComparison.OrdinalIgnoreCase));
        if (close < 0)
        {
            return (new AnswerPart.Unreadable($"The modification of `{path}` does not end with </patched>, so the answer was cut. Send it again."), end);
        }

        var body = string.Join('\n', lines[start..(close + 1)]);
        return Child(body, "original") is { } before && Child(body, "patched") is { } after
            ? (new AnswerPart.Change(new FileEdit(path, [new EditHunk([.. LinesOf(before)], [.. LinesOf(after)])])), close + 1)
            : null;
    }

    private static string? PathIn(string[] lines, int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            if (lines[i].Length <= MaxLine && PathElement().Match(lines[i]) is { Success: true } path)
            {
                return path.Groups["path"].Value.Trim();
            }
        }

        return null;
    }

    // The text of one of the elements, up to its last end.
    private static string? Child(string body, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            foreach (var (begin, close) in new[] { ($"<{name}>", $"</{name}>"), ($"<parameter name=\"{name}\">", "</parameter>"), ($"<parameter={name}>", "</parameter>") })
            {
                var from = body.IndexOf(begin, StringComparison.OrdinalIgnoreCase);
                if (from < 0)
                {
                    continue;
                }

                from += begin.Length;
                // Parameters follow each other; an element of its own name may stand in the content.
                var to = close == "</parameter>" && body.IndexOf("\n<parameter", from, StringComparison.OrdinalIgnoreCase) is > 0 and var following
                    ? body.LastIndexOf(close, following, following - from, StringComparison.OrdinalIgnoreCase)
                    : body.LastIndexOf(close, StringComparison.OrdinalIgnoreCase);
                if (to >= from)
                {
                    var text = body[from..to];
                    return text.StartsWith('\n') ? text[1..] : text;
                }
            }
        }

        return null;
    }

    private static string[] LinesOf(string text) => text.Length == 0 ? [] : (text.EndsWith('\n') ? text[..^1] : text).Split('\n');

    private static bool Closes(string line, string name) => line.TrimEnd() is var text && text.EndsWith('>') && text.LastIndexOf("</", StringComparison.Ordinal) is >= 0 and var at && text.AsSpan(at + 2).TrimEnd('>').Trim().Equals(name, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^\s*<(?<name>write_to_file|write_file|create_file|new_file|add_file|save_file|update_file|replace_in_file|apply_diff|edit_file|insert_content|delete_file|remove_file|file|document|item|antml:invoke|invoke|function)(=(?<tool>\w+)| name=[""'](?<tool>\w+)[""']|( index=[""']\d+[""']))?>", Options)]
    private static partial Regex Outer();

    [GeneratedRegex(@"<(path|file_path|filepath|filename|file_name|name|source|target_file|parameter=(path|file_path|filename)|(antml:)?parameter name=[""'](path|file_path|filename|target_file)[""'])>(?<path>[^<>\n]{1,300})</", Options)]
    private static partial Regex PathElement();

    [GeneratedRegex(@"^\s*<(file|path|filename)>(?<path>[^<>]{1,300})</(file|path|filename)>\s*$", Options)]
    private static partial Regex OneLine();
}
