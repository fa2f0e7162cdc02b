using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Engine.Execution;

/// <summary><c>loop: { until, max }</c>: rounds of a phase.</summary>
public sealed class LoopTests
{
    private const string Refine = """  a: { agent: pm, prompt: "before: ${{ toJSON(phases.a.output) }}", loop: { until: "phases.a.output == 'zzz'", max: 5 } }""";

    private static TestSession Story(string phases, Func<ModelRequest, string> answer) => Story(phases, new FakeGateway(answer), new InMemoryJournal());

    private static TestSession Story(string phases, IModelGateway gateway, IJournal journal) => new($$"""
        name: story
        version: 1
        inputs: { description: { required: true } }
        agents: { pm: { provider: openai, model: m1 } }
        phases:
        {{phases}}
        """) { Gateway = gateway, Journal = journal, MoreSteps = [new WritingStep(), new FailingOnceARound()] };

    // One `z` more than the text before.
    private static string Longer(ModelRequest request) => new('z', request.Messages[0].Text.Count(c => c == 'z') + 1);

    private static (SessionStatus, string?, string?) Ending(SessionState state) => (state.Status, state.Reason?.Code, state.Reason?.Text);

    [Fact]
    public async Task A_phase_repeats_its_round_until_its_condition_holds_and_reads_its_own_last_output()
    {
        var session = Story(Refine + "\n" + """
              b: { agent: pm, needs: a, prompt: "${{ phases.a.round }} rounds gave ${{ phases.a.output }}" }
            """, request => request.Messages[0].Text.Contains("rounds", StringComparison.Ordinal) ? request.Messages[0].Text : Longer(request));
        var state = await session.CreateAndRun();

        Assert.Equal(SessionStatus.Succeeded, state.Status);
        Assert.Equal(("\"zzz\"", "\"3 rounds gave zzz\""), (TestSession.Output(state, "a"), TestSession.Output(state, "b")));
        Assert.Equal([2, 3], (await session.Entries()).Select(entry => entry.Body).OfType<EntryBody.RoundStarted>().Select(round => round.Round));
        Assert.Equal(["a//1/ask", "a//2.1/ask", "a//3.1/ask", "b//1/ask"], state.Calls.Keys.Select(key => key.Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Each_round_asks_people_anew()
    {
        var session = new TestSession(TestSession.Yaml("""
              ok: { uses: approval, with: { question: "Again?", options: [again, enough] }, loop: { until: "phases.ok.output.choice == 'enough'", max: 3 } }
            """)) { Gateway = new FakeGateway(_ => "unasked"), Unattended = false };
        Assert.Equal("ok//1/approval", Assert.Single((await session.CreateAndRun()).OpenGates).Key.Value);
        await session.Send(new SignalBody.Approve(null, "again", null));
        Assert.Equal("ok//2.1/approval", Assert.Single((await session.Run("second")).OpenGates).Key.Value);
        await session.Send(new SignalBody.Approve(null, "enough", null), "s2");
        Assert.Equal(SessionStatus.Succeeded, (await session.Run("third")).Status);
    }

    [Fact]
    public async Task A_condition_that_is_false_after_the_last_round_fails_the_phase_and_on_error_decides()
    {
        var answer = (ModelRequest request) => Longer(request) + request.Messages[0].Text.Length;
        Assert.Equal(
            (SessionStatus.Failed, "CONC061", "`until` of phase `a` is still false after all 5 rounds"),
            Ending(await Story(Refine, answer).CreateAndRun()));
        Assert.Equal(SessionStatus.Succeeded, (await Story(Refine.Replace("max: 5 } }", "max: 5 }, on_error: continue }", StringComparison.Ordinal), answer).CreateAndRun()).Status);
    }

    [Fact]
    public async Task A_condition_that_can_not_be_evaluated_fails_the_phase() => Assert.Equal(
        (SessionStatus.Failed, "CONC060", "`until` of phase `a` can't be evaluated after round 1: `>` can't compare a text with a number"),
        Ending(await Story("""  a: { agent: pm, prompt: "go on", loop: { until: "phases.a.output > 3", max: 5 } }""", _ => "text").CreateAndRun()));

    [Fact]
    public async Task Two_rounds_with_the_same_output_are_stuck_at_once()
    {
        var gateway = new FakeGateway(_ => "the same");
        var state = await Story("""  a: { agent: pm, prompt: "round ${{ phases.a.round }}", loop: { until: "phases.a.output == ''", max: 50 } }""", gateway, new InMemoryJournal()).CreateAndRun();
        Assert.Equal((SessionStatus.Failed, "CONC062", "phase `a` is stuck: round 2 gave the same output as round 1, and `until` is still false"), Ending(state));
        Assert.Equal(2, gateway.Ledger.Count);
    }

    [Fact]
    public async Task Rounds_that_go_in_a_circle_are_stuck_when_they_ask_and_hear_the_same_again()
    {
        var gateway = new FakeGateway(request => request.Messages[0].Text.Contains("ping", StringComparison.Ordinal) ? "pong" : "ping");
        var state = await Story("""  a: { agent: pm, prompt: "before: ${{ toJSON(phases.a.output) }}", loop: { until: "phases.a.output == ''", max: 50 } }""", gateway, new InMemoryJournal()).CreateAndRun();
        Assert.Equal((SessionStatus.Failed, "CONC063"), (state.Status, state.Reason?.Code));
        Assert.Equal(4, gateway.Ledger.Count);
    }

    [Fact]
    public async Task A_matrix_loops_as_a_whole_and_until_sees_the_list()
    {
        var state = await Story("""
              a:
                agent: pm
                prompt: "${{ matrix.c }} after ${{ toJSON(phases.a.output) }}"
                matrix: { c: [p, q] }
                loop: { until: "${{ phases.a.round == 2 && length(phases.a.output) == 2 }}", max: 3 }
            """, request => request.Messages[0].Text.Replace("\n", "", StringComparison.Ordinal)).CreateAndRun();
        Assert.Equal("""["p after [  \u0022p after null\u0022,  \u0022q after null\u0022]","q after [  \u0022p after null\u0022,  \u0022q after null\u0022]"]""", TestSession.Output(state, "a"));
    }

    [Fact]
    public async Task Files_of_earlier_rounds_are_seen_by_later_ones_and_are_part_of_the_change()
    {
        var state = await Story("""  a: { uses: write, agent: pm, prompt: "${{ toJSON(phases.a.output) }}", loop: { until: "phases.a.round == 3", max: 3 } }""", Longer).CreateAndRun();
        Assert.Equal(["last.txt", "round-1.txt", "round-2.txt", "round-3.txt"], state.Files.Keys);
        Assert.Equal(state.Files["round-3.txt"].Blob, state.Files["last.txt"].Blob);
        Assert.Equal(4, Assert.Single(state.Changes).Files.Length);
        Assert.Contains("\"last.txt round-1.txt round-2.txt\"", TestSession.Output(state, "a"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tries_count_anew_in_each_round()
    {
        var state = await Story("""  a: { uses: fails-once-a-round, retry: { attempts: 2 }, loop: { until: "phases.a.round == 3", max: 3 } }""", _ => "").CreateAndRun();
        Assert.Equal((SessionStatus.Succeeded, "\"round 3, try 2\""), (state.Status, TestSession.Output(state, "a")));
    }

    [Fact]
    public async Task A_loop_ends_the_same_after_a_crash_at_any_append()
    {
        var state = await new CrashedStory((journal, gateway) => Story("""
              a: { uses: write, agent: pm, prompt: "${{ toJSON(phases.a.output) }}", loop: { until: "phases.a.output.text == 'zzz'", max: 5 } }
              b: { agent: pm, needs: a, prompt: "got ${{ phases.a.output.text }}" }
            """, gateway, journal), Longer).EndsTheSameAfterEveryCrash();
        Assert.Equal(("\"zzzz\"", 4), (TestSession.Output(state, "b"), state.Files.Count));
    }

    [Fact]
    public async Task A_stuck_loop_fails_the_same_after_a_crash_at_any_append() => Assert.Equal(
        "CONC063",
        (await new CrashedStory(
            (journal, gateway) => Story("""  a: { agent: pm, prompt: "before: ${{ toJSON(phases.a.output) }}", loop: { until: "phases.a.output == ''", max: 50 } }""", gateway, journal),
            request => request.Messages[0].Text.Contains("ping", StringComparison.Ordinal) ? "pong" : "ping").EndsTheSameAfterEveryCrash()).Reason?.Code);

    [Theory]
    [InlineData(Backoff.Fixed, "1 1 1 1")]
    [InlineData(Backoff.Linear, "1 2 3 60")]
    [InlineData(Backoff.Exponential, "1 2 4 60")]
    public void The_waits_between_tries_grow_as_backoff_says(Backoff backoff, string seconds) =>
        Assert.Equal(seconds, string.Join(' ', new[] { 1, 2, 3, 100 }.Select(failures => new RetryDefinition(5, backoff).Wait(failures).TotalSeconds)));

    private sealed class FailingOnceARound : IStep
    {
        public Conclave.Engine.Planning.StepKind Kind { get; } = new("fails-once-a-round");

        public Task<StepResult> Run(StepContext context, CancellationToken cancel) => Task.FromResult<StepResult>(context.Iteration == 1
            ? new StepResult.Failed("CONC999", "not yet", Retryable: true)
            : new StepResult.Succeeded($"round {context.Round}, try {context.Iteration}"));
    }
}
