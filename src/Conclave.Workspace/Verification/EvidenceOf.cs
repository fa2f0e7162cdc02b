using System.Collections.Immutable;
using Conclave.Workspace.Sandbox;

namespace Conclave.Workspace.Verification;

/// <summary>Puts down what a check showed. Pure.</summary>
internal static class EvidenceOf
{
    /// <summary>A look at the files.</summary>
    public static CommandEvidence Inspection(string stack, StackCheck.Inspection seen) => new(
        stack, CheckPurpose.Build, [], ".", seen.Failures.IsEmpty ? SandboxOutcome.Passed : SandboxOutcome.Failed,
        null, null, 0, null, null, null, seen.Failures, CapturedText.Empty, CapturedText.Empty)
    {
        IsRed = !seen.Failures.IsEmpty,
    };

    /// <summary>A build.</summary>
    public static CommandEvidence Build(string stack, StackCheck.Command command, SandboxRun run, TestReport report) =>
        Of(stack, command, run) with
        {
            Failures = run.Outcome == SandboxOutcome.Failed ? [.. report.Results.Where(result => result.Outcome == TestOutcome.Failed).Select(result => result.ToFailure())] : [],
            IsRed = report.Gap is null && run.Outcome is not (SandboxOutcome.Passed or SandboxOutcome.SandboxError),
        };

    /// <summary>A run of tests.</summary>
    public static CommandEvidence Tests(string stack, StackCheck.Command command, SandboxRun run, TestReport report)
    {
        var failures = report.Results
            .Where(result => result.Outcome == TestOutcome.Failed && (report.Gap is null || result.Missing is null))
            .Select(result => result.ToFailure())
            .ToImmutableArray();
        var counts = report.Count();
        var stopped = run.Outcome is not (SandboxOutcome.Passed or SandboxOutcome.Failed);
        var cutShort = !report.IsComplete && run.Outcome != SandboxOutcome.SandboxError;
        // A gap explains an exit code; without one, it must fit to what was reported.
        var unexplained = run.Outcome == SandboxOutcome.Failed && counts.Failed == 0 && report.Gap is null;
        return Of(stack, command, run) with
        {
            Tests = counts,
            AcceptanceTests = command.IsAcceptance ? counts : TestCounts.None,
            Passed = [.. report.Results.Where(result => result.Outcome == TestOutcome.Passed).Select(result => Baseline.NameOf(result.File, result.Test))],
            Failures = failures,
            Detail = Detail(run, report, cutShort, unexplained),
            IsForgeable = report.IsForgeable,
            IsRed = run.Outcome != SandboxOutcome.SandboxError && (stopped || cutShort || unexplained || !failures.IsEmpty || report.Summary?.Failed > 0),
        };
    }

    private static string? Detail(SandboxRun run, TestReport report, bool cutShort, bool unexplained)
    {
        var how = run.Detail
            ?? (cutShort ? $"the test process ended (exit code {run.ExitCode}) before all tests had run"
                : unexplained ? $"no test failed, but the test process ended with exit code {run.ExitCode}"
                : report.Summary is { Failed: > 0 } counts ? $"{counts.Failed} of {counts.Run} tests failed"
                : null);
        return how is not null && report.Running is { } test ? $"{how}, in {test}" : how;
    }

    private static CommandEvidence Of(string stack, StackCheck.Command command, SandboxRun run) => new(
        stack, command.Purpose, command.Argv, command.WorkingDirectory, run.Outcome, run.ExitCode, run.Detail,
        (long)run.Duration.TotalMilliseconds, run.PeakMemory, null, null, [], run.Stdout, run.Stderr);
}
