using System.Collections.Immutable;
using System.Globalization;
using Conclave.Engine;
using Conclave.Workspace.Sandbox;
using Conclave.Workspace.Verification;

namespace Conclave.Cli.Terminal;

/// <summary>What <c>conclave show ID</c> says about the last verification, and <c>--evidence</c> in full: each command with its end, its tests and its output.</summary>
internal static class EvidencePage
{
    private const int MaxOutput = 20_000;

    /// <summary>A line for each command, for each thing that could not be run, and for each that was left out.</summary>
    public static IEnumerable<string> Summary(VerificationReport report)
    {
        var place = report.Sandbox switch { "" => "", "none" => ", WITHOUT A SANDBOX (--trust)", var name => $" in {name}" };
        yield return $"  checked{place}: {Figures.Plural(report.Commands.Length, "command")}, {Figures.Time(TimeSpan.FromMilliseconds(report.DurationMs))}";
        foreach (var command in report.Commands)
        {
            yield return $"    {command.Stack,-7} {Purpose(command),-9} {End(command),-15} {Figures.Time(TimeSpan.FromMilliseconds(command.DurationMs)),7}  {Tests(command)}";
        }

        foreach (var gap in report.Gaps)
        {
            yield return $"    not run: {SafeText.Line(gap.Reason, 300)}{(gap.Fix is { } fix ? $" ({SafeText.Line(fix, 300)})" : "")}";
        }

        foreach (var note in report.Notes)
        {
            yield return $"    left out: {SafeText.Line(note, 300)}";
        }
    }

    /// <summary>Everything that is kept: commands, ends, counts, failures, heads and tails of outputs.</summary>
    public static IEnumerable<string> Lines(VerificationReport report)
    {
        yield return $"{EngineText.Snake(report.Outcome)}: {SafeText.Line(report.Reason, 500)}";
        foreach (var line in Summary(report))
        {
            yield return line;
        }

        foreach (var command in report.Commands)
        {
            yield return "";
            yield return $"{command.Stack} {Purpose(command)} in {SafeText.Line(command.WorkingDirectory, 200)}: {End(command)}";
            yield return command.Argv.IsEmpty ? "  (a look at the files)" : $"  $ {SafeText.Line(string.Join(' ', command.Argv), 1000)}";
            if (command.Detail is { } detail)
            {
                yield return $"  {SafeText.Line(detail, 500)}";
            }

            foreach (var failure in command.Failures)
            {
                yield return $"  failed: {SafeText.Line(failure.Test, 200)}: {SafeText.Line($"{failure.Exception}: {failure.Message}", 300)}";
            }

            foreach (var line in Output("stdout", command.Stdout).Concat(Output("stderr", command.Stderr)))
            {
                yield return line;
            }
        }
    }

    /// <summary>How a command ended: one of a closed set, with the exit code where there is one.</summary>
    private static string End(CommandEvidence command) => command.Outcome switch
    {
        SandboxOutcome.Passed => "passed",
        SandboxOutcome.Failed when command.ExitCode is { } code => string.Create(CultureInfo.InvariantCulture, $"failed (exit {code})"),
        SandboxOutcome.Failed => "failed",
        SandboxOutcome.Timeout => "timeout",
        SandboxOutcome.OutOfMemory => "out of memory",
        SandboxOutcome.OutputLimit => "output limit",
        _ => "sandbox error",
    };

    private static string Purpose(CommandEvidence command) => command.Purpose switch { CheckPurpose.Install => "packages", CheckPurpose.Build => "build", _ => "tests" };

    private static string Tests(CommandEvidence command)
    {
        var tests = command.Tests is { } counts
            ? string.Create(CultureInfo.InvariantCulture, $"{counts.Passed} passed, {counts.Failed} failed, {counts.Skipped} skipped{(command.IsForgeable ? " (as their tool reports)" : "")}{(command.AcceptanceTests is { Run: > 0 } ? ", acceptance" : "")}")
            : "";
        return command.Detail is { } detail ? $"{tests}{(tests.Length > 0 ? "; " : "")}{SafeText.Line(detail, 200)}" : tests;
    }

    private static ImmutableArray<string> Output(string name, CapturedText output)
    {
        if (output.Bytes == 0)
        {
            return [];
        }

        var text = PlainOutput(output.Text);
        return [string.Create(CultureInfo.InvariantCulture, $"  {name}, {output.Bytes} bytes:"), .. text.TrimEnd('\n').Split('\n').Select(line => $"    {SafeText.Of(line)}")];
    }

    // Its beginning and its end, as it is kept.
    private static string PlainOutput(string text) => text.Length <= MaxOutput
        ? text
        : string.Create(CultureInfo.InvariantCulture, $"{text[..(MaxOutput / 2)]}\n[... {text.Length - MaxOutput} characters not shown; --json has all that is kept ...]\n{text[^(MaxOutput / 2)..]}");
}
