using System.Collections.Immutable;

namespace Conclave.Workspace.Answers;

/// <summary>
/// A patch in the form of the apply_patch tool:
/// <code>
/// *** Begin Patch
/// *** Update File: src/app.py
/// *** Move to: src/main.py
/// @@ def main():
///  context
/// -old
/// +new
/// *** Add File: new.txt
/// +content
/// *** Delete File: old.txt
/// *** End Patch
/// </code>
/// </summary>
internal static class PatchBlock
{
    private const string Begin = "*** Begin Patch";
    private const string End = "*** End Patch";
    private const string Add = "*** Add File:";
    private const string Update = "*** Update File:";
    private const string Delete = "*** Delete File:";
    private const string Move = "*** Move to:";

    /// <summary>Whether a patch or, without its first line, a file of one begins at a line.</summary>
    public static bool Begins(string line) => line.StartsWith("*** ", StringComparison.Ordinal) && (line.TrimEnd() == Begin || IsFile(line));

    /// <summary>Reads the patch that begins at a line.</summary>
    /// <param name="inFence">Whether the lines are all there are, so that a patch without its last line is whole.</param>
    public static (ImmutableArray<AnswerPart> Parts, int Next) Read(string[] lines, int start, int end, bool inFence)
    {
        var parts = ImmutableArray.CreateBuilder<AnswerPart>();
        var at = lines[start].TrimEnd() == Begin ? start + 1 : start;
        while (at < end)
        {
            var line = lines[at].TrimEnd();
            if (line == End)
            {
                return (parts.ToImmutable(), at + 1);
            }

            if (!IsFile(line))
            {
                if (line.Length > 0)
                {
                    break;
                }

                at++;
                continue;
            }

            var from = at++;
            while (at < end && lines[at].TrimEnd() != End && !IsFile(lines[at]))
            {
                at++;
            }

            parts.Add(OfFile(line, lines[(from + 1)..at]));
        }

        if (!inFence && parts is [.., AnswerPart.Change or AnswerPart.Whole { File.Content: not null }])
        {
            parts.Add(new AnswerPart.Unreadable($"The patch does not end with `{End}`, so the answer was cut. Send it again."));
            parts.RemoveAt(parts.Count - 2);
        }

        return (parts.ToImmutable(), Math.Max(at, start + 1));
    }

    private static bool IsFile(string line) => line.StartsWith(Add, StringComparison.Ordinal) || line.StartsWith(Update, StringComparison.Ordinal) || line.StartsWith(Delete, StringComparison.Ordinal);

    private static AnswerPart OfFile(string line, string[] body)
    {
        var path = PathText.Clean(line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim().Trim('`'));
        if (!PathText.CanBeName(path))
        {
            return new AnswerPart.Unreadable($"`{line}` names no file.");
        }

        if (line.StartsWith(Delete, StringComparison.Ordinal))
        {
            return new AnswerPart.Whole(new AnswerFile(path, null));
        }

        if (line.StartsWith(Add, StringComparison.Ordinal))
        {
            // Every line has a plus, but for blank ones at the end of the block.
            var content = body.Reverse().SkipWhile(string.IsNullOrWhiteSpace).Reverse().ToList();
            return content.All(text => text.StartsWith('+') || text.Length == 0)
                ? new AnswerPart.Whole(new AnswerFile(path, WrittenText.OfLines(content.Select(text => text.Length == 0 ? "" : text[1..]))))
                : new AnswerPart.Unreadable($"`{path}` is added by a patch, and not every line of it begins with `+`.");
        }

        string? movedTo = null;
        var hunks = ImmutableArray.CreateBuilder<EditHunk>();
        var before = new List<string>();
        var after = new List<string>();
        string? below = null;
        foreach (var text in body.Reverse().SkipWhile(string.IsNullOrWhiteSpace).Reverse())
        {
            switch (text)
            {
                case var _ when text.StartsWith(Move, StringComparison.Ordinal):
                    movedTo = PathText.Clean(text[Move.Length..].Trim().Trim('`'));
                    break;
                case var _ when text.StartsWith("@@", StringComparison.Ordinal):
                    Finish();
                    below = text.Trim('@', ' ') is { Length: > 0 } anchor && !anchor.StartsWith('-') ? anchor : null;
                    break;
                case "*** End of File":
                    break;
                case ['+', ..]:
                    after.Add(text[1..]);
                    break;
                case ['-', ..]:
                    before.Add(text[1..]);
                    break;
                default:
                    var context = text.StartsWith(' ') ? text[1..] : text;
                    before.Add(context);
                    after.Add(context);
                    break;
            }
        }

        Finish();
        return hunks.Count == 0 && movedTo is null
            ? new AnswerPart.Unreadable($"The patch of `{path}` has no change that can be read.")
            : new AnswerPart.Change(new FileEdit(path, hunks.ToImmutable(), movedTo));

        void Finish()
        {
            if (before.Count + after.Count > 0)
            {
                hunks.Add(new EditHunk([.. before], [.. after]) { Below = below });
                before.Clear();
                after.Clear();
            }
        }
    }
}
