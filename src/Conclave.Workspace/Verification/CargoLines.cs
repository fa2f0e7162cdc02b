using System.Text.RegularExpressions;

namespace Conclave.Workspace.Verification;

/// <summary>What <c>cargo test</c> prints.</summary>
internal static partial class CargoLines
{
    /// <summary>The tests that ended.</summary>
    public static IEnumerable<TestResult> Read(string output) => TestLine().Matches(output).Select(line => new TestResult(
        line.Groups["name"].Value,
        null,
        line.Groups["end"].Value switch { "ok" => TestOutcome.Passed, "FAILED" => TestOutcome.Failed, _ => TestOutcome.Skipped },
        line.Groups["end"].Value == "FAILED" ? "Failed" : "",
        "",
        "",
        null));

    // test links::tests::short ... ok
    // test links::tests::slow - should panic ... ignored, takes long
    [GeneratedRegex("^test (?<name>\\S+)(?: - .*)? \\.\\.\\. (?<end>ok|FAILED|ignored)", RegexOptions.NonBacktracking | RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex TestLine();
}
