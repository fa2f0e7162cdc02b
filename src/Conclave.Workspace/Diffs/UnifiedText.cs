using System.Globalization;
using System.Text;

namespace Conclave.Workspace.Diffs;

/// <summary>The hunks of a unified diff, three lines of context around each change. Sample:
/// <code>
/// @@ -1,3 +1,4 @@
///  import json
/// +import sys
///
///  def main():
/// </code>
/// Pure.
/// </summary>
internal static class UnifiedText
{
    private const int Context = 3;

    /// <summary>The hunks; nothing when nothing differs.</summary>
    public static string Of(LineDiff diff)
    {
        var text = new StringBuilder();
        for (var first = 0; first < diff.Changes.Length;)
        {
            var last = first;
            while (last + 1 < diff.Changes.Length && diff.Changes[last + 1].BeforeStart - diff.Changes[last].BeforeEnd <= 2 * Context)
            {
                last++;
            }

            Hunk(text, diff, first, last);
            first = last + 1;
        }

        return text.ToString();
    }

    private static void Hunk(StringBuilder text, LineDiff diff, int first, int last)
    {
        var (opening, closing) = (diff.Changes[first], diff.Changes[last]);
        var lead = Math.Min(Context, opening.BeforeStart);
        var trail = Math.Min(Context, diff.Before.Length - closing.BeforeEnd);
        var (from, to) = (opening.BeforeStart - lead, closing.BeforeEnd + trail);
        var (start, end) = (opening.AfterStart - lead, closing.AfterEnd + trail);
        text.Append(CultureInfo.InvariantCulture, $"@@ -{Range(from, to)} +{Range(start, end)} @@\n");
        var at = from;
        for (var i = first; i <= last; i++)
        {
            var change = diff.Changes[i];
            Lines(text, ' ', diff.Before.AsSpan()[at..change.BeforeStart]);
            Lines(text, '-', diff.Before.AsSpan()[change.BeforeStart..change.BeforeEnd]);
            Lines(text, '+', diff.After.AsSpan()[change.AfterStart..change.AfterEnd]);
            at = change.BeforeEnd;
        }

        Lines(text, ' ', diff.Before.AsSpan()[at..to]);
    }

    // An empty range names the line before it.
    private static string Range(int start, int end) => (end - start) switch
    {
        0 => string.Create(CultureInfo.InvariantCulture, $"{start},0"),
        1 => string.Create(CultureInfo.InvariantCulture, $"{start + 1}"),
        var count => string.Create(CultureInfo.InvariantCulture, $"{start + 1},{count}"),
    };

    private static void Lines(StringBuilder text, char mark, ReadOnlySpan<string> lines)
    {
        foreach (var line in lines)
        {
            text.Append(mark).Append(line);
            if (!line.EndsWith('\n'))
            {
                text.Append("\n\\ No newline at end of file\n");
            }
        }
    }
}
