using System.Collections.Immutable;
using System.Runtime.Versioning;
using Conclave.Workspace.Sandbox;

namespace Conclave.Workspace.Verification;

/// <summary>One verification of a project. Every command has a copy of its own, so that none finds what another one left there.</summary>
[SupportedOSPlatform("linux")]
internal sealed class VerificationRun(ProjectSandbox sandbox, string original, ProjectTree tree)
{
    private static readonly ImmutableArray<IStack> Stacks =
    [
        new PythonStack(SandboxTools.Has), new NodeStack(SandboxTools.Has), new DotnetStack(SandboxTools.Has), new GoStack(SandboxTools.Has), new RustStack(SandboxTools.Has), new JavaStack(SandboxTools.Has),
        new WebStack(), new ForeignStack(),
    ];

    private readonly ImmutableArray<CommandEvidence>.Builder commands = ImmutableArray.CreateBuilder<CommandEvidence>();
    private readonly ImmutableArray<StackGap>.Builder gaps = ImmutableArray.CreateBuilder<StackGap>();
    private readonly ImmutableArray<string>.Builder notes = ImmutableArray.CreateBuilder<string>();
    private readonly HashSet<string> tested = [];
    private int? acceptanceTests;

    /// <summary>Runs the checks of every stack that the project uses.</summary>
    public async Task<Findings> Run(CancellationToken cancel)
    {
        foreach (var stack in Stacks.Where(stack => stack.Detect(tree)))
        {
            var plan = stack.Checks(tree);
            gaps.AddRange(plan.Gaps);
            await Run(stack, plan, cancel);
        }

        gaps.AddRange(tree.Files
            .Where(file => Acceptance.IsTest(file) && !tested.Contains(file))
            .Select(file => new StackGap("other", $"the acceptance test {file} was not run", "write the acceptance tests so that unittest or `node --test` finds them")));
        return new Findings(commands.ToImmutable(), gaps.ToImmutable(), tree.Files.Any(Acceptance.IsCode)) { Notes = notes.ToImmutable(), AcceptanceTestsFound = acceptanceTests };
    }

    private async Task Run(IStack stack, StackPlan plan, CancellationToken cancel)
    {
        SourceTests? source = null;
        ImmutableArray<HollowTest> hollow = [];
        foreach (var check in plan.Checks)
        {
            var (evidence, report) = await Run(stack, check, source, hollow, cancel);
            commands.Add(evidence);
            if (evidence is { Purpose: CheckPurpose.Build, Outcome: not SandboxOutcome.Passed })
            {
                // What can't be built fails its tests in many ways that say less.
                break;
            }

            hollow = [.. hollow, .. report.Hollow];
            source ??= evidence.Purpose == CheckPurpose.Build && report.Found is { IsEmpty: false } found ? new SourceTests(found) : null;
        }
    }

    private async Task<(CommandEvidence Evidence, TestReport Report)> Run(IStack stack, StackCheck check, SourceTests? source, ImmutableArray<HollowTest> hollow, CancellationToken cancel)
    {
        if (check is not StackCheck.Command command)
        {
            return (Inspected(stack, (StackCheck.Inspection)check), TestReport.None);
        }

        var run = await Run(command, cancel);
        var report = Read(stack, command, run);
        if (command.Purpose == CheckPurpose.Build)
        {
            return (Built(stack, command, run, report), report);
        }

        tested.UnionWith(command.TestFiles);
        var explained = WithoutHollow(stack, command, source is null ? report : Compare(stack, command, report, source), hollow);
        if (explained.Shared is [var file, ..])
        {
            notes.Add($"the acceptance tests import the program ({file}), so its code ran in their process and could have influenced them");
        }

        return (Tested(stack, command, run, explained), explained);
    }

    private async Task<SandboxRun> Run(StackCheck.Command command, CancellationToken cancel)
    {
        using var copy = sandbox.CreateTree();
        TreeCopy.Copy(original, copy, cancel);
        return await sandbox.Run(
            new SandboxCommand(command.Argv, copy)
            {
                WorkingDirectory = command.WorkingDirectory,
                Environment = command.Environment,
                Settings = command.Settings,
                Files = command.Programs.ToImmutableSortedDictionary(name => name, InsideProgram.Read),
                Reports = true,
            },
            cancel);
    }

