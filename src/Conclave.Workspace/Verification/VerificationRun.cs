using System.Collections.Immutable;
using System.Runtime.Versioning;
using Conclave.Workspace.Sandbox;

namespace Conclave.Workspace.Verification;

/// <summary>One verification of one copy of a project.</summary>
[SupportedOSPlatform("linux")]
internal sealed class VerificationRun(ProjectSandbox sandbox, SandboxTree copy, ProjectTree tree)
{
    private const string AcceptanceTests = "tests/acceptance/";

    private static readonly ImmutableArray<IStack> Stacks = [new PythonStack(SandboxTools.Has), new NodeStack(SandboxTools.Has), new WebStack(), new ForeignStack()];

    private readonly ImmutableArray<CommandEvidence>.Builder commands = ImmutableArray.CreateBuilder<CommandEvidence>();
    private readonly ImmutableArray<StackGap>.Builder gaps = ImmutableArray.CreateBuilder<StackGap>();

    /// <summary>Runs the checks of every stack that the project uses.</summary>
    public async Task<Findings> Run(CancellationToken cancel)
    {
        foreach (var stack in Stacks.Where(stack => stack.Detect(tree)))
        {
            var plan = stack.Checks(tree);
            gaps.AddRange(plan.Gaps);
            foreach (var check in plan.Checks)
            {
                var evidence = await Run(stack, check, cancel);
                commands.Add(evidence);
                if (evidence is { Purpose: CheckPurpose.Build, Outcome: not SandboxOutcome.Passed })
                {
                    // What can't be built fails its tests in many ways that say less.
                    break;
                }
            }
        }

        return new Findings(commands.ToImmutable(), gaps.ToImmutable(), tree.Files.Any(IsAcceptanceTest));
    }

    private async Task<CommandEvidence> Run(IStack stack, StackCheck check, CancellationToken cancel) => check switch
    {
        StackCheck.Inspection seen => Inspected(stack, seen),
        StackCheck.Command { Purpose: CheckPurpose.Build } build => Built(stack, build, await Run(build, cancel)),
        StackCheck.Command test => Tested(stack, test, await Run(test, cancel)),
        _ => throw new InvalidOperationException($"No evidence for {check.GetType().Name}."),
    };

    private Task<SandboxRun> Run(StackCheck.Command command, CancellationToken cancel) => sandbox.Run(
        new SandboxCommand(command.Argv, copy)
        {
            WorkingDirectory = command.WorkingDirectory,
            Environment = command.Environment,
            Files = command.Programs.ToImmutableSortedDictionary(name => name, InsideProgram.Read),
            Reports = command.Purpose == CheckPurpose.Test,
        },
        cancel);

    private static CommandEvidence Inspected(IStack stack, StackCheck.Inspection seen) => new(
        stack.Name, CheckPurpose.Build, [], ".", seen.Failures.IsEmpty ? SandboxOutcome.Passed : SandboxOutcome.Failed,
        null, null, 0, null, null, null, seen.Failures, CapturedText.Empty, CapturedText.Empty)
    {
        IsRed = !seen.Failures.IsEmpty,
    };

    private CommandEvidence Built(IStack stack, StackCheck.Command command, SandboxRun run)
    {
        var report = Read(stack, command, run);
        return Evidence(stack, command, run) with { IsRed = report.Gap is null && run.Outcome is not (SandboxOutcome.Passed or SandboxOutcome.SandboxError) };
    }

    private CommandEvidence Tested(IStack stack, StackCheck.Command command, SandboxRun run)
    {
        var report = Read(stack, command, run);
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
            AcceptanceTests = report.Count(AcceptanceTests),
            Failures = failures,
            Detail = Detail(run, report, cutShort, unexplained),
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

    // Of whatever language, so that one that we can't run is missed too; not the notes beside them.
    private static bool IsAcceptanceTest(string file) =>
        file.StartsWith(AcceptanceTests, StringComparison.Ordinal) && Path.GetExtension(file) is not ("" or ".md" or ".txt" or ".json" or ".yaml" or ".yml");

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
