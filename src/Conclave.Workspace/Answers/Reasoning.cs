using System.Text.RegularExpressions;

namespace Conclave.Workspace.Answers;

/// <summary>A model's thoughts that leaked into its answer: <c>&lt;think&gt; ... &lt;/think&gt;</c>. Drafts in them are no files.</summary>
internal static partial class Reasoning
{
    private const int MaxLine = 300;

    private const RegexOptions Options = RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    /// <summary>The answer without the thoughts that it begins with.</summary>
    public static string TakeOff(string answer)
    {
        var start = 0;
        while (true)
        {
            var at = start;
            while (at < answer.Length && (char.IsWhiteSpace(answer[at]) || answer[at] == '\uFEFF'))
            {
                at++;
            }

            var head = Begin().Match(answer.AsSpan(at, Math.Min(40, answer.Length - at)).ToString());
            var close = head.Success ? $"</{head.Groups["name"].Value}>" : "";
            var end = head.Success ? answer.IndexOf(close, at, StringComparison.OrdinalIgnoreCase) : -1;
            if (end < 0)
            {
                return start == 0 ? answer : answer[start..];
            }

            start = end + close.Length;
        }
    }

    /// <summary>The first line after thoughts that begin at a line; the line itself when none do, and the end when they have none.</summary>
    public static int Skip(string[] lines, int start, int end)
    {
        if (lines[start].Length > MaxLine || Begin().Match(lines[start].TrimStart()) is not { Success: true } head)
        {
            return start;
        }

        var close = $"</{head.Groups["name"].Value}>";
        var at = Array.FindIndex(lines, start, end - start, line => line.Contains(close, StringComparison.OrdinalIgnoreCase));
        return at < 0 ? end : at + 1;
    }

    /// <summary>Whether a line ends thoughts whose beginning is not in the answer.</summary>
    public static bool Ends(string line) => line.Length <= MaxLine && End().IsMatch(line);

    [GeneratedRegex(@"^<(?<name>think|thinking|thought|thoughts|reasoning|reflection|scratchpad|analysis|antml:thinking|internal_monologue)>", Options)]
    private static partial Regex Begin();

    [GeneratedRegex(@"^\s*</(think|thinking|thoughts?|reasoning|scratchpad)>|</(think|thinking)>\s*$", Options)]
    private static partial Regex End();
}