    // What passed must stand in the source, once; of the acceptance tests, what stands in the source must be in the report.
    private TestReport Compare(IStack stack, StackCheck.Command command, TestReport report, SourceTests source)
    {
        var seen = new HashSet<(string?, string)>();
        ImmutableArray<TestResult> believed = [.. report.Results.Where(result => result.Outcome != TestOutcome.Passed || (source.Explain(result) && seen.Add((result.File, result.Test))))];
        var unknown = report.Results.Where(result => result.Outcome == TestOutcome.Passed && !source.Explain(result)).ToList();
        if (unknown.Count > 0)
        {
            gaps.Add(new StackGap(stack.Name, $"{unknown.Count} tests were reported that do not stand in the source, such as {unknown[0].Test}", "write each test as a method or function of its own"));
        }

        if (command.IsAcceptance)
        {
            var certain = source.CertainOf(command.TestFiles);
            acceptanceTests = certain.Length;
            var missing = certain.Where(test => !SourceTests.IsIn(report.Results, test)).ToList();
            if (missing.Count > 0)
            {
                gaps.Add(new StackGap(stack.Name, $"{missing.Count} of {certain.Length} acceptance tests were not run, such as {missing[0].File}: {missing[0].Name}", null));
            }
        }

        return report with { Results = believed };
    }

    // What can't fail does not count. Acceptance tests must all count; of the others, at least some.
    private TestReport WithoutHollow(IStack stack, StackCheck.Command command, TestReport report, ImmutableArray<HollowTest> hollow)
    {
        var empty = report.Results.Where(result => result.Outcome == TestOutcome.Passed && hollow.Any(test => test.Is(result))).ToList();
        if (empty.Count == 0)
        {
            return report;
        }

        var reason = $"{empty.Count} tests check nothing, so that they can't fail, such as {empty[0].Test}";
        if (command.IsAcceptance || empty.Count == report.Results.Count(result => result.Outcome == TestOutcome.Passed))
        {
            gaps.Add(new StackGap(stack.Name, reason, "write tests that fail when the program does not do what it should"));
        }
        else
        {
            notes.Add($"{reason}; they do not count");
        }

        return report with { Results = [.. report.Results.Select(result => empty.Contains(result) ? result with { Outcome = TestOutcome.Skipped } : result)] };
    }

    private static CommandEvidence Inspected(IStack stack, StackCheck.Inspection seen) => new(
        stack.Name, CheckPurpose.Build, [], ".", seen.Failures.IsEmpty ? SandboxOutcome.Passed : SandboxOutcome.Failed,
        null, null, 0, null, null, null, seen.Failures, CapturedText.Empty, CapturedText.Empty)
    {
        IsRed = !seen.Failures.IsEmpty,
    };

    private static CommandEvidence Built(IStack stack, StackCheck.Command command, SandboxRun run, TestReport report) =>
        Evidence(stack, command, run) with
        {
            Failures = run.Outcome == SandboxOutcome.Failed ? [.. report.Results.Where(result => result.Outcome == TestOutcome.Failed).Select(result => result.ToFailure())] : [],
            IsRed = report.Gap is null && run.Outcome is not (SandboxOutcome.Passed or SandboxOutcome.SandboxError),
        };

    private static CommandEvidence Tested(IStack stack, StackCheck.Command command, SandboxRun run, TestReport report)
    {
        var failures = report.Results
            .Where(result => result.Outcome == TestOutcome.Failed && (report.Gap is null || result.Missing is null))
            .Select(result => result.ToFailure())
            .ToImmutableArray();
        var stopped = run.Outcome is not (SandboxOutcome.Passed or SandboxOutcome.Failed);
        var cutShort = !report.IsComplete && run.Outcome != SandboxOutcome.SandboxError;
        // A gap explains an exit code; without one, it must fit to what was reported.
        var unexplained = run.Outcome == SandboxOutcome.Failed && failures.IsEmpty && report.Gap is null;
        return Evidence(stack, command, run) with
        {
            Tests = report.Count(),
            AcceptanceTests = command.IsAcceptance ? report.Count() : TestCounts.None,
            Passed = [.. report.Results.Where(result => result.Outcome == TestOutcome.Passed).Select(result => Baseline.NameOf(result.File, result.Test))],
            Failures = failures,
            Detail = Detail(run, report, cutShort, unexplained),
            IsForgeable = report.IsForgeable,
            IsRed = run.Outcome != SandboxOutcome.SandboxError && (stopped || cutShort || unexplained || !failures.IsEmpty),
        };
    }

    private TestReport Read(IStack stack, StackCheck.Command command, SandboxRun run)
    {
        var report = stack.Read(tree, command, run);
        if (report.Gap is { } gap)
        {
            gaps.Add(gap);
        }

        return report;
    }

    private static string? Detail(SandboxRun run, TestReport report, bool cutShort, bool unexplained)
    {
        var how = run.Detail
            ?? (cutShort ? $"the test process ended (exit code {run.ExitCode}) before all tests had run"
                : unexplained ? $"no test failed, but the test process ended with exit code {run.ExitCode}"
                : null);
        return how is not null && report.Running is { } test ? $"{how}, in {test}" : how;
    }

    private static CommandEvidence Evidence(IStack stack, StackCheck.Command command, SandboxRun run) => new(
        stack.Name, command.Purpose, command.Argv, command.WorkingDirectory, run.Outcome, run.ExitCode, run.Detail,
        (long)run.Duration.TotalMilliseconds, run.PeakMemory, null, null, [], run.Stdout, run.Stderr);
}
