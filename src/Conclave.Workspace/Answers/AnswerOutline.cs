using System.Collections.Immutable;

namespace Conclave.Workspace.Answers;

/// <summary>
/// One pass over the lines of an answer: what stands for files in it, in order. A line begins either thoughts, a tag, an element of a tool, a patch, a diff,
/// a search and replace block or a block of code; any other line is prose, which may name the file of what comes next.
/// </summary>
internal sealed class AnswerOutline
{
    // Blocks of code whose nesting makes no sense are looked through to the end; beyond this many, the next end counts.
    private const int MaxOddBlocks = 16;

    private readonly string[] lines;
    private readonly Dictionary<int, int> tagEnds = [];
    private readonly Dictionary<int, List<FileBlock>> tags = [];
    private readonly ImmutableArray<AnswerPart>.Builder parts = ImmutableArray.CreateBuilder<AnswerPart>();
    private string? lastEdited;
    private int oddBlocks;

    private AnswerOutline(string answer)
    {
        lines = answer.Split('\n');
        var starts = new int[lines.Length];
        for (int i = 0, offset = 0; i < lines.Length; i++)
        {
            starts[i] = offset;
            offset += lines[i].Length + 1;
            lines[i] = lines[i].TrimEnd('\r');
        }

        foreach (var block in FileBlocks.Read(answer))
        {
            var (from, to) = (LineOf(starts, block.Start), LineOf(starts, Math.Max(block.Start, block.End - 1)));
            // Tags that share a line belong together.
            if (tags.Count > 0 && tagEnds.TryGetValue(lastTagLine, out var end) && from < end)
            {
                tags[lastTagLine].Add(block);
                tagEnds[lastTagLine] = Math.Max(end, to + 1);
                continue;
            }

            lastTagLine = from;
            tags[from] = [block];
            tagEnds[from] = to + 1;
        }
    }

    private int lastTagLine;
    private readonly List<(string Line, bool IsBefore)> prose = [];

    /// <summary>Reads an answer. Takes time linear in its length.</summary>
    public static ImmutableArray<AnswerPart> Read(string answer)
    {
        var text = Reasoning.TakeOff(answer);
        if (JsonFiles.Read(text) is { IsEmpty: false } json)
        {
            return json;
        }

        var outline = new AnswerOutline(text);
        outline.Scan(0, outline.lines.Length, new LabelState(), inFence: false);
        return outline.parts.ToImmutable();
    }

    /// <summary>What an answer says beside its files, whatever form those have: the words before the first one, else those between and after.</summary>
    public static string Prose(string answer)
    {
        var text = Reasoning.TakeOff(answer);
        if (JsonFiles.Read(text) is { IsEmpty: false })
        {
            return "";
        }

        var outline = new AnswerOutline(text);
        outline.Scan(0, outline.lines.Length, new LabelState(), inFence: false);
        var before = Joined(outline.prose.Where(said => said.IsBefore));
        return before.Length > 0 ? before : Joined(outline.prose);
    }

    private static string Joined(IEnumerable<(string Line, bool IsBefore)> said) =>
        string.Join(' ', said.SelectMany(line => line.Line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));

    private void Scan(int from, int to, LabelState label, bool inFence)
    {
        for (var i = from; i < to;)
        {
            i = Reasoning.Skip(lines, i, to) is var after && after > i ? after
                : ReadTool(i, to)
                ?? ReadTags(i, to)
                ?? ReadPatch(i, to, inFence)
                ?? ReadDiff(i, to, label, inFence)
                ?? ReadSearchReplace(i, to, label)
                ?? ReadFence(i, to, label)
                ?? ReadProse(i, label, inFence);
        }
    }

    private int? ReadTool(int at, int to)
    {
        // Both see `<file>`; the one that can read it is right.
        if (ToolElement.Read(lines, at, to) is not { } element)
        {
            return null;
        }

        // A tool that only looks has nothing to say.
        if (element.Part is not null)
        {
            parts.Add(element.Part);
        }

        return element.Next;
    }

    private int? ReadTags(int at, int to)
    {
        if (!tags.TryGetValue(at, out var here) || tagEnds[at] > to)
        {
            return null;
        }

        parts.AddRange(here.Select(block => block.Part));
        return tagEnds[at];
    }

