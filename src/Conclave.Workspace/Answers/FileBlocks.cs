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

    /// <summary>All blocks in order, with the places where they begin and end.</summary>
    public static ImmutableArray<FileBlock> Read(string answer)
    {
        var blocks = ImmutableArray.CreateBuilder<FileBlock>();
        var tags = FileTag.In(answer).ToList();
        for (var next = 0; next < tags.Count;)
        {
            switch (tags[next++])
            {
                case FileTag.Unreadable unreadable:
                    blocks.Add(new FileBlock(unreadable.Start, unreadable.End, new AnswerPart.Unreadable($"The tag `{unreadable.Text}` names no path. Write it as <file path=\"...\">.")));
                    break;
                case FileTag.Open open:
                    var end = EndOfInside(tags, next, open);
                    var inside = tags[next..end].FindAll(tag => tag.Name == open.Name);
                    var (part, last) = ReadBlock(answer, open, inside);
                    next = last is null ? (part is AnswerPart.Unreadable && !open.ClosesItself ? end : next) : tags.IndexOf(last, next) + 1;
                    blocks.Add(new FileBlock(open.Start, last?.End ?? (next > 1 && next == end && tags[next - 1] is var tag ? Math.Max(tag.End, open.End) : open.End), part));
                    break;
                default:
                    // A closing tag that closes nothing says nothing.
                    break;
            }
        }

        return blocks.ToImmutable();
    }

    // Up to the next block. One that is indented deeper than this block may be part of its content.
    private static int EndOfInside(List<FileTag> tags, int next, FileTag.Open open)
    {
        var end = tags.FindIndex(next, tag => tag is FileTag.Open sibling && (sibling.Name == open.Name || sibling.Form == TagForm.Whole && sibling.Name == "file") && (sibling.Indent ?? 0) <= (open.Indent ?? 0));
        return end < 0 ? tags.Count : end;
    }

    private static (AnswerPart Part, FileTag? Last) ReadBlock(string answer, FileTag.Open open, List<FileTag> inside)
    {
        var path = PathText.Clean(open.Path);
        if (open.Form == TagForm.Rename)
        {
            return open.To is { Length: > 0 } to
                ? (new AnswerPart.Change(new FileEdit(path, [], PathText.Clean(to))), open.ClosesItself ? null : inside.Find(tag => tag is FileTag.Close))
                : (new AnswerPart.Unreadable($"The tag for `{path}` names no new path."), null);
        }

        if (open.Delete)
        {
            return ReadDeletion(answer, open, path, inside);
        }

        if (open.ClosesItself)
        {
            return (new AnswerPart.Unreadable($"The block for `{path}` has neither a content nor delete=\"true\"."), null);
        }

        var closes = inside.OfType<FileTag.Close>().ToList();
        if (closes.Count == 0)
        {
            return (new AnswerPart.Unreadable($"The block for `{path}` does not end with </{open.Name}>, so the answer was cut or the tag was forgotten. Send the whole file again."), null);
        }

        if (End(open, inside, closes) is not { } close)
        {
            return (new AnswerPart.Unreadable($"It is not certain where the block for `{path}` ends: its content has lines that look like its tags. Indent them or write them in another way, and send the file again."), null);
        }

        var content = Content(answer, open, close);
        if (open.Form == TagForm.Edit)
        {
            return (EditText.Read(path, content), close);
        }

        // Search and replace blocks in a tag of a whole file are an edit all the same.
        if (content.AsSpan().TrimStart().StartsWith("<<<<<<<") && EditText.Read(path, content) is AnswerPart.Change edit)
        {
            return (edit, close);
        }

        var (plain, problem) = CodeFence.TakeOff(path, CharacterData.TakeOff(content));
        return (problem is null ? new AnswerPart.Whole(new AnswerFile(path, WrittenText.OneFinalNewline(plain))) : new AnswerPart.Unreadable(problem), close);
    }

    private static (AnswerPart Part, FileTag? Last) ReadDeletion(string answer, FileTag.Open open, string path, List<FileTag> inside)
    {
        var close = open.ClosesItself ? null : inside.Find(tag => tag is FileTag.Close);
        return close is null || open.Form == TagForm.Deletion || answer.AsSpan(open.End, close.Start - open.End).IsWhiteSpace()
            ? (new AnswerPart.Whole(new AnswerFile(path, null)), close)
            : (new AnswerPart.Unreadable($"The block for `{path}` is to be deleted and has a content as well."), close);
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
            // What begins on the line of its tag: the line before the tag tells how the answer ends its lines.
            var line = open.Start - (open.Indent ?? 0);
            return line > 1 && answer[line - 1] == '\n' && answer[line - 2] == '\r' ? content.Replace("\r\n", "\n", StringComparison.Ordinal) : content;
        }

        // An answer with CRLF has it after its tags too; a file with CRLF in an answer without keeps it.
        var hasCrLf = firstLine > 0 && content[firstLine - 1] == '\r';
        content = content[(firstLine + 1)..];
        return hasCrLf ? content.Replace("\r\n", "\n", StringComparison.Ordinal) : content;
    }
}

/// <summary>A block and where it stands in the answer.</summary>
internal sealed record FileBlock(int Start, int End, AnswerPart Part);
