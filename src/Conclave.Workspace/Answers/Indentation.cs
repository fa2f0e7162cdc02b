namespace Conclave.Workspace.Answers;

/// <summary>The depth of lines.</summary>
internal static class Indentation
{
    /// <summary>How to bring other lines to the depth of the file; null when the lines do not differ by the same depth everywhere.</summary>
    /// <param name="written">The lines as the agent wrote them.</param>
    /// <param name="found">The same lines as they stand in the file.</param>
    public static Func<string, string>? Shift(IReadOnlyList<string> written, IReadOnlyList<string> found)
    {
        (string Take, string Put)? shift = null;
        foreach (var (from, to) in written.Zip(found).Where(pair => pair.First.Trim().Length > 0))
        {
            var (less, more) = (Of(from), Of(to));
            (string Take, string Put)? own = more.EndsWith(less, StringComparison.Ordinal) ? ("", more[..^less.Length]) : less.EndsWith(more, StringComparison.Ordinal) ? (less[..^more.Length], "") : null;
            if (own is null || (shift is not null && shift != own))
            {
                return null;
            }

            shift = own;
        }

        return shift is not var (take, put) ? null
            : line => line.Trim().Length == 0 ? line : line.StartsWith(take, StringComparison.Ordinal) ? put + line[take.Length..] : line.TrimStart();
    }

    /// <summary>The blanks at the beginning of a line.</summary>
    public static string Of(string line) => line[..(line.Length - line.TrimStart(' ', '\t').Length)];

    /// <summary>Lines without as much of their depth as the line that holds them has.</summary>
    public static IEnumerable<string> Without(IEnumerable<string> lines, int depth) => lines.Select(line =>
    {
        var at = 0;
        while (at < depth && at < line.Length && line[at] is ' ' or '\t')
        {
            at++;
        }

        return line[at..];
    });
}
