using System.Collections.Immutable;
using System.Text.Json;
using Conclave.Engine;
using Conclave.Workspace.Sandbox;

namespace Conclave.Workspace.Verification;

/// <summary>What our program inside the sandbox reported about the tests that it ran.</summary>
/// <param name="IsComplete">Whether it came to its end; one that was cut short proves nothing.</param>
/// <param name="Running">The test that was running, or the module that was imported, when the report ended; null when none was.</param>
internal sealed record TestReport(bool IsComplete, ImmutableArray<TestResult> Results, string? Running)
{
    /// <summary>Why the tests could not be run as they are meant to; null when they could. Failures then count only if they are others.</summary>
    public StackGap? Gap { get; init; }

    /// <summary>The tests that stand in the source; null when nobody looked for them.</summary>
    public ImmutableArray<SourceTest>? Found { get; init; }

    /// <summary>The files of the project that ran in one process with tests that were to be apart from them.</summary>
    public ImmutableArray<string> Shared { get; init; } = [];

    /// <summary>Whether what is tested could have written it: then it can make a project red, never verified.</summary>
    public bool IsForgeable { get; init; }

    /// <summary>The tests in the source that can't fail, whatever the program does.</summary>
    public ImmutableArray<HollowTest> Hollow { get; init; } = [];

    /// <summary>The report of something that runs no tests.</summary>
    public static TestReport None { get; } = new(IsComplete: true, [], null);

    /// <summary>What a runner says in its last lines, where it does not name its tests; null when it names them.</summary>
    public TestCounts? Summary { get; init; }

    /// <summary>How many ended, and how.</summary>
    public TestCounts Count()
    {
        if (Summary is { } summary)
        {
            return summary;
        }

        var counted = Results.ToLookup(result => result.Outcome);
        var (passed, failed) = (counted[TestOutcome.Passed].Count(), counted[TestOutcome.Failed].Count());
        return new TestCounts(passed + failed, passed, failed, counted[TestOutcome.Skipped].Count());
    }

    /// <summary>Reads a report: one signed JSON object per line, as our programs in <c>Inside</c> write it.</summary>
    public static TestReport Read(SandboxRun run)
    {
        var (results, found, shared) = (ImmutableArray.CreateBuilder<TestResult>(), ImmutableArray.CreateBuilder<SourceTest>(), ImmutableArray.CreateBuilder<string>());
        var hollow = ImmutableArray.CreateBuilder<HollowTest>();
        var (running, saysStarts, complete) = ((string?)null, false, false);
        var signed = SignedReport.Open(run.Report, run.ReportKey);
        foreach (var line in signed.Lines)
        {
            switch (ReadEvent(line))
            {
                case { Event: "found", Test: { } test, File: { } file, Certain: { } certain } when !complete:
                    found.Add(new SourceTest(test, file, certain == "yes"));
                    break;
                case { Event: "hollow", Test: { } test, File: { } file } when !complete:
                    hollow.Add(new HollowTest(test, file));
                    break;
                case { Event: "shared", File: { } file } when !complete:
                    shared.Add(file);
                    break;
                case { Event: "started" } started when !complete:
                    (running, saysStarts) = (started.Test, true);
                    break;
                case { Event: "ended", Test: { } test, Outcome: { } outcome } ended when !complete && (outcome != TestOutcome.Passed || !saysStarts || running == test):
                    running = null;
                    results.Add(new TestResult(test, ended.File, outcome, ended.Exception ?? "", ended.Message ?? "", ended.Details ?? "", ended.Missing));
                    break;
                case { Event: "finished" } when !complete:
                    complete = true;
                    break;
                default:
                    // Not what our programs write: somebody else did, and nothing in it can be believed.
                    return new TestReport(IsComplete: false, results.ToImmutable(), running);
            }
        }

        return new TestReport(complete && signed.IsSound, results.ToImmutable(), running) { Found = found.ToImmutable(), Shared = shared.ToImmutable(), Hollow = hollow.ToImmutable() };
    }

    private static ReportEvent? ReadEvent(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<ReportEvent>(line, EngineJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // {"event": "ended", "test": "tests.test_a.A.test_b", "file": "tests/test_a.py", "outcome": "failed", "exception": "AssertionError", "message": "1 != 2", "details": "Traceback ..."}
    private sealed record ReportEvent(
        string Event, string? Test, string? File, TestOutcome? Outcome, string? Exception, string? Message, string? Details, string? Missing, string? Certain);
}

/// <summary>One test that ran to an end.</summary>
/// <param name="Missing">The module that it could not import; null when that is not why it failed.</param>
internal sealed record TestResult(string Test, string? File, TestOutcome Outcome, string Exception, string Message, string Details, string? Missing)
{
    /// <summary>For the evidence.</summary>
    public TestFailure ToFailure() => new(Test, File, Exception, Message, Details);
}

/// <summary>How a test ended.</summary>
internal enum TestOutcome
{
    /// <summary>Green.</summary>
    Passed,

    /// <summary>Red.</summary>
    Failed,

    /// <summary>It does not count.</summary>
    Skipped,

    /// <summary>It is written for a runner that we don't have.</summary>
    Unsupported,
}
