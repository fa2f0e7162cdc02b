using System.Text;

namespace Conclave.Workspace.Verification;

/// <summary>The part of a failed verification that is worth sending to a model that is to mend it.</summary>
public static class FailureExcerpt
{
    private const int MaxFailure = 3000;
    private const int MaxOutput = 4000;

    /// <summary>
    /// For each command that failed, how, and the failing tests with their tracebacks; where there are none, the end of its output. Plain text of at
    /// most <paramref name="maxChars"/> characters; empty when nothing failed.
    /// </summary>
    public static string Of(VerificationReport report, int maxChars)
    {
        var parts = report.Commands.Where(command => command.IsRed).SelectMany(Parts).ToList();
        if (parts.Sum(part => part.Length) <= maxChars)
        {
            return string.Concat(parts);
        }

        var text = new StringBuilder();
        var room = Math.Max(0, maxChars - Remark(parts.Count).Length);
        var whole = 0;
        for (; text.Length + parts[whole].Length <= room; whole++)
        {
            text.Append(parts[whole]);
        }

        text.Append(parts[whole].AsSpan(0, room - text.Length)).Append(Remark(parts.Count - whole - 1));
        return text.ToString(0, Math.Min(text.Length, maxChars));
    }

    private static string Remark(int left) => left > 0 ? $"\n[cut here; {left} more left out]\n" : "\n[cut here]\n";

    private static IEnumerable<string> Parts(CommandEvidence command)
    {
        var purpose = command.Purpose switch { CheckPurpose.Install => "packages", CheckPurpose.Build => "build", _ => "tests" };
        var how = command.Detail ?? (command.ExitCode is { } code ? $"exit code {code}" : "failed");
        yield return $"{command.Stack} {purpose} in {command.WorkingDirectory}: {PlainText.Of(how)}\n";
        foreach (var failure in command.Failures)
        {
            var details = PlainText.Of(failure.Details).Trim();
            var shown = details.Length == 0 ? $"{failure.Exception}: {failure.Message}" : End(details, MaxFailure);
            yield return $"\n{PlainText.Of(failure.Test)}\n{PlainText.Of(shown)}\n";
        }

        if (command.Failures.IsEmpty)
        {
            yield return $"\n{End(PlainText.Of($"{command.Stdout.Text}\n{command.Stderr.Text}").Trim(), MaxOutput)}\n";
        }
    }

    // The end of a traceback is where the error stands.
    private static string End(string text, int max) => text.Length <= max ? text : $"[...]\n{text[^max..]}";
}
