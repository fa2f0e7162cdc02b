using System.Collections.Immutable;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Engine.Execution;

/// <summary>A fork of workflows that use other files, repeat phases or ask people.</summary>
public sealed class ForkShapeTests
{
    private const string Child = """
        name: child
        version: 1
        inputs: { topic: { required: true }, manner: { default: dry } }
        agents: {}
        phases:
          draft: { agent: pm, prompt: "draft ${{ inputs.topic }}" }
          judge: { needs: draft, agent: pm, prompt: "judge ${{ phases.draft.output }} ${{ inputs.manner }}" }
        """;

    private const string Parts = """
          a: { agent: pm, prompt: "say it first" }
          sub: { needs: a, uses: workflow, if: "inputs.tone != 'wet'", matrix: { part: [x, y] }, with: { file: child.yaml, inputs: { topic: "${{ matrix.part }} ${{ phases.a.output }}", manner: "${{ inputs.whole }}" } } }
          b: { needs: sub, agent: pm, prompt: "last ${{ toJSON(phases.sub.output) }}" }
        """;

    private const string Rounds = """
          a: { agent: pm, prompt: "before: ${{ toJSON(phases.a.output) }}", loop: { until: "phases.a.output == inputs.tone", max: 5 } }
          parts: { needs: a, agent: pm, prompt: "part ${{ matrix.n }}", matrix: { n: "${{ fromJSON(inputs.whole) }}" } }
          b: { needs: parts, agent: pm, prompt: "${{ phases.a.round }} rounds and ${{ join(phases.parts.output, ' ') }}" }
        """;

    private const string Gates = """
          a: { agent: pm, prompt: "say it first", on_error: escalate }
          ok: { needs: a, uses: approval, with: { question: "Go on?" } }
          b: { needs: ok, agent: pm, prompt: "${{ phases.ok.output.choice }}" }
        """;

    private static string Longer(string text) => text.StartsWith("before", StringComparison.Ordinal) ? new('z', text.Count(c => c == 'z') + 1) : text;

    private static FakeGateway Models() => new(request => $"<{request.Messages[0].Text}>");

    private static TestSession Story(string phases, IModelGateway models, string tone = "dry", string whole = "no") => new($$"""
        name: story
        version: 1
        inputs: { description: { required: true }, tone: {}, whole: {} }
        agents: { pm: { provider: openai, model: m1 } }
        phases:
        {{phases}}
        """)
    {
        Gateway = models,
        Unattended = false,
        Workflows = ImmutableDictionary<string, string>.Empty.Add("child.yaml", Child),
        Inputs = new() { ["description"] = "a test", ["tone"] = tone, ["whole"] = whole },
    };

    private static async Task<Workflow> Plan(TestSession session) =>
        StoredWorkflow.Plan((EntryBody.SessionCreated)(await session.Entries())[0].Body, TestSession.Catalog()).Value!;

    private static string Names(IEnumerable<KeptPhase> kept) => string.Join(' ', kept.Select(phase => phase.Phase.Value).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("a", "", 6)]
    [InlineData("sub", "a", 5)]
    [InlineData("b", "a sub sub[x]/draft sub[x]/judge sub[y]/draft sub[y]/judge", 1)]
    [InlineData("sub[x]/draft", "a sub[y]/draft sub[y]/judge", 3)]
    [InlineData("sub[y]/judge", "a sub[x]/draft sub[x]/judge sub[y]/draft", 2)]
    public async Task The_phases_of_a_used_file_are_kept_with_the_phase_that_uses_it_or_up_to_the_one_named(string from, string kept, int asked)
    {
        var origin = Story(Parts, Models());
        var whole = await origin.CreateAndRun();
        Assert.Equal(SessionStatus.Succeeded, whole.Status);
        var models = Models();
        var (session, _, keeps) = await ForkTests.Fork(origin, from, models);
        Assert.Equal(kept, Names(keeps));
        var done = await session.Run();
        Assert.Equal((SessionStatus.Succeeded, asked), (done.Status, models.Ledger.Count));
        Assert.Equal(TestSession.Output(whole, "b"), TestSession.Output(done, "b"));
        Assert.Equal(whole.Created.Phases.Length, (await session.Summary()).PhasesDone);
        Assert.Empty(await origin.Journal.ExamineAll(CancellationToken.None));
    }

