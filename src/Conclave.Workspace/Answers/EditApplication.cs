using System.Collections.Immutable;

namespace Conclave.Workspace.Answers;

/// <summary>What an edit makes of a file: the whole new content, or why it can't be applied. Half an edit is never applied.</summary>
internal abstract record EditApplication
{
    private EditApplication()
    {
    }

    /// <summary>Every hunk stands in the file at one certain place.</summary>
    public sealed record Applied(string Content, ImmutableArray<string> Notes) : EditApplication;

    /// <summary>A hunk does not.</summary>
    public sealed record Refused(string Problem) : EditApplication;

    /// <summary>Applies an edit to the content of its file; null when there is no such file.</summary>
    public static EditApplication Of(FileEdit edit, string? content)
    {
        if (content is null)
        {
            // New files are written this way too: nothing to search for.
            return edit.Hunks is [{ Before.IsEmpty: true }, ..] && edit.Hunks.All(hunk => hunk.Before.IsEmpty) && edit.MovedTo is null
                ? new Applied(WrittenText.OfLines(edit.Hunks.SelectMany(hunk => hunk.After)), [])
                : new Refused($"`{edit.Path}` can't be edited: there is no such file. Send it whole.");
        }

        var hasCrLf = content.Contains("\r\n", StringComparison.Ordinal);
        var lines = content.Split('\n').Select(line => line.TrimEnd('\r')).ToList();
        if (lines is [.., ""])
        {
            lines.RemoveAt(lines.Count - 1);
        }

        var notes = ImmutableArray.CreateBuilder<string>();
        var moved = 0;
        foreach (var (hunk, number) in edit.Hunks.Select((hunk, i) => (hunk, i + 1)))
        {
            if (hunk.Before.IsEmpty && hunk.Below is null && lines.Count > 0)
            {
                return new Refused($"Change {number} of `{edit.Path}` names no line that stands in the file, so its place is not certain. Give some lines around it.");
            }

            var (at, length, after, note, problem) = Place(lines, hunk, moved);
            if (problem is not null)
            {
                return new Refused($"Change {number} of `{edit.Path}` {problem}");
            }

            lines.RemoveRange(at, length);
            lines.InsertRange(at, after);
            moved += after.Count - length;
            if (note is not null)
            {
                notes.Add($"change {number} of `{edit.Path}` was found {note}");
            }
        }

        return new Applied(WrittenText.OneFinalNewline(string.Join(hasCrLf ? "\r\n" : "\n", lines) + (hasCrLf ? "\r\n" : "\n")), notes.ToImmutable());
    }

    private static (int At, int Length, IReadOnlyList<string> After, string? Note, string? Problem) Place(List<string> lines, EditHunk hunk, int moved)
    {
        if (hunk.Before.IsEmpty)
        {
            var anchors = hunk.Below is null ? [] : LineSearch.Find(lines, [hunk.Below], line => line.Trim(), 2);
            return lines.Count == 0 ? (0, 0, hunk.After, null, null)
                : anchors is [var anchor] ? (anchor + 1, 0, hunk.After, null, null)
                : (0, 0, [], null, $"is to stand below `{Shown(hunk.Below!)}`, which {(anchors.Count == 0 ? "is not in the file" : "is there more than once")}.");
        }

        if (Chosen(lines, hunk, line => line, moved) is { } exact)
        {
            return exact.Count == 1 ? (exact[0], hunk.Before.Length, hunk.After, null, null) : (0, 0, [], null, Several(exact));
        }

        // Blanks at the ends of lines, then the depth of all lines by the same amount; never what lines say.
        if (Chosen(lines, hunk, line => line.TrimEnd(), moved) is [var loose])
        {
            return (loose, hunk.Before.Length, hunk.After, "with other blanks at the ends of lines", null);
        }

        if (Chosen(lines, hunk, line => line.Trim(), moved) is [var shifted] && Indentation.Shift(hunk.Before, lines.GetRange(shifted, hunk.Before.Length)) is { } shift)
        {
            return (shifted, hunk.Before.Length, [.. hunk.After.Select(shift)], "with another indentation, which was kept", null);
        }

        var nearest = LineSearch.Nearest(lines, hunk.Before) is { } near && near < lines.Count
            ? $"The nearest place is line {near + 1}: `{Shown(lines[near])}`."
            : $"Its first line is `{Shown(hunk.Before.FirstOrDefault(line => line.Trim().Length > 0) ?? "")}`.";
        return (0, 0, [], null, $"does not match the file. {nearest} Copy the lines to replace from the file exactly, or send the file whole.");
    }

    // Null when the lines stand nowhere; several when it is not certain which place is meant.
    private static List<int>? Chosen(List<string> lines, EditHunk hunk, Func<string, string> form, int moved)
    {
        var places = LineSearch.Find(lines, hunk.Before, form, 100);
        if (places.Count > 1 && hunk.Below is { } below && LineSearch.Find(lines, [below], line => line.Trim(), 2) is [var anchor] && places.Find(place => place >= anchor) is > 0 and var first)
        {
            return [first];
        }

        if (places.Count > 1 && hunk.Line is { } line)
        {
            var nearest = places.GroupBy(place => Math.Abs(place - (line - 1 + moved))).MinBy(group => group.Key)!.ToList();
            return nearest;
        }

        return places.Count == 0 ? null : places;
    }

    private static string Several(List<int> places) =>
        $"stands at {(places.Count == 100 ? "100 or more" : places.Count)} places of the file (lines {string.Join(", ", places.Take(3).Select(place => place + 1))}{(places.Count > 3 ? ", ..." : "")}). Give more lines around it, so that it is certain which one is meant.";

    private static string Shown(string line) => line.Trim() is { Length: > 100 } trimmed ? trimmed[..99] + "…" : line.Trim();
}