    private int? ReadPatch(int at, int to, bool inFence)
    {
        if (!PatchBlock.Begins(lines[at]))
        {
            return null;
        }

        var (read, next) = PatchBlock.Read(lines, at, to, inFence);
        parts.AddRange(read);
        return next;
    }

    private int? ReadDiff(int at, int to, LabelState label, bool inFence)
    {
        var hasHeader = UnifiedDiff.Begins(lines, at, to);
        if (!hasHeader && !(inFence && UnifiedDiff.BeginsHunk(lines[at])))
        {
            return null;
        }

        var (part, next) = UnifiedDiff.Read(lines, at, to, hasHeader ? null : label.Target ?? lastEdited, inFence);
        Add(part);
        return next;
    }

    private int? ReadSearchReplace(int at, int to, LabelState label)
    {
        if (!SearchReplaceBlock.Begins(lines[at]))
        {
            return null;
        }

        var block = SearchReplaceBlock.Read(lines, at, to);
        var path = label.Target ?? lastEdited;
        Add(block.Hunk is null ? new AnswerPart.Unreadable($"The search and replace block{(path is null ? "" : $" for `{path}`")} is not whole. It has the old lines, a line `=======`, the new lines and the line `>>>>>>> REPLACE`.")
            : path is null ? new AnswerPart.Unreadable("A search and replace block names no file. Write the path alone on the line before it.")
            : new AnswerPart.Change(new FileEdit(PathText.Clean(path), [block.Hunk])));
        return block.Next;
    }

    private int? ReadFence(int at, int to, LabelState label)
    {
        if (Fence.Of(lines[at]) is not { } open)
        {
            return null;
        }

        var named = BlockLabel.OfInfo(open.Info) ?? label.Name;
        var first = Enumerable.Range(at + 1, Math.Min(4, Math.Max(0, to - at - 1))).Cast<int?>().FirstOrDefault(i => lines[i!.Value].Trim().Length > 0);
        // Tags of files are never a part of a block without a name of its own.
        var isWrapper = named is null || (first is { } i && tags.ContainsKey(i));
        var isProse = named is null ? open.Info is "md" or "markdown" or "mdx" : CodeFence.IsProse(named);
        var block = FencedBlock.At(lines, at, open, isProse, isStrict: oddBlocks >= MaxOddBlocks, line => isWrapper && tagEnds.TryGetValue(line, out var end) ? end : line);
        oddBlocks += block.IsOdd ? 1 : 0;
        block = block with { End = Math.Min(block.End, to), Next = Math.Min(block.Next, to) };
        var body = new FencedBody(lines[(at + 1)..Math.Max(at + 1, block.End)], open, block.IsClosed, IsLast: block.Next >= lines.Length);
        if (BlockLabel.IsQuotation(open.Info))
        {
            // Lines of a file as it is, to talk about them.
        }
        else if (body.HoldsEdits || (isWrapper && Enumerable.Range(at + 1, body.Lines.Length).Any(tags.ContainsKey)))
        {
            Scan(at + 1, Math.Max(at + 1, block.End), label.Into(BlockLabel.OfInfo(open.Info)), inFence: true);
        }
        else if (body.IsHeadlessDiff && (named ?? label.Target) is { } target)
        {
            Add(EditText.Read(PathText.Clean(target), "@@\n" + body.Text));
        }
        else if (named is null && body.MayBeJson && JsonFiles.Read(body.Text) is { IsEmpty: false } json)
        {
            parts.AddRange(json);
        }
        else if (body.File(named) is { IsEmpty: false } file)
        {
            parts.AddRange(file);
        }
        else
        {
            label.Pass();
            return block.Next;
        }

        label.Used();
        return block.Next;
    }

    private int ReadProse(int at, LabelState label, bool inFence)
    {
        if (Reasoning.Ends(lines[at]))
        {
            // What came before was thought, not said.
            parts.Clear();
            prose.Clear();
            lastEdited = null;
        }
        else if (!inFence && PathLabel.Of(lines[at]) is not { Reach: not LabelReach.Mention })
        {
            prose.Add((lines[at], parts.Count == 0));
        }

        label.See(lines[at], inFence);
        return at + 1;
    }

    private void Add(AnswerPart part)
    {
        parts.Add(part);
        lastEdited = part is AnswerPart.Change change ? change.Edit.Path : lastEdited;
    }

    private static int LineOf(int[] starts, int offset) => Array.BinarySearch(starts, offset) is var at && at >= 0 ? at : ~at - 1;
}
