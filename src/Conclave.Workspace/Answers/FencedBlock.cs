namespace Conclave.Workspace.Answers;

/// <summary>Where a block of code ends. Models nest blocks of the same fence in documents, and forget ends.</summary>
/// <param name="End">The line after its last one of content.</param>
/// <param name="Next">The first line after the block.</param>
/// <param name="IsClosed">False when no line ends it: the answer was cut there, or the next file began.</param>
internal readonly record struct FencedBlock(int End, int Next, bool IsClosed)
{
    /// <summary>Whether its fences make no sense, so that it had to be looked through to the end of the answer.</summary>
    public bool IsOdd { get; init; }

    /// <summary>Finds the end of the block that begins at a line.</summary>
    /// <param name="isProse">Whether the content is a document, which may have blocks of its own.</param>
    /// <param name="isStrict">Whether the first fence that can end it does, whatever stands between.</param>
    /// <param name="skip">The first line after what begins at a line and is no part of this block; the line itself when nothing does.</param>
    public static FencedBlock At(string[] lines, int start, Fence open, bool isProse, bool isStrict, Func<int, int> skip)
    {
        int? first = null;
        var depth = 0;
        for (var i = start + 1; i < lines.Length; i++)
        {
            if (skip(i) is var after && after > i)
            {
                i = after - 1;
                continue;
            }

            if (Fence.Of(lines[i]) is not { } fence || fence.Mark != open.Mark)
            {
                continue;
            }

            if (open.IsEndedBy(fence))
            {
                first ??= i;
                if (isStrict)
                {
                    return Closed(i);
                }

                if (depth > 0)
                {
                    depth--;
                }
                else if (isProse && BeginsInside(lines, i, open, fence))
                {
                    depth++;
                }
                else
                {
                    return Closed(i);
                }
            }
            else if (fence.Info.Length > 0 && fence.Length >= open.Length)
            {
                // Another file begins where this one's end was forgotten.
                if (depth == 0 && fence.Indent <= open.Indent && BeginsFile(lines, i, fence) is { } label)
                {
                    return first is { } end ? Closed(end) : new FencedBlock(label, label, false);
                }

                depth++;
            }
        }

        return first is { } strict ? Closed(strict) with { IsOdd = true } : new FencedBlock(lines.Length, lines.Length, false);

        static FencedBlock Closed(int at) => new(at, at + 1, true);
    }

    // A fence without info in a document: it begins a block when it stands deeper, or code comes right after it and another fence ends that.
    private static bool BeginsInside(string[] lines, int at, Fence open, Fence fence)
    {
        if (fence.Indent > open.Indent + 1)
        {
            return true;
        }

        if (at + 1 >= lines.Length || string.IsNullOrWhiteSpace(lines[at + 1]) || Fence.Of(lines[at + 1]) is not null || PathLabel.Of(lines[at + 1]) is { Reach: > LabelReach.Mention })
        {
            return false;
        }

        var ends = 0;
        for (var i = at + 1; i < lines.Length && ends < 2; i++)
        {
            if (Fence.Of(lines[i]) is not { } next || next.Mark != open.Mark)
            {
                continue;
            }

            if (BeginsFile(lines, i, next) is not null)
            {
                break;
            }

            ends += open.IsEndedBy(next) ? 1 : 0;
            if (next.Info.Length > 0)
            {
                break;
            }
        }

        return ends == 2;
    }

    // The line of the name over a fence; null when the fence begins no file.
    private static int? BeginsFile(string[] lines, int at, Fence fence)
    {
        var above = at - 1;
        while (above >= 0 && at - above <= 3 && string.IsNullOrWhiteSpace(lines[above]))
        {
            above--;
        }

        return above >= 0 && PathLabel.Of(lines[above]) is { Reach: > LabelReach.Mention } ? above
            : BlockLabel.OfInfo(fence.Info) is not null ? at
            : null;
    }
}
