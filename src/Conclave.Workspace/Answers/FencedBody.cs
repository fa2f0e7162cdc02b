using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Conclave.Workspace.Answers;

/// <summary>What stands in a block of code.</summary>
/// <param name="Lines">Its lines, without line ends.</param>
/// <param name="Open">The fence that begins it.</param>
/// <param name="IsClosed">Whether a fence ends it.</param>
/// <param name="IsLast">Whether nothing comes after it in the answer.</param>
internal sealed record FencedBody(string[] Lines, Fence Open, bool IsClosed, bool IsLast)
{
    private static readonly FrozenSet<string> Shells = FrozenSet.ToFrozenSet(
        ["bash", "sh", "shell", "zsh", "fish", "console", "terminal", "shell-session", "shellsession", "powershell", "ps", "ps1", "pwsh", "cmd", "bat", "batch", "dos", "command", "commandline", "command-line"], StringComparer.OrdinalIgnoreCase);

    // Blocks in these languages show something: a run, a tree, a picture.
    private static readonly FrozenSet<string> Samples = FrozenSet.ToFrozenSet(["output", "log", "tree", "mermaid", "plantuml", "dot", "graphviz", "ascii", "http", "stdout", "result"], StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> ShellFiles = FrozenSet.ToFrozenSet(
        ["sh", "bash", "zsh", "fish", "ksh", "ps1", "psm1", "psd1", "bat", "cmd", "command", "env", "envrc", "profile", "bashrc", "zshrc", "service", "dockerfile", "makefile", "justfile", "procfile", "gitignore", "dockerignore", "example", "conf", "cron", "crontab", "bats", "toml", "cfg", "ini", "txt", "gradlew", "mvnw", "bash_profile", "editorconfig", "npmrc", "awk", "expect"],
        StringComparer.OrdinalIgnoreCase);

    private static readonly string[] Branches = ["├──", "└──", "├─", "└─", "|-- ", "`-- ", "+-- "];

    /// <summary>The lines at the depth of the block.</summary>
    public string Text => string.Join('\n', Indentation.Without(Lines, Open.Indent));

    /// <summary>Whether edits, patches or elements of tools stand in it, which are read line by line.</summary>
    public bool HoldsEdits
    {
        get
        {
            var begin = Array.FindIndex(Lines, line => line.Trim().Length > 0);
            if (begin < 0)
            {
                return false;
            }

            // The name of the file, or a comment that says it, may come first.
            for (var i = begin; i < Math.Min(begin + 4, Lines.Length); i++)
            {
                if (SearchReplaceBlock.Begins(Lines[i]) || PatchBlock.Begins(Lines[i]) || UnifiedDiff.Begins(Lines, i, Lines.Length) || (i == begin && (UnifiedDiff.BeginsHunk(Lines[i]) || IsTool(i))))
                {
                    return true;
                }

                if (Lines[i].Trim() is { Length: > 0 } text && !PathText.IsName(text) && BlockLabel.OfComment([text]) is null)
                {
                    return false;
                }
            }

            return false;
        }
    }

    /// <summary>Whether it is a diff of a file that is named elsewhere, without line numbers.</summary>
    public bool IsHeadlessDiff => Language is "diff" or "patch" && Lines.Any(line => line.StartsWith('+') || line.StartsWith('-'));

    /// <summary>Whether it can be JSON that holds files.</summary>
    public bool MayBeJson => Language is "" or "json" or "jsonc" or "json5" or "tool_code" or "tool_call" && IsClosed;

    private string Language => Open.Info.Split([' ', ':', '{', ','], 2)[0].Trim('.').ToLowerInvariant();

    /// <summary>The file that it is; empty when nothing names one or it is something else.</summary>
    /// <param name="named">The name that stands over it or in its info; null when there is none.</param>
    public ImmutableArray<AnswerPart> File(string? named)
    {
        var content = Indentation.Without(Lines, Open.Indent).ToList();
        var commented = BlockLabel.OfComment(content.Take(8).ToList());
        var path = named is null || (commented is not null && PathText.Completes(PathText.Clean(commented), PathText.Clean(named))) ? commented : named;
        if (path is null && content.Count > 1 && PathText.IsName(content[0].Trim()) && Fence.Of(content[1]) is { Info.Length: > 0 })
        {
            path = content[0].Trim();
        }

        if (path is null || !IsOf(path))
        {
            return [];
        }

        path = PathText.Clean(path);
        if (!IsClosed && IsLast)
        {
            return [new AnswerPart.Unreadable($"The block for `{path}` does not end, so the answer was cut. Send the whole file again.")];
        }

        var file = new AnswerPart.Whole(new AnswerFile(path, WrittenText.OfLines(Plain(content, path))));
        return IsClosed ? [file] : [file, new AnswerPart.Note($"the block for `{path}` had no end; it was taken to end where the next file begins")];
    }

    private bool IsTool(int at) => ToolElement.Read(Lines, at, Lines.Length) is { Part: not null };

    private bool IsOf(string path)
    {
        var ending = PathText.Ending(path);
        if (Shells.Contains(Language))
        {
            return ShellFiles.Contains(ending) || path.Split('/')[^1].StartsWith('.');
        }

        if (Samples.Contains(Language) && !string.Equals(ending, Language, StringComparison.OrdinalIgnoreCase) && ending is not ("mmd" or "puml" or "gv" or "pu" or "rest" or "uml"))
        {
            return false;
        }

        // A tree of files in a document or a comment is a part of it; a block that begins as a tree is one.
        return CodeFence.IsProse(path) || !Lines.Take(6).Any(line => Branches.Any(line.TrimStart('│', '|', ' ').StartsWith));
    }

    // The name and a fence at the top are the answer's, and a comment that only says the name can't stand in JSON.
    private static IEnumerable<string> Plain(List<string> content, string path)
    {
        var begin = content.Count > 0 && PathText.Clean(content[0].Trim()) == path ? 1 : 0;
        if (begin == 1 && content.Count > 1 && Fence.Of(content[1]) is { Info.Length: > 0 })
        {
            var end = Fence.Of(content[^1]) is { Info.Length: 0 } ? content.Count - 1 : content.Count;
            return content[2..Math.Max(2, end)];
        }

        var isJson = PathText.Ending(path) is "json";
        var first = content.FindIndex(line => line.Trim().Length > 0);
        return isJson && first >= 0 && BlockLabel.OfComment([content[first]]) is not null ? content[(first + 1)..] : content[begin..];
    }
}
