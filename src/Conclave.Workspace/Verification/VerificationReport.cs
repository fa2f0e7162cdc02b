using System.Collections.Immutable;
using Conclave.Workspace.Sandbox;

namespace Conclave.Workspace.Verification;

/// <summary>What building and testing a project showed: the evidence.</summary>
/// <param name="Reason">One line for people.</param>
/// <param name="Fix">What to do so that it can be verified; null when there is nothing but to mend the project.</param>
/// <param name="Commands">What was run, in order.</param>
/// <param name="Gaps">What could not be run.</param>
/// <param name="Tests">All tests together that count: not those of commands whose report is forgeable.</param>
/// <param name="AcceptanceTests">Those of <c>tests/acceptance/</c>.</param>
/// <param name="Notes">What was left out, for people.</param>
public sealed record VerificationReport(
    VerificationOutcome Outcome,
    string Reason,
    string? Fix,
    ImmutableArray<CommandEvidence> Commands,
    ImmutableArray<StackGap> Gaps,
    TestCounts Tests,
    TestCounts AcceptanceTests,
    ImmutableArray<string> Notes,
    long DurationMs)
{
    /// <summary>The acceptance tests that stand in the source; null where that can't be seen: for other languages than Python.</summary>
    public int? AcceptanceTestsFound { get; init; }

    /// <summary>Where it was run: <c>bubblewrap</c>, a container engine, or <c>none</c>; empty in older journals.</summary>
    public string Sandbox { get; init; } = "";
}

/// <summary>What a verification came to.</summary>
public enum VerificationOutcome
{
    /// <summary>Everything was built, and its tests, at least one, ran green.</summary>
    Verified,

    /// <summary>The build or a test failed: the project has to be mended.</summary>
    Red,

    /// <summary>Nothing failed, but it is not proven either.</summary>
    Unverified,
}

/// <summary>One command, or one look of ours at the files, and what it showed.</summary>
/// <param name="Argv">Empty for a look at the files.</param>
/// <param name="WorkingDirectory">Relative to the project.</param>
/// <param name="ExitCode">Null when it did not end by itself.</param>
/// <param name="Detail">One line for people on how it ended; null when the exit code says it all.</param>
/// <param name="PeakMemory">In bytes; null when unknown.</param>
/// <param name="Tests">Null for what runs no tests.</param>
/// <param name="Failures">What failed: tests, files that can't be compiled, references to nothing.</param>
public sealed record CommandEvidence(
    string Stack,
    CheckPurpose Purpose,
    ImmutableArray<string> Argv,
    string WorkingDirectory,
    SandboxOutcome Outcome,
    int? ExitCode,
    string? Detail,
    long DurationMs,
    long? PeakMemory,
    TestCounts? Tests,
    TestCounts? AcceptanceTests,
    ImmutableArray<TestFailure> Failures,
    CapturedText Stdout,
    CapturedText Stderr)
{
    /// <summary>The tests that passed, as <c>file: test</c>; empty in older journals.</summary>
    public ImmutableArray<string> Passed { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Whether it shows that the project has to be mended. A failure of the sandbox shows nothing.</summary>
    public bool IsRed { get; init; }

    /// <summary>Whether what is tested could have written the report of its tests itself. They are then not counted among those of the project.</summary>
    public bool IsForgeable { get; init; }

    /// <summary>The last line of its errors, or else of its output, where programs say why they ended; null when it wrote nothing.</summary>
    internal string? LastLine => LastLineOf(Stderr, Stdout);

    /// <summary>The last line of the first output that has one; null when none has.</summary>
    internal static string? LastLineOf(params ReadOnlySpan<CapturedText> outputs) =>
        outputs.ToArray()
            .SelectMany(output => output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(1))
            .FirstOrDefault();
}

/// <summary>Why a command is run.</summary>
public enum CheckPurpose
{
    /// <summary>To fetch the packages that it declares.</summary>
    Install,

    /// <summary>To see whether the project can be built at all.</summary>
    Build,

    /// <summary>To run its tests.</summary>
    Test,
}

/// <summary>How many tests ran to an end, and how.</summary>
/// <param name="Run">Those that passed or failed.</param>
/// <param name="Skipped">Those that said that they don't count: skipped, expected to fail, to do.</param>
public sealed record TestCounts(int Run, int Passed, int Failed, int Skipped)
{
    /// <summary>No tests.</summary>
    public static TestCounts None { get; } = new(0, 0, 0, 0);

    /// <summary>Both together.</summary>
    public static TestCounts operator +(TestCounts left, TestCounts right) =>
        new(left.Run + right.Run, left.Passed + right.Passed, left.Failed + right.Failed, left.Skipped + right.Skipped);
}

/// <summary>One thing that failed.</summary>
/// <param name="Test">The name of the test, or of what else failed.</param>
/// <param name="File">Relative to the project; null when it belongs to no file.</param>
/// <param name="Exception">The type of the error.</param>
/// <param name="Message">Its first line.</param>
/// <param name="Details">The traceback as the runner shows it.</param>
public sealed record TestFailure(string Test, string? File, string Exception, string Message, string Details);

/// <summary>Something of a stack that could not be run, so that the whole can't be verified.</summary>
/// <param name="Fix">Null when there is none but another project.</param>
public sealed record StackGap(string Stack, string Reason, string? Fix);
