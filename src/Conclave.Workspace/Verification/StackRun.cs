using System.Collections.Immutable;
using System.Runtime.Versioning;
using Conclave.Workspace.Sandbox;

namespace Conclave.Workspace.Verification;

/// <summary>The checks of one stack, as they are run. Mutable: it collects what they showed.</summary>
/// <param name="run">Runs a command in a copy of the project.</param>
[SupportedOSPlatform("linux")]
internal sealed class StackRun(IStack stack, ProjectTree tree, StackPlan plan, Func<StackCheck.Command, CancellationToken, Task<CommandRun>> run)
{
    private readonly ImmutableArray<CommandEvidence>.Builder commands = ImmutableArray.CreateBuilder<CommandEvidence>();
    private readonly List<StackGap> gaps = [.. plan.Gaps];
    private readonly List<string> notes = [.. plan.Notes];
    private readonly HashSet<string> tested = [];
    private readonly List<HollowTest> hollow = [];
    private SourceTests? source;
    private bool isBroken;

    /// <summary>What was run, in order.</summary>
    public IEnumerable<CommandEvidence> Commands => commands;

    /// <summary>What could not be.</summary>
    public IEnumerable<StackGap> Gaps => gaps;

    /// <summary>What was left out, for people.</summary>
    public IEnumerable<string> Notes => notes;

    /// <summary>The test files that were run.</summary>
    public IEnumerable<string> Tested => tested;

    /// <summary>The acceptance tests that stand in the source; null where that can't be seen.</summary>
    public int? AcceptanceTests { get; private set; }

    /// <summary>Inspects and builds, until something fails: what can't be built fails its tests in many ways that say less.</summary>
    public async Task Build(CancellationToken cancel)
    {
        foreach (var check in plan.Checks.Where(check => check is not StackCheck.Command { Purpose: CheckPurpose.Test }))
        {
            var evidence = check is StackCheck.Command command ? await Build(command, cancel) : EvidenceOf.Inspection(stack.Name, (StackCheck.Inspection)check);
            commands.Add(evidence);
            if (evidence.Outcome != SandboxOutcome.Passed)
            {
                isBroken = true;
                return;
            }
        }
    }

    /// <summary>Runs the tests, if it could be built.</summary>
    public async Task Test(CancellationToken cancel)
    {
        foreach (var command in isBroken ? [] : plan.Checks.OfType<StackCheck.Command>().Where(command => command.Purpose == CheckPurpose.Test))
        {
            var done = await run(command, cancel);
            var report = Read(command, done);
            tested.UnionWith(command.TestFiles);
            var explained = WithoutHollow(command, source is null ? report : Compare(command, report, source));
            if (explained.Shared is [var file, ..])
            {
                notes.Add($"the acceptance tests import the program ({file}), so its code ran in their process and could have influenced them");
            }

            commands.Add(EvidenceOf.Tests(stack.Name, command, done.Run, explained));
        }
    }

    private async Task<CommandEvidence> Build(StackCheck.Command command, CancellationToken cancel)
    {
        var done = await run(command, cancel);
        var report = Read(command, done);
        hollow.AddRange(report.Hollow);
        source ??= report.Found is { IsEmpty: false } found ? new SourceTests(found) : null;
        return EvidenceOf.Build(stack.Name, command, done.Run, report);
    }

    private TestReport Read(StackCheck.Command command, CommandRun done)
    {
        var report = stack.Read(tree, command, done);
        if (report.Gap is { } gap)
        {
            gaps.Add(gap);
        }

        return report;
    }

    // What passed must stand in the source, once; of the acceptance tests, what stands in the source must be in the report.
    private TestReport Compare(StackCheck.Command command, TestReport report, SourceTests found)
    {
        var seen = new HashSet<(string?, string)>();
        ImmutableArray<TestResult> believed = [.. report.Results.Where(result => result.Outcome != TestOutcome.Passed || (found.Explain(result) && seen.Add((result.File, result.Test))))];
        var unknown = report.Results.Where(result => result.Outcome == TestOutcome.Passed && !found.Explain(result)).ToList();
        if (unknown.Count > 0)
        {
            gaps.Add(new StackGap(stack.Name, $"{unknown.Count} tests were reported that do not stand in the source, such as {unknown[0].Test}", "write each test as a method or function of its own"));
        }

        if (command.IsAcceptance)
        {
            var certain = found.CertainOf(command.TestFiles);
            AcceptanceTests = certain.Length;
            var missing = certain.Where(test => !SourceTests.IsIn(report.Results, test)).ToList();
            if (missing.Count > 0)
            {
                gaps.Add(new StackGap(stack.Name, $"{missing.Count} of {certain.Length} acceptance tests were not run, such as {missing[0].File}: {missing[0].Name}", null));
            }
        }

        return report with { Results = believed };
    }

    // What can't fail does not count. Acceptance tests must all count; of the others, at least some.
    private TestReport WithoutHollow(StackCheck.Command command, TestReport report)
    {
        var empty = report.Results.Where(result => result.Outcome == TestOutcome.Passed && hollow.Exists(test => test.Is(result))).ToList();
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
}
