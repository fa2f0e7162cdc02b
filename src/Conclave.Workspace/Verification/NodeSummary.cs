using System.Globalization;
using System.Text.RegularExpressions;

namespace Conclave.Workspace.Verification;

/// <summary>The counts in the last lines of the test runners of Node.</summary>
internal static partial class NodeSummary
{
    /// <summary>All summaries of an output together; null when there is none.</summary>
    public static TestCounts? Read(string output)
    {
        var found = Line().Matches(PlainText.Of(output));
        if (found.Count == 0)
        {
            return null;
        }

        var (passed, failed, skipped) = (Sum(found, "passed"), Sum(found, "failed"), Sum(found, "skipped"));
        return new TestCounts(passed + failed, passed, failed, skipped);
    }

    private static int Sum(MatchCollection lines, string kind) =>
        lines.SelectMany(line => line.Groups[kind].Captures).Sum(capture => int.TryParse(capture.Value, CultureInfo.InvariantCulture, out var count) ? count : 0);

    // node, TAP:  # pass 3              node, spec:  ℹ fail 0
    // mocha:        3 passing (5ms)                    1 failing      1 pending
    // jest:       Tests:       1 failed, 1 skipped, 2 passed, 4 total
    // vitest:          Tests  1 failed | 2 passed | 1 skipped (4)
    // jasmine:    3 specs, 1 failure, 1 pending spec      ava:    2 tests passed    1 test failed
    [GeneratedRegex(
        "^[ \\t]*(" +
        "[#ℹ] (pass (?<passed>\\d+)|fail (?<failed>\\d+)|cancelled (?<failed>\\d+)|skipped (?<skipped>\\d+)|todo (?<skipped>\\d+))[ \\t]*" +
        "|(?<passed>\\d+) passing( \\(.*\\))?[ \\t]*|(?<failed>\\d+) failing[ \\t]*|(?<skipped>\\d+) pending[ \\t]*" +
        "|Tests:?[ \\t]+(((?<failed>\\d+) failed|(?<passed>\\d+) passed|(?<skipped>\\d+) (skipped|todo)|\\d+ total)([,| ]+|$|(?=\\()))+(\\(\\d+\\))?[ \\t]*" +
        "|(?<passed>\\d+) tests? passed[ \\t]*|(?<failed>\\d+) tests? failed[ \\t]*|(?<skipped>\\d+) tests? skipped[ \\t]*" +
        ")\\r?$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex Line();
}
