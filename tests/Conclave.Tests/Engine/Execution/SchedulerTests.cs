using System.Collections.Immutable;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;
using Conclave.Tests.Engine.Journal;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Engine.Execution;

/// <summary>What follows from what stands in the journal, without anything being run.</summary>
public sealed class SchedulerTests
{
    private const string Loop = """  a: { agent: pm, prompt: "go on", loop: { until: "phases.a.output == 'ok'", max: 2 } }""";

    private const string Matrix = """
          split: { agent: pm, prompt: "go on" }
          each: { needs: split, agent: pm, prompt: "go on", max_parallel: 2, matrix: { part: "${{ phases.split.output }}" } }
        """;

    private const string Sub = """
          a: { agent: pm, prompt: "go on" }
          sub: { needs: a, if: "phases.a.output != 'no'", uses: workflow, with: { file: child.yaml } }
        """;

    private const string Child = """
        name: child
        version: 1
        phases:
          draft: { agent: pm, prompt: "go on" }
          judge: { needs: draft, agent: pm, prompt: "go on" }
        """;

    [Fact]
    public void After_a_round_the_condition_decides_about_the_next()
    {
        (string, string?, EntryBody)[] first = [("a", null, new EntryBody.PhaseStarted([""])), .. Tried("a", "'no'")];
        Assert.Equal("round 2 of a", Decide(Loop, first));
        Assert.Equal("succeed a", Decide(Loop, [("a", null, new EntryBody.PhaseStarted([""])), .. Tried("a", "'ok'")]));

        (string, string?, EntryBody)[] second = [.. first, ("a", null, new EntryBody.RoundStarted(2))];
        Assert.Equal("try 1 of a[]", Decide(Loop, second));
        Assert.Equal("succeed a", Decide(Loop, [.. second, .. Tried("a", "'ok'")]));
        Assert.Equal("fail a: CONC061", Decide(Loop, [.. second, .. Tried("a", "'other'")]));
        Assert.Equal("fail a: CONC062", Decide(Loop, [.. second, .. Tried("a", "'no'")]));
    }

    [Fact]
    public void A_matrix_is_made_when_its_phase_starts_and_from_then_on_stands_in_the_journal()
    {
        Assert.Equal("start each[x,y,z]", Decide(Matrix, Done("split", "['x','y','z']")));
        Assert.Equal("start each[]", Decide(Matrix, Done("split", "[]")));
        Assert.Equal("fail each: CONC064", Decide(Matrix, Done("split", "3")));
        Assert.Equal("try 1 of each[p]; try 1 of each[q]", Decide(Matrix, [.. Done("split", "['x','y','z']"), ("each", null, new EntryBody.PhaseStarted(["p", "q", "r"], StoredText.From("[{},{},{}]")))]));
        Assert.Equal("succeed each", Decide(Matrix, [.. Done("split", "[]"), ("each", null, new EntryBody.PhaseStarted([], StoredText.From("[]")))]));
    }

    [Fact]
    public void Phases_inside_wait_for_the_step_around_them_and_end_it()
    {
        var before = Done("a", "'yes'");
        Assert.Equal("start sub[]", Decide(Sub, before));
        (string, string?, EntryBody)[] started = [.. before, ("sub", null, new EntryBody.PhaseStarted([""]))];
        Assert.Equal("try 1 of sub[]", Decide(Sub, started));
        (string, string?, EntryBody)[] open = [.. started, ("sub", null, new EntryBody.StepStarted(1, null))];
        Assert.Equal("start sub/draft[]", Decide(Sub, open));
        Assert.Equal("start sub/judge[]", Decide(Sub, [.. open, .. Done("sub/draft", "1")]));
        (string, string?, EntryBody)[] done = [.. open, .. Done("sub/draft", "1"), .. Done("sub/judge", "2")];
        Assert.Equal("""end sub[]: {"iteration":1,"output":"{\"draft\":1,\"judge\":2}","files":[],"notes":[]}""", Decide(Sub, done));
    }

    [Fact]
    public void A_failure_inside_ends_the_step_around_it_once_all_inside_are_done()
    {
        (string, string?, EntryBody)[] failed =
        [
            .. Done("a", "'yes'"), ("sub", null, new EntryBody.PhaseStarted([""])), ("sub", null, new EntryBody.StepStarted(1, null)),
            ("sub/draft", null, new EntryBody.PhaseFailed("CONC322", "no", false)),
        ];
        Assert.Equal("skip sub/judge: Blocked", Decide(Sub, failed));
        Assert.StartsWith(
            """end sub[]: {"iteration":1,"code":"CONC322","reason":"phase `sub/draft` failed: no",""",
            Decide(Sub, [.. failed, ("sub/judge", null, new EntryBody.PhaseSkipped(SkipReason.Blocked))]),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_phase_whose_condition_is_false_takes_all_inside_with_it() => Assert.Equal(
        "skip sub/draft: Condition; skip sub/judge: Condition",
        Decide(Sub, [.. Done("a", "'no'"), ("sub", null, new EntryBody.PhaseSkipped(SkipReason.Condition))]));

    private static (string, string?, EntryBody)[] Tried(string phase, string output) =>
        [(phase, null, new EntryBody.StepStarted(1, null)), (phase, null, new EntryBody.StepSucceeded(1, StoredText.From(output.Replace('\'', '"')), [], null, []))];

    private static (string, string?, EntryBody)[] Done(string phase, string output) =>
        [(phase, null, new EntryBody.PhaseStarted([""])), .. Tried(phase, output), (phase, null, new EntryBody.PhaseSucceeded())];

    private static string Decide(string phases, IEnumerable<(string Phase, string? Step, EntryBody Body)> story)
    {
        var planned = WorkflowPlanner.Plan(
            $"name: a\nversion: 1\nagents: {{ pm: {{ provider: openai, model: m }} }}\nphases:\n{phases}",
            "w.yaml",
            TestSession.Catalog() with { Workflows = ImmutableDictionary<string, string>.Empty.Add("child.yaml", Child) });
        var workflow = planned.Value ?? throw new InvalidOperationException(string.Join('\n', planned.Problems));
        EntryBody created = SampleEntries.Created with { Phases = [.. workflow.Phases.Select(phase => phase.Id)] };
        var state = story.Prepend((Phase: "", Step: null, Body: created)).Select((entry, i) => new JournalEntry(
                i + 1, SampleEntries.Id, DateTimeOffset.UnixEpoch, entry.Phase.Length == 0 ? null : new(entry.Phase), entry.Step, entry.Body))
            .Aggregate((SessionState?)null, SessionFold.Apply)!;
        return string.Join("; ", Scheduler.Decide(workflow, state).Select(Show));
    }

    private static string Show(SchedulerDecision decision) => decision switch
    {
        SchedulerDecision.StartPhase start => $"start {start.Phase.Id}[{string.Join(',', start.Cells.Select(cell => cell.Label))}]",
        SchedulerDecision.StartRound round => $"round {round.Round} of {round.Phase.Id}",
        SchedulerDecision.StartStep step => $"try {step.Iteration} of {step.Phase.Id}[{step.Step}]",
        SchedulerDecision.EndStep end => $"end {end.Phase.Id}[{end.Step}]: {System.Text.Encoding.UTF8.GetString(end.Result.ToBytes())}",
        SchedulerDecision.SucceedPhase done => $"succeed {done.Phase.Id}",
        SchedulerDecision.FailPhase failed => $"fail {failed.Phase.Id}: {failed.Code}",
        SchedulerDecision.SkipPhase skip => $"skip {skip.Phase.Id}: {skip.Why}",
        _ => decision.GetType().Name,
    };
}
