using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Conclave.Workspace.Answers;

/// <summary>
/// A unified diff, as <c>diff -u</c> and git write it and as models write it: counts and line numbers may be wrong or absent, blank lines of context
/// may have lost their blank, <c>a/</c> and <c>b/</c> may be there or not.
/// </summary>
internal static partial class UnifiedDiff
{
    private const RegexOptions Options = RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;
    private const string Nothing = "/dev/null";

    /// <summary>Whether a diff with its header begins at a line.</summary>
    public static bool Begins(string[] lines, int at, int end) => lines[at].StartsWith("diff --git ", StringComparison.Ordinal) || IsHeader(lines, at, end);

    /// <summary>Whether a hunk begins at a line.</summary>
    public static bool BeginsHunk(string line) => line.StartsWith("@@", StringComparison.Ordinal) && Hunk().IsMatch(line);

    /// <summary>Reads one file's part.</summary>
    /// <param name="named">The file, when hunks come without a header; null when the header names it.</param>
    /// <param name="inFence">Whether the end of the block ends the diff; else the first line that can't belong to it does.</param>
    public static (AnswerPart Part, int Next) Read(string[] lines, int start, int end, string? named, bool inFence)
    {
        var header = Header.Read(lines, start, end, named);
        var hunks = ImmutableArray.CreateBuilder<EditHunk>();
        var at = header.Next;
        while (at < end)
        {
            if (BeginsHunk(lines[at]))
            {
                (var hunk, at) = ReadHunk(lines, at, end, inFence);
                hunks.Add(hunk);
            }
            else if (string.IsNullOrWhiteSpace(lines[at]) && at + 1 < end && BeginsHunk(lines[at + 1]))
            {
                at++;
            }
            else
            {
                break;
            }
        }

        return (header.Part(hunks.ToImmutable()), Math.Max(at, start + 1));
    }

    private static bool IsHeader(string[] lines, int at, int end) =>
        lines[at].StartsWith("--- ", StringComparison.Ordinal) && at + 1 < end && lines[at + 1].StartsWith("+++ ", StringComparison.Ordinal);

