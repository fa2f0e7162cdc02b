using System.Collections.Immutable;
using System.Globalization;

namespace Conclave.Workspace.Verification;

/// <summary>What a project's own tests showed before it was changed.</summary>
/// <param name="Passed">The tests that passed, as <c>file: test</c>.</param>
/// <param name="Failed">What failed, in the same form.</param>
/// <param name="Reason">One line for people.</param>
public sealed record Baseline(VerificationOutcome Outcome, ImmutableArray<string> Passed, ImmutableArray<string> Failed, string Reason)
{
    private const int Named = 5;

    /// <summary>For people.</summary>
    public string Sentence => string.Create(CultureInfo.InvariantCulture, $"before the change {Passed.Length} tests passed and {Failed.Length} failed: {Reason}");

    /// <summary>What a verification showed.</summary>
    public static Baseline Of(VerificationReport report) => new(report.Outcome, PassedOf(report), FailedOf(report), report.Reason);

    /// <summary>
    /// A verification after the change, judged by the baseline: a test that passed before and does not any more is a failure, also when it is gone; one that
    /// failed before and still does is none of the change's doing, but proves nothing either.
    /// </summary>
    public VerificationReport Judge(VerificationReport report)
    {
        var lost = Passed.Except(PassedOf(report), StringComparer.Ordinal).ToImmutableArray();
        var failing = FailedOf(report);
        if (!lost.IsEmpty && report.Outcome != VerificationOutcome.Unverified)
        {
            var gone = lost.Except(failing, StringComparer.Ordinal).ToImmutableArray();
            return report with
            {
                Outcome = VerificationOutcome.Red,
                Reason = $"{Count(lost.Length)} passed before the change and {(gone.Length == lost.Length ? "did not run after it" : "do not pass after it")}: {List(lost)}; {report.Reason}",
            };
        }

        if (!lost.IsEmpty)
        {
            return report with { Reason = $"{Count(lost.Length)} passed before the change and did not run after it: {List(lost)}; {report.Reason}" };
        }

        if (report.Outcome == VerificationOutcome.Red && !failing.IsEmpty && report.Commands.Where(command => command.IsRed).All(command => !command.Failures.IsEmpty)
            && failing.All(test => Failed.Contains(test, StringComparer.Ordinal)))
        {
            return report with { Outcome = VerificationOutcome.Unverified, Reason = $"{Count(failing.Length)} failed before the change and still fail: {List(failing)}; all {Passed.Length} that passed before still pass" };
        }

        return report.Outcome == VerificationOutcome.Verified
            ? report with { Reason = $"{report.Reason}; all {Passed.Length} that passed before still pass" }
            : report;
    }

    private static string Count(int tests) => tests == 1 ? "1 test" : string.Create(CultureInfo.InvariantCulture, $"{tests} tests");

    private static string List(ImmutableArray<string> tests) => string.Join(", ", tests.Take(Named)) + (tests.Length > Named ? $" and {tests.Length - Named} more" : "");

    private static ImmutableArray<string> PassedOf(VerificationReport report) => [.. report.Commands.SelectMany(command => command.Passed).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static ImmutableArray<string> FailedOf(VerificationReport report) =>
        [.. report.Commands.SelectMany(command => command.Failures).Select(failure => NameOf(failure.File, failure.Test)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>A test's name in a baseline.</summary>
    internal static string NameOf(string? file, string test) => file is null ? test : $"{file}: {test}";
}
