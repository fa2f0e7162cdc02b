using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Conclave.Workspace.Sandbox;

namespace Conclave.Workspace.Verification;

/// <summary>Recognises the same failure when it comes again.</summary>
public static partial class FailureFingerprint
{
    private const int Length = 16;

    /// <summary>
    /// A short hash of what failed: of the names of the tests and their errors, without what differs from run to run (addresses, durations, times,
    /// temporary paths, ports, line numbers). Null when nothing failed.
    /// </summary>
    public static string? Of(VerificationReport report)
    {
        var failures = report.Commands.Where(command => command.IsRed).SelectMany(Lines).Order(StringComparer.Ordinal).Distinct(StringComparer.Ordinal).ToList();
        return failures.Count == 0 ? null : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', failures))))[..Length];
    }

    private static IEnumerable<string> Lines(CommandEvidence command)
    {
        var place = $"{command.Stack} {command.Purpose} {command.WorkingDirectory}";
        var failures = command.Failures.Select(failure => $"{failure.Test} {failure.Exception} {failure.Message}");
        // What was stopped ends anywhere; only of what ended by itself the last line says why.
        var last = command.Failures.IsEmpty && command.Outcome is SandboxOutcome.Passed or SandboxOutcome.Failed ? command.LastLine ?? "" : "";
        return failures.Append(command.Detail ?? "").Append(last).Select(line => $"{place} {Stable(line)}");
    }

    private static string Stable(string line)
    {
        var text = PlainText.Of(line);
        text = Time().Replace(text, "<time>");
        text = Identifier().Replace(text, "<id>");
        text = TemporaryPath().Replace(text, "<temporary>");
        text = Duration().Replace(text, "<duration>");
        return Position().Replace(text, "${before}<n>");
    }

    // 2026-11-22T10:57:03.123Z, 10:57:03
    [GeneratedRegex("(\\d{4}-\\d{2}-\\d{2}[T ])?\\d{2}:\\d{2}:\\d{2}([.,]\\d+)?(Z|[+-]\\d{2}:?\\d{2})?", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Time();

    // 0x7f3a2c, 123e4567-e89b-12d3-a456-426614174000, and other long hexadecimal numbers
    [GeneratedRegex("0x[0-9a-fA-F]+|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|\\b[0-9a-f]{16,}\\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Identifier();

    // /tmp/tmpab12cd/file
    [GeneratedRegex("/(tmp|dev/shm|home)/[^\\s'\":;,)\\]]+", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex TemporaryPath();

    // 0.003s, 12 ms, 1.5 seconds
    [GeneratedRegex("\\b\\d+(\\.\\d+)? ?(ns|us|µs|ms|s|sec|secs|seconds?|milliseconds?)\\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Duration();

    // line 12, app.js:12:5, app.py:12, 127.0.0.1:43211, pid 4711
    [GeneratedRegex("(?<before>\\bline |\\bpid[ =:]|\\bport[ =:]|\\.(py|js|mjs|cjs):|127\\.0\\.0\\.1:|localhost:|\\[::1\\]:)\\d+(:\\d+)?", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Position();
}
