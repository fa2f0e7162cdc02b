using System.Text.Json;

namespace Conclave.Workspace.Verification;

/// <summary>What <c>go test -json</c> prints.</summary>
internal static class GoEvents
{
    /// <summary>The tests that ended.</summary>
    public static IEnumerable<TestResult> Read(string output)
    {
        foreach (var line in output.Split('\n'))
        {
            // {"Time":"2026-11-22T10:00:00Z","Action":"pass","Package":"example.com/links","Test":"TestShort","Elapsed":0}
            if (ReadEvent(line) is { Test: { } test, Action: "pass" or "fail" or "skip" } ended)
            {
                var outcome = ended.Action switch { "pass" => TestOutcome.Passed, "fail" => TestOutcome.Failed, _ => TestOutcome.Skipped };
                yield return new TestResult($"{ended.Package}.{test}", null, outcome, outcome == TestOutcome.Failed ? "Failed" : "", "", "", null);
            }
        }
    }

    private static GoEvent? ReadEvent(string line)
    {
        try
        {
            return line.StartsWith('{') ? JsonSerializer.Deserialize<GoEvent>(line) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record GoEvent(string? Action, string? Package, string? Test);
}
