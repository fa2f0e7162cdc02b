using System.Collections.Immutable;
using Conclave.Workspace.Sandbox;

namespace Conclave.Workspace.Verification;

/// <summary>What a verification found, before it is judged.</summary>
/// <param name="WantsAcceptance">Whether the project has acceptance tests, so that none having run is not enough.</param>
internal sealed record Findings(ImmutableArray<CommandEvidence> Commands, ImmutableArray<StackGap> Gaps, bool WantsAcceptance)
{
    private const int MaxReason = 500;

    /// <summary>What was left out, for people.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>The acceptance tests that stand in the source; null where that can't be seen.</summary>
    public int? AcceptanceTestsFound { get; init; }

    /// <summary>Nothing could be run.</summary>
    public static Findings Nothing(StackGap gap) => new([], [gap], WantsAcceptance: false);

    private TestCounts Tests => Sum(command => command.IsForgeable ? null : command.Tests);

    // What the tools of some stacks say, and what is tested could have said instead.
    private TestCounts Claimed => Sum(command => command.IsForgeable ? command.Tests : null);

    private TestCounts AcceptanceTests => Sum(command => command.AcceptanceTests);

    /// <summary>The verdict: a failure weighs more than a gap, and a gap more than any number of green tests.</summary>
    public VerificationReport Judge(long durationMs)
    {
        var (outcome, reason, fix) = Verdict();
        return new VerificationReport(outcome, OneLine(reason), fix, Commands, Gaps, Tests, AcceptanceTests, Notes, durationMs) { AcceptanceTestsFound = AcceptanceTestsFound };
    }

    private (VerificationOutcome Outcome, string Reason, string? Fix) Verdict() => this switch
    {
        _ when Commands.FirstOrDefault(command => command.IsRed) is { } red => (VerificationOutcome.Red, Failure(red), null),
        _ when Commands.FirstOrDefault(command => command.Outcome == SandboxOutcome.SandboxError) is { } broken => Unverified($"the sandbox failed: {broken.Detail}"),
        { Gaps: [var gap, ..] } => Unverified(gap.Reason, gap.Fix),
        { Commands: [] } => Unverified("there is nothing that can be built or tested"),
        { Tests: { Passed: 0, Skipped: 0 }, Claimed.Passed: > 0 and var claimed } => Unverified(
            $"{claimed} tests passed, as their tool reports; what they test could have written that report itself",
            "have acceptance tests in Python or JavaScript drive the program from outside"),
        { Tests: { Passed: 0, Skipped: > 0 } tests } => Unverified($"all {tests.Skipped} tests were skipped"),
        { Tests.Passed: 0 } => Unverified("there are no tests"),
        { AcceptanceTests: { Passed: 0, Skipped: > 0 } tests } => Unverified($"all {tests.Skipped} acceptance tests were skipped"),
        { AcceptanceTests.Skipped: > 0 and var skipped } => Unverified($"{skipped} of {AcceptanceTests.Run + skipped} acceptance tests were skipped"),
        { WantsAcceptance: true, AcceptanceTests.Passed: 0 } => Unverified("there are acceptance tests, but none of them ran"),
        _ => (VerificationOutcome.Verified, Success(), null),
    };

    private static (VerificationOutcome Outcome, string Reason, string? Fix) Unverified(string reason, string? fix = null) => (VerificationOutcome.Unverified, reason, fix);

    private string Failure(CommandEvidence red) => red switch
    {
        { Failures: [var first, ..], Tests: not null } =>
            $"{Commands.Where(command => command.Tests is not null).Sum(command => command.Failures.Length)} of {Tests.Run + Claimed.Run} tests failed: {first.Test}: {Line(first)}",
        { Failures: [var first, ..] } => $"{red.Stack}: {first.Test}: {Line(first)}",
        { Detail: { } detail } => $"{red.Stack} {Name(red)}: {detail}",
        _ => $"{red.Stack} {Name(red)}: {red.LastLine ?? $"exit code {red.ExitCode}"}",
    };

    // Names and messages of tests are part of it, and may be anything.
    private static string OneLine(string text)
    {
        var line = PlainText.Of(text).ReplaceLineEndings(" ");
        return line.Length <= MaxReason ? line : line[..(MaxReason - 1)] + "…";
    }

    private static string Name(CommandEvidence command) => command.Purpose switch { CheckPurpose.Install => "packages", CheckPurpose.Build => "build", _ => "tests" };

    private static string Line(TestFailure failure) => failure.Message.Length == 0 ? failure.Exception : $"{failure.Exception}: {failure.Message}";

    private string Success() => Claimed.Passed == 0 ? Proven() : $"{Proven()}; {Claimed.Passed} more as their tool reports";

    private string Proven() => (AcceptanceTests.Passed, Tests.Skipped) switch
    {
        (0, 0) => $"{Tests.Passed} tests passed",
        (0, var skipped) => $"{Tests.Passed} tests passed, {skipped} were skipped",
        (var acceptance, 0) => $"{Tests.Passed} tests passed, {acceptance} of them acceptance tests",
        var (acceptance, skipped) => $"{Tests.Passed} tests passed, {acceptance} of them acceptance tests; {skipped} were skipped",
    };

    private TestCounts Sum(Func<CommandEvidence, TestCounts?> counts) => Commands.Select(counts).OfType<TestCounts>().Aggregate(TestCounts.None, (left, right) => left + right);
}