    private static (EditHunk Hunk, int Next) ReadHunk(string[] lines, int start, int end, bool inFence)
    {
        var before = new List<string>();
        var after = new List<string>();
        var head = Hunk().Match(lines[start]);
        var counted = int.TryParse(head.Groups["old"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var line);
        var at = start + 1;
        for (; at < end; at++)
        {
            var text = lines[at];
            if (BeginsHunk(text) || Begins(lines, at, end) || text.StartsWith("Index: ", StringComparison.Ordinal))
            {
                break;
            }

            if (text.StartsWith('+'))
            {
                after.Add(text[1..]);
            }
            else if (text.StartsWith('-'))
            {
                before.Add(text[1..]);
            }
            else if (text.StartsWith('\\'))
            {
                // \ No newline at end of file
            }
            else if (text.StartsWith(' ') || text.Length == 0 || inFence)
            {
                if (text.Length == 0 && !inFence && !Goes(lines, at + 1, end))
                {
                    break;
                }

                var context = text.StartsWith(' ') ? text[1..] : text;
                before.Add(context);
                after.Add(context);
            }
            else
            {
                break;
            }
        }

        // Blank lines at the end of a block belong to the answer, not to the file.
        while (before.Count > 0 && after.Count > 0 && before[^1].Length == 0 && after[^1].Length == 0 && lines[at - 1].Length == 0)
        {
            before.RemoveAt(before.Count - 1);
            after.RemoveAt(after.Count - 1);
            at--;
        }

        var below = head.Groups["section"].Value.Trim();
        return (new EditHunk([.. before], [.. after]) { Line = counted && line > 0 ? line : null, Below = below.Length == 0 || (counted && before.Count == 0) ? null : below }, at);
    }

    private static bool Goes(string[] lines, int at, int end) => at < end && lines[at].Length > 0 && lines[at][0] is ' ' or '+' or '-' or '@' && !lines[at].StartsWith("- ", StringComparison.Ordinal);

    [GeneratedRegex(@"^@@+( *-(?<old>\d+)(,\d+)? +\+\d+(,\d+)? *@@+| *\.\.\. *@@| *@@)?(?<section>.*)$", Options)]
    private static partial Regex Hunk();

    private sealed record Header(string Old, string New, bool IsNew, bool IsDeleted, int Next)
    {
        public static Header Read(string[] lines, int start, int end, string? named)
        {
            var (old, @new) = (named ?? "", named ?? "");
            var (isNew, isDeleted, at) = (false, false, start);
            for (; at < end; at++)
            {
                var text = lines[at];
                if (IsHeader(lines, at, end))
                {
                    (old, @new) = (Name(text[4..]), Name(lines[at + 1][4..]));
                    at += 2;
                    break;
                }

                if (text.StartsWith("diff --git ", StringComparison.Ordinal) && at == start)
                {
                    (old, @new) = OfGit(text[11..]);
                }
                else if (text.StartsWith("rename from ", StringComparison.Ordinal))
                {
                    old = text[12..].Trim();
                }
                else if (text.StartsWith("rename to ", StringComparison.Ordinal))
                {
                    @new = text[10..].Trim();
                }
                else if (text.StartsWith("new file mode", StringComparison.Ordinal))
                {
                    isNew = true;
                }
                else if (text.StartsWith("deleted file mode", StringComparison.Ordinal))
                {
                    isDeleted = true;
                }
                else if (!Extended().IsMatch(text))
                {
                    break;
                }
            }

            // a/ and b/ are git's, unless only one of the two has them.
            return Stripped(old, @new) is var (from, to) ? new Header(from, to, isNew || old == Nothing, isDeleted || @new == Nothing, at) : throw new InvalidOperationException();
        }

        public AnswerPart Part(ImmutableArray<EditHunk> hunks)
        {
            if (IsDeleted && Old.Length > 0 && Old != Nothing)
            {
                return new AnswerPart.Whole(new AnswerFile(PathText.Clean(Old), null));
            }

            if (New.Length == 0 || New == Nothing)
            {
                return new AnswerPart.Unreadable("A diff names no file. Begin it with `--- a/PATH` and `+++ b/PATH`.");
            }

            var path = PathText.Clean(New);
            if (IsNew && hunks.All(hunk => hunk.Before.IsEmpty))
            {
                return new AnswerPart.Whole(new AnswerFile(path, WrittenText.OfLines(hunks.SelectMany(hunk => hunk.After))));
            }

            var from = PathText.Clean(Old.Length == 0 || Old == Nothing ? New : Old);
            return hunks.IsEmpty && from == path
                ? new AnswerPart.Unreadable($"The diff of `{path}` has no change that can be read.")
                : new AnswerPart.Change(new FileEdit(from, hunks, from == path ? null : path));
        }

        private static (string Old, string New) Stripped(string old, string @new)
        {
            var hasPrefixes = (old == Nothing || old.StartsWith("a/", StringComparison.Ordinal)) && (@new == Nothing || @new.StartsWith("b/", StringComparison.Ordinal));
            return hasPrefixes ? (old == Nothing ? old : old[2..], @new == Nothing ? @new : @new[2..]) : (old, @new);
        }

        // src/a.py<tab>2024-01-01 10:00:00, "a b.txt"
        private static string Name(string text)
        {
            var tab = text.IndexOf('\t', StringComparison.Ordinal);
            return Date().Replace((tab < 0 ? text : text[..tab]).Trim(), "").Trim('"', '`');
        }

        private static (string Old, string New) OfGit(string text)
        {
            // a/x b/x: the same name twice, which may have blanks in it
            var half = (text.Length - 1) / 2;
            return text.Length % 2 == 1 && text[half] == ' ' && text.StartsWith("a/", StringComparison.Ordinal) && text.AsSpan(half + 1).StartsWith("b/") && text.AsSpan(2, half - 2).SequenceEqual(text.AsSpan(half + 3))
                ? (text[..half], text[(half + 1)..])
                : text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var old, var @new] ? (old, @new) : ("", "");
        }
    }

    [GeneratedRegex(@"^(index |old mode |new mode |similarity index |dissimilarity index |copy (from|to) |Index: |=+$|Binary files )", Options)]
    private static partial Regex Extended();

    [GeneratedRegex(@"\s+(\(.*\)|\d{4}-\d{2}-\d{2}.*)$", Options)]
    private static partial Regex Date();
}
