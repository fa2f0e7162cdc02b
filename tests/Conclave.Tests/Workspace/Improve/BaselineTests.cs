using System.Collections.Immutable;
using Conclave.Workspace.Sandbox;
using Conclave.Workspace.Verification;

namespace Conclave.Tests.Workspace.Improve;

public sealed class BaselineTests
{
    private static readonly Baseline Green = Baseline.Of(Report(["a", "b"], []));

    [Fact]
    public void A_change_after_which_all_passes_that_passed_before_is_verified_and_says_so()
    {
        var judged = Green.Judge(Report(["a", "b", "c"], []));

        Assert.Equal(VerificationOutcome.Verified, judged.Outcome);
        Assert.EndsWith("all 2 that passed before still pass", judged.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_test_that_is_gone_is_a_failure_however_many_others_pass()
    {
        var judged = Green.Judge(Report(["a", "c", "d"], []));

        Assert.Equal(VerificationOutcome.Red, judged.Outcome);
        Assert.StartsWith("1 test passed before the change and did not run after it: t.py: b;", judged.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_test_that_fails_now_is_a_failure()
    {
        var judged = Green.Judge(Report(["a"], ["b"]));

        Assert.Equal(VerificationOutcome.Red, judged.Outcome);
        Assert.StartsWith("1 test passed before the change and do not pass after it: t.py: b;", judged.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Tests_that_failed_before_and_still_fail_are_no_failure_and_no_proof()
    {
        var judged = Baseline.Of(Report(["a"], ["b"])).Judge(Report(["a", "c"], ["b"]));

        Assert.Equal(VerificationOutcome.Unverified, judged.Outcome);
        Assert.Equal("1 test failed before the change and still fail: t.py: b; all 1 that passed before still pass", judged.Reason);
    }

    [Fact]
    public void A_new_failure_beside_an_old_one_is_a_failure() =>
        Assert.Equal(VerificationOutcome.Red, Baseline.Of(Report(["a"], ["b"])).Judge(Report(["a"], ["b", "c"])).Outcome);

    [Fact]
    public void A_run_that_was_cut_short_is_not_excused_by_a_red_baseline() =>
        Assert.Equal(VerificationOutcome.Red, Baseline.Of(Report([], ["b"])).Judge(Report([], [])).Outcome);

    [Fact]
    public void Where_nothing_could_run_the_tests_that_passed_before_are_named()
    {
        var judged = Green.Judge(Report([], []) with { Outcome = VerificationOutcome.Unverified, Reason = "no sandbox" });

        Assert.Equal(VerificationOutcome.Unverified, judged.Outcome);
        Assert.StartsWith("2 tests passed before the change and did not run after it", judged.Reason, StringComparison.Ordinal);
    }

    private static VerificationReport Report(ImmutableArray<string> passed, ImmutableArray<string> failed)
    {
        var counts = new TestCounts(passed.Length + failed.Length, passed.Length, failed.Length, 0);
        var isRed = !failed.IsEmpty || passed.IsEmpty;
        var command = new CommandEvidence(
            "python", CheckPurpose.Test, ["python3"], ".", isRed ? SandboxOutcome.Failed : SandboxOutcome.Passed, isRed ? 1 : 0, null, 1, null, counts, TestCounts.None,
            [.. failed.Select(test => new TestFailure(test, "t.py", "AssertionError", "", ""))], CapturedText.Empty, CapturedText.Empty)
        {
            Passed = [.. passed.Select(test => $"t.py: {test}")],
            IsRed = isRed,
        };
        return new VerificationReport(isRed ? VerificationOutcome.Red : VerificationOutcome.Verified, isRed ? "tests failed" : "tests passed", null, [command], [], counts, TestCounts.None, [], 1);
    }
}
