using System.Collections.Immutable;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;
using Conclave.Tests.Fakes;
using Conclave.Tests.Workspace.Verification;
using Conclave.Workspace.Sandbox;
using Conclave.Workspace.Verification;

namespace Conclave.Tests.Promises;

/// <summary>Verified is what was built and whose tests, at least one, ran green in the sandbox; nothing else is called so.</summary>
[Promise(2)]
public sealed class NeverCallFailureSuccessTests(VerifierFixture fixture) : IClassFixture<VerifierFixture>
{
    private const string Green = "import unittest\nclass T(unittest.TestCase):\n  def test_a(self):\n    self.assertEqual(len('a'), 1)\n";

    // Each looks like a success to somebody who does not look closely.
    private static readonly ImmutableArray<(string Name, string Code)> Failures =
    [
        ("a red test", Green.Replace("), 1", "), 2", StringComparison.Ordinal)),
        ("code that can't be compiled", Green + "def (:\n"),
        ("no tests at all", "import unittest\n"),
        ("only skipped tests", Green.Replace("  def test_a", "  @unittest.skip('later')\n  def test_a", StringComparison.Ordinal)),
        ("a test that can't fail", Green.Replace("len('a'), 1", "1, 1", StringComparison.Ordinal)),
        ("a test that ends the process", Green.Replace("self.assertEqual(len('a'), 1)", "import os; os._exit(0)", StringComparison.Ordinal)),
        ("green tests and a bad exit code", Green + "import atexit, os\natexit.register(lambda: os._exit(3))\n"),
    ];

    [Fact]
    public async Task Only_what_was_built_and_tested_green_is_verified() => Assert.Null(await Verdicts(report => report));

    [Fact]
    public async Task A_phase_never_succeeds_with_an_empty_answer() => Assert.Null(await EmptyAnswer("ask"));

    [Fact]
    [Mutation]
    public async Task A_verifier_that_ignores_an_exit_code_is_caught() => Assert.StartsWith(
        "green tests and a bad exit code is called verified",
        await Verdicts(report => Judged(report, command => command with { IsRed = command.IsRed && !(command.Failures.IsEmpty && command.ExitCode is not (null or 0)) })),
        StringComparison.Ordinal);

    [Fact]
    [Mutation]
    public async Task A_verifier_that_believes_a_report_cut_short_is_caught() => Assert.StartsWith(
        "a test that ends the process is called verified",
        await Verdicts(report => Judged(report, command => command is { IsRed: true, ExitCode: 0, Failures.IsEmpty: true, Tests: not null } ? command with { IsRed = false, Tests = new TestCounts(1, 1, 0, 0) } : command)),
        StringComparison.Ordinal);

    [Fact]
    [Mutation]
    public async Task A_verifier_that_counts_zero_tests_as_verified_is_caught() => Assert.StartsWith(
        "no tests at all is called verified",
        await Verdicts(report => report is { Outcome: VerificationOutcome.Unverified, Gaps.IsEmpty: true } ? report with { Outcome = VerificationOutcome.Verified } : report),
        StringComparison.Ordinal);

    [Fact]
    [Mutation]
    public async Task A_step_that_takes_an_empty_answer_is_caught() =>
        Assert.Equal("the session is Succeeded, and its output is \"\"", await EmptyAnswer("lenient"));

    private async Task<string?> Verdicts(Func<VerificationReport, VerificationReport> judge)
    {
        var green = judge(await fixture.Verify(("test_a.py", Green)));
        if (green.Outcome != VerificationOutcome.Verified || green.Tests.Passed != 1 || !green.Commands.Any(command => command is { Purpose: CheckPurpose.Test, Outcome: SandboxOutcome.Passed, ExitCode: 0 }))
        {
            return $"a green project is not verified with its evidence: {green.Reason}";
        }

        foreach (var (name, code) in Failures)
        {
            var report = judge(await fixture.Verify(("test_a.py", code)));
            if (report.Outcome == VerificationOutcome.Verified)
            {
                return $"{name} is called verified: {report.Reason}";
            }
        }

        return null;
    }

    // The same evidence, judged with one thing overlooked.
    private static VerificationReport Judged(VerificationReport report, Func<CommandEvidence, CommandEvidence> overlook) =>
        new Findings([.. report.Commands.Select(overlook)], report.Gaps, WantsAcceptance: false).Judge(report.DurationMs);

    private static async Task<string?> EmptyAnswer(string uses)
    {
        var state = await new TestSession($$"""
            name: one
            version: 1
            agents: { pm: { provider: openai, model: m1 } }
            phases: { a: { agent: pm, prompt: "go on", uses: {{uses}} } }
            """) { Gateway = new FakeGateway(_ => ""), MoreSteps = [new TakesAnyAnswer()] }.CreateAndRun();
        return state.Status == SessionStatus.Failed ? null : $"the session is {state.Status}, and its output is {TestSession.Output(state, "a")}";
    }

    private sealed class TakesAnyAnswer : IStep
    {
        public StepKind Kind { get; } = new("lenient") { NeedsAgent = true, NeedsPrompt = true };

        public async Task<StepResult> Run(StepContext context, CancellationToken cancel) =>
            new StepResult.Succeeded((await context.Ask(new AskRequest<string>("ask", context.Agent, "ask", "go on", text => new Reading<string>.Read(text)), cancel)).Value);
    }
}
