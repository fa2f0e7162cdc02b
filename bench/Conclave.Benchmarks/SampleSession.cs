using System.Collections.Immutable;
using System.Text.Json;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;

namespace Conclave.Benchmarks;

/// <summary>A session that is under way: calls with answers, one after the other, of the sizes that real ones have.</summary>
internal static class SampleSession
{
    private static readonly PhaseId Phase = new("build");
    private static readonly AgentId Agent = new("backend");

    public static SessionId Id(int number) => new($"20261122-{number:000000}");

    /// <summary>So many entries, the first the creation, the rest attempts of calls with answers of 1 KB.</summary>
    public static IReadOnlyList<NewEntry> Entries(int count)
    {
        var answer = StoredText.From(new string('x', 1024));
        var bodies = new List<(PhaseId? Phase, EntryBody Body)> { (null, Created()), (Phase, new EntryBody.PhaseStarted([""])), (Phase, new EntryBody.StepStarted(1, null)) };
        for (var call = 1; bodies.Count < count; call++)
        {
            var key = DoorKey.Of(Phase, "", 1, $"ask-{call}");
            bodies.Add((Phase, new EntryBody.AttemptStarted(key, 1, Agent, "anthropic", "claude", "00ff", StoredText.From(new string('q', 1024)), 0.5m, AttemptReason.First)));
            bodies.Add((Phase, new EntryBody.AttemptEnded(key, 1, new CallOutcome.Answered(answer, null, null), 0.01m, 1000)));
        }

        return [.. bodies.Take(count).Select((pair, i) => new NewEntry(DateTimeOffset.UnixEpoch.AddSeconds(i), pair.Phase, null, pair.Body, []))];
    }

    private static EntryBody.SessionCreated Created() => new(
        StoredText.From("a benchmark"),
        "benchmark",
        "benchmark.yaml",
        StoredText.From("name: benchmark"),
        ImmutableSortedDictionary<string, StoredText>.Empty,
        JsonSerializer.SerializeToElement(new { }),
        [new AgentSeat(new Agent(Agent, "anthropic", "claude", null, null, null, []), null)],
        [Phase],
        new SessionSettings(10m, BudgetAction.Pause, "/nowhere", null, true),
        "0.1.0");
}