    [Theory]
    [InlineData("sub[x]/judge", "whole", true)]
    [InlineData("sub[x]/draft", "whole", false)]
    [InlineData("sub[x]/draft", "tone", true)]
    [InlineData("sub[x]/draft", "topic", false)]
    [InlineData("sub", "whole", true)]
    public async Task An_input_is_read_inside_of_a_used_file_by_way_of_what_is_given_to_it(string phase, string input, bool reads)
    {
        var origin = Story(Parts, Models());
        await origin.Create();
        Assert.Equal(reads, SessionFork.Reads(await Plan(origin), new PhaseId(phase), input));
    }

    [Theory]
    [InlineData("a", "tone", true)]
    [InlineData("a", "whole", false)]
    [InlineData("parts", "whole", true)]
    public async Task The_end_of_a_loop_and_a_matrix_read_inputs_too(string phase, string input, bool reads)
    {
        var origin = Story(Rounds, Models());
        await origin.Create();
        Assert.Equal(reads, SessionFork.Reads(await Plan(origin), new PhaseId(phase), input));
    }

    [Fact]
    public async Task A_phase_of_several_rounds_and_one_of_a_matrix_from_an_output_are_kept_with_all_of_them()
    {
        var models = new FakeGateway(request => Longer(request.Messages[0].Text));
        var origin = Story(Rounds, models, "zzz", "[1,2]");
        var whole = await origin.CreateAndRun();
        Assert.Equal("\"3 rounds and part 1 part 2\"", TestSession.Output(whole, "b"));
        models.Ledger.Clear();
        var (session, start, kept) = await ForkTests.Fork(origin, "b", models);
        Assert.Equal(("a parts", 3), (Names(kept), start.Phase(new PhaseId("a")).Round));
        var done = await session.Run();
        Assert.Equal((TestSession.Output(whole, "b"), 1), (TestSession.Output(done, "b"), models.Ledger.Count));
    }

    [Fact]
    public async Task Answers_of_people_are_kept_and_nobody_is_asked_again()
    {
        var broken = true;
        var models = new FakeGateway((request, _) => broken ? new CallOutcome.Refused("policy", null) : FakeGateway.Answered(request.Messages[0].Text));
        var origin = Story(Gates, models);
        Assert.Equal(SessionStatus.Waiting, (await origin.CreateAndRun()).Status);
        broken = false;
        await origin.Send(new SignalBody.Approve("a", "retry", null), "s1");
        Assert.Equal(SessionStatus.Waiting, (await origin.Run()).Status);
        await origin.Send(new SignalBody.Approve("ok", "approve", null), "s2");
        Assert.Equal(SessionStatus.Succeeded, (await origin.Run()).Status);

        var (session, start, kept) = await ForkTests.Fork(origin, "b", models);
        Assert.Equal(("a ok", 2, 0), (Names(kept), start.Gates.Count, start.OpenGates.Length));
        Assert.Equal("\"approve\"", TestSession.Output(await session.Run(), "b"));
    }

    [Fact]
    public async Task A_gate_that_was_left_open_in_a_kept_phase_keeps_nobody_waiting()
    {
        var origin = Story("""
              ok: { uses: approval, on_error: continue, matrix: { n: [1, 2] }, with: { question: "Go ${{ matrix.n }}?" } }
              b: { needs: ok, agent: pm, prompt: "the last" }
            """, Models());
        Assert.Equal(SessionStatus.Waiting, (await origin.CreateAndRun()).Status);
        await origin.Send(new SignalBody.Approve("ok/1", "reject", null), "s1");
        await origin.Send(new SignalBody.Approve("ok/2", "approve", null), "s2");
        Assert.Equal(SessionStatus.Succeeded, (await origin.Run()).Status);

        // The record of a phase that ended while one of its questions stood: as it is, but without the second answer.
        var workflow = await Plan(origin);
        var state = (await origin.Journal.FoldTrusted(origin.SessionId, CancellationToken.None))!;
        var entries = (await origin.Entries()).Where(entry => entry.Body is not EntryBody.ApprovalGiven { Choice: "approve" }).ToList();
        var kept = SessionFork.Kept(workflow, state, entries, new PhaseId("b"));
        var session = new TestSession("") { Journal = origin.Journal, Gateway = Models(), SessionId = new SessionId("20261122-branch") };
        var first = state.Created with { Origin = new SessionOrigin(origin.SessionId, new PhaseId("b"), state.Seq) };
        await session.Runner("forker").Create(session.SessionId, first, CancellationToken.None, kept);

        Assert.Equal(SessionStatus.Queued, (await session.Summary()).Status);
        var done = await session.Run();
        Assert.Equal((SessionStatus.Succeeded, 0), (done.Status, done.OpenGates.Length));
        Assert.Contains(done.Gates.Values, gate => gate.Given is null);
    }
}
