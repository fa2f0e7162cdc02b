using System.Collections.Immutable;

namespace Conclave.Workspace.Answers;

/// <summary>
/// The asked-for form: blocks of <c>&lt;file path="..."&gt;</c>, the content, <c>&lt;/file&gt;</c>. What stands around the blocks is ignored. A content
/// may mention the tags as long as it is certain which one ends the block.
/// </summary>
internal static class FileBlocks
{
    // With more ends to choose from than this nothing is certain, and looking at all of them would take too long.
    private const int MaxCandidates = 200;

    /// <summary>All whole blocks in order, and what is wrong with the others.</summary>
    public static (ImmutableArray<AnswerFile> Blocks, ImmutableArray<string> Problems) Read(string answer)
    {
        var blocks = ImmutableArray.CreateBuilder<AnswerFile>();
        var problems = ImmutableArray.CreateBuilder<string>();
        var tags = FileTag.In(answer).ToList();
        for (var next = 0; next < tags.Count;)
        {
            switch (tags[next++])
            {
                case FileTag.Unreadable unreadable:
                    problems.Add($"The tag `{unreadable.Text}` names no path. Write it as <file path=\"...\">.");
                    break;
                case FileTag.Open open:
                    var (file, problem, used) = ReadBlock(answer, open, Inside(tags, next, open));
                    next += used;
                    if (file is not null)
                    {
                        blocks.Add(file);
                    }

                    if (problem is not null)
                    {
                        problems.Add(problem);
                    }

                    break;
                default:
                    // A closing tag that closes nothing says nothing.
                    break;
            }
        }

        return (blocks.ToImmutable(), problems.ToImmutable());
    }

    // The tags up to the next block. One that is indented deeper than this block may be part of its content.
    private static List<FileTag> Inside(List<FileTag> tags, int next, FileTag.Open open)
    {
        var end = tags.FindIndex(next, tag => tag is FileTag.Open sibling && (sibling.Indent ?? 0) <= (open.Indent ?? 0));
        return tags[next..(end < 0 ? tags.Count : end)];
    }

    private static (AnswerFile? File, string? Problem, int Used) ReadBlock(string answer, FileTag.Open open, List<FileTag> inside)
    {
        var path = open.Path.StartsWith("./", StringComparison.Ordinal) ? open.Path[2..] : open.Path;
        if (open.Delete)
        {
            return ReadDeletion(answer, open, path, inside);
        }

        if (open.ClosesItself)
        {
            return (null, $"The block for `{path}` has neither a content nor delete=\"true\".", 0);
        }

        var closes = inside.OfType<FileTag.Close>().ToList();
        if (closes.Count == 0)
        {
            return (null, $"The block for `{path}` does not end with </file>, so the answer was cut or the tag was forgotten. Send the whole file again.", inside.Count);
        }

        if (End(open, inside, closes) is not { } close)
        {
            return (null, $"It is not certain where the block for `{path}` ends: its content has lines that look like its tags. Indent them or write them in another way, and send the file again.", inside.Count);
        }

        var (content, problem) = CodeFence.TakeOff(path, Content(answer, open, close));
        return (problem is null ? new AnswerFile(path, OneFinalNewline(content)) : null, problem, inside.IndexOf(close) + 1);
    }

    private static (AnswerFile? File, string? Problem, int Used) ReadDeletion(string answer, FileTag.Open open, string path, List<FileTag> inside)
    {
        var close = open.ClosesItself ? -1 : inside.FindIndex(tag => tag is FileTag.Close);
        return close < 0 || answer.AsSpan(open.End, inside[close].Start - open.End).IsWhiteSpace()
            ? (new AnswerFile(path, null), null, close + 1)
            : (null, $"The block for `{path}` is to be deleted and has a content as well.", close + 1);
    }

    // The one closing tag that can be the end; null when there is none or another one could be it too.
    private static FileTag.Close? End(FileTag.Open open, List<FileTag> inside, List<FileTag.Close> closes)
    {
        // One that is alone on a line as deep as the block's own comes before all others.
        var own = closes.FindAll(close => close.Indent == (open.Indent ?? 0));
        var candidates = own.Count > 0 ? own : closes;
        return candidates.Count <= MaxCandidates && candidates.FindAll(close => CanEnd(close, inside, own)) is [var only] ? only : null;
    }

    // Every element that begins before it has ended, and every tag after it belongs to a block that begins after it.
    private static bool CanEnd(FileTag.Close end, List<FileTag> inside, List<FileTag.Close> own)
    {
        var at = inside.IndexOf(end);
        return Unfinished(inside[..at], stray => own.Count > 0 && !own.Contains(stray)) == 0 && Unfinished(inside[(at + 1)..], _ => false) is not null;
    }

    // How many elements have begun and not ended; null when a tag ends nothing and may not.
    private static int? Unfinished(List<FileTag> tags, Func<FileTag.Close, bool> mayEndNothing)
    {
        var depth = 0;
        foreach (var tag in tags)
        {
            switch (tag)
            {
                case FileTag.Open { ClosesItself: false } or FileTag.Unreadable { EndsOnItsLine: false }:
                    depth++;
                    break;
                case FileTag.Close when depth > 0:
                    depth--;
                    break;
                case FileTag.Close stray when !mayEndNothing(stray):
                    return null;
                default:
                    break;
            }
        }

        return depth;
    }

    private static string Content(string answer, FileTag.Open open, FileTag.Close close)
    {
        var content = answer[open.End..(close.Start - (close.Indent ?? 0))];
        var firstLine = content.IndexOf('\n', StringComparison.Ordinal);
        if (firstLine < 0 || !string.IsNullOrWhiteSpace(content[..firstLine]))
        {
            return content;
        }

        // An answer with CRLF has it after its tags too; a file with CRLF in an answer without keeps it.
        var hasCrLf = firstLine > 0 && content[firstLine - 1] == '\r';
        content = content[(firstLine + 1)..];
        return hasCrLf ? content.Replace("\r\n", "\n", StringComparison.Ordinal) : content;
    }

    private static string OneFinalNewline(string content)
    {
        var end = content.Length;
        while (end > 0 && content[end - 1] == '\n')
        {
            end -= end > 1 && content[end - 2] == '\r' ? 2 : 1;
        }

        return end == 0 ? "" : content[..end] + (content is [.., '\r', '\n'] ? "\r\n" : "\n");
    }
}
