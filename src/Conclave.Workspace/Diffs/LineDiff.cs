using System.Collections.Immutable;
using System.Runtime.InteropServices;
using DiffPlex;
using DiffPlex.Model;

namespace Conclave.Workspace.Diffs;

/// <summary>Where two texts differ, line by line. A line ends with its own <c>\n</c>, so that a last line without one differs from the same line with one. Pure.</summary>
internal sealed record LineDiff(ImmutableArray<string> Before, ImmutableArray<string> After, ImmutableArray<LineChange> Changes)
{
    // Comparing takes time in the square of what differs; above this, what lies between the first and the last difference counts as replaced.
    private const int MostLines = 40_000;

    /// <summary>Compares.</summary>
    public static LineDiff Of(string before, string after)
    {
        var (old, now) = (Lines(before), Lines(after));
        var start = 0;
        while (start < old.Length && start < now.Length && old[start] == now[start])
        {
            start++;
        }

        var end = 0;
        while (end < old.Length - start && end < now.Length - start && old[^(end + 1)] == now[^(end + 1)])
        {
            end++;
        }

        var (left, right) = (old[start..^end], now[start..^end]);
        return new LineDiff([.. old], [.. now], Between(left, right, start));
    }

    private static ImmutableArray<LineChange> Between(string[] left, string[] right, int offset)
    {
        if (left.Length == 0 && right.Length == 0)
        {
            return [];
        }

        return left.Length == 0 || right.Length == 0 || left.Length + right.Length > MostLines
            ? [new LineChange(offset, left.Length, offset, right.Length)]
            : [.. Compare(left, right).DiffBlocks.Select(block => new LineChange(offset + block.DeleteStartA, block.DeleteCountA, offset + block.InsertStartB, block.InsertCountB))];
    }

    private static DiffResult Compare(string[] left, string[] right) =>
        new Differ().CreateCustomDiffs(string.Concat(left), string.Concat(right), ignoreWhiteSpace: false, ignoreCase: false, Lines);

    private static string[] Lines(string text)
    {
        var lines = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            var end = text.IndexOf('\n', at);
            end = end < 0 ? text.Length : end + 1;
            lines.Add(text[at..end]);
            at = end;
        }

        return [.. lines];
    }
}

/// <summary>Lines that take the place of others; counted from 0. Either number of lines may be 0.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LineChange(int BeforeStart, int Removed, int AfterStart, int Added)
{
    public int BeforeEnd => BeforeStart + Removed;

    public int AfterEnd => AfterStart + Added;
}
