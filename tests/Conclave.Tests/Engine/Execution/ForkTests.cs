using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Engine.Execution;

/// <summary>A session that branches off keeps what was done before, as it was, and pays only for the rest.</summary>
public sealed class ForkTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly SessionId Branch = new("20261122-branch");

    private const string Yaml = """
        name: forked
        version: 1
        inputs: { description: { required: true }, tone: { default: dry }, whole: { default: no } }
        agents:
          pm: { provider: openai, model: m1 }
        phases:
          a: { agent: pm, prompt: "first ${{ inputs.description }}" }
          b: { needs: a, agent: pm, prompt: "second ${{ phases.a.output }} ${{ matrix.part }}", matrix: { part: [x, y] } }
          side: { agent: pm, prompt: "aside ${{ toJSON(inputs) }}" }
          never: { agent: pm, prompt: "never said", if: "inputs.tone == 'wet'" }
          c: { needs: b, agent: pm, prompt: "third ${{ join(phases.b.output, '+') }} ${{ inputs.tone }}" }
          d: { needs: [c, side], agent: pm, prompt: "fourth ${{ phases.c.output }} ${{ phases.side.output }}" }
        """;

    private static FakeGateway Models() => new(request => $"<{request.Messages[0].Text}>");

    internal static async Task<(TestSession Session, SessionState State, System.Collections.Immutable.ImmutableArray<KeptPhase> Kept)> Fork(
        TestSession origin, string from, FakeGateway models, SessionId? id = null, string tone = "dry")
    {
        var session = new TestSession(Yaml) { Journal = origin.Journal, Gateway = models, SessionId = id ?? Branch };
        var kept = await origin.ForkAt(from, session, new() { ["description"] = "a test", ["tone"] = tone, ["whole"] = "no" });
        return (session, (await origin.Journal.FoldTrusted(session.SessionId, None))!, kept);
    }

    private static async Task<TestSession> Origin(FakeGateway models, IJournal? journal = null)
    {
        var origin = new TestSession(Yaml) { Gateway = models, Journal = journal ?? new InMemoryJournal(), Inputs = new() { ["description"] = "a test", ["tone"] = "dry", ["whole"] = "no" } };
        Assert.Equal(SessionStatus.Succeeded, (await origin.CreateAndRun()).Status);
        return origin;
    }

    [Theory]
    [InlineData("a", "side never", 4)]
    [InlineData("b", "a side never", 4)]
    [InlineData("c", "a b side never", 2)]
    [InlineData("d", "a b c side never", 1)]
    [InlineData("side", "a b c never", 2)]
    public async Task Everything_before_the_phase_is_kept_and_only_it_and_what_comes_after_is_asked(string from, string kept, int asked)
    {
        var origin = await Origin(Models());
        var models = Models();
        var (session, start, keeps) = await Fork(origin, from, models);
        Assert.Equal(kept.Split(' ').Order(), keeps.Select(phase => phase.Phase.Value).Order());
        Assert.Equal((SessionStatus.Queued, 0m, 0m, 0m), (start.Status, start.SpentUsd, start.ReservedUsd, start.InDoubtUsd));

        var done = await session.Run();
        Assert.Equal(SessionStatus.Succeeded, done.Status);
        Assert.Equal(asked + (from is "a" ? 1 : 0), models.Ledger.Count);
        var whole = (await origin.Journal.FoldTrusted(origin.SessionId, None))!;
        foreach (var text in whole.Phases.Values.SelectMany(phase => phase.Steps).Select(step => step.Output).OfType<StoredText>())
        {
            await origin.Journal.Load(text, None);
        }

        Assert.All(whole.Created.Phases, phase => Assert.Equal(TestSession.Output(whole, phase.Value), TestSession.Output(done, phase.Value)));
    }

    [Fact]
    public async Task Its_own_cost_begins_at_zero_and_what_is_kept_is_shown_apart()
    {
        var origin = await Origin(Models());
        var (session, start, _) = await Fork(origin, "d", Models());
        var whole = (await origin.Journal.FoldTrusted(origin.SessionId, None))!;
        var last = whole.Calls.Values.Single(call => call.Phase == new PhaseId("d")).Attempts.Sum(attempt => attempt.CostUsd);
        Assert.Equal((0m, whole.SpentUsd - last), (start.SpentUsd, start.KeptUsd));

        Assert.Equal(new SessionOrigin(origin.SessionId, new PhaseId("d"), whole.Seq), start.Created.Origin);
        var done = await session.Run();
        Assert.Equal(last, done.SpentUsd);
        Assert.Equal(done.SpentUsd, done.Calls.Values.SelectMany(call => call.Attempts).Sum(attempt => attempt.CostUsd));
        Assert.Equal(done.KeptUsd, done.Calls.Values.SelectMany(call => call.Attempts).Sum(attempt => attempt.KeptUsd ?? 0m));
        Assert.Single(done.OwnAttempts());
        var summary = Assert.Single(await origin.Journal.List(new SessionQuery(Branch.Value), None));
        Assert.Equal((done.SpentUsd, done.KeptUsd, origin.SessionId, 6), (summary.SpentUsd, summary.KeptUsd, summary.ForkedFrom, summary.PhasesDone));
    }

    [Fact]
    public async Task A_kept_phase_is_one_entry_with_its_answers_and_times_as_they_were()
    {
        var origin = await Origin(Models());
        var (session, start, _) = await Fork(origin, "d", Models());
        var entries = await session.Entries();
        Assert.Equal(["session-created/1", .. Enumerable.Repeat("phase-kept/1", 5)], entries.Select(entry => entry.Body.Kind()));
        var whole = (await origin.Journal.FoldTrusted(origin.SessionId, None))!;
        var (kept, was) = (start.Phase(new PhaseId("b")), whole.Phase(new PhaseId("b")));
        Assert.Equal((was.StartedAt, was.EndedAt, was.Status, (SessionId?)origin.SessionId), (kept.StartedAt, kept.EndedAt, kept.Status, kept.KeptFrom));
        Assert.Equal(
            whole.Calls.Values.Where(call => call.Phase == new PhaseId("b")).Select(call => call.Key.Value).Order(),
            start.Calls.Values.Where(call => call.Phase == new PhaseId("b")).Select(call => call.Key.Value).Order());
    }

    [Fact]
    public async Task A_fork_of_a_fork_keeps_the_first_origin_of_what_it_keeps()
    {
        var origin = await Origin(Models());
        var (first, _, _) = await Fork(origin, "c", Models());
        await first.Run();
        var models = Models();
        var (second, start, _) = await Fork(first, "d", models, new SessionId("20261122-twig00"));
        Assert.Equal(origin.SessionId, start.Phase(new PhaseId("a")).KeptFrom);
        Assert.Equal(Branch, start.Phase(new PhaseId("c")).KeptFrom);
        Assert.Equal(SessionStatus.Succeeded, (await second.Run()).Status);
        Assert.Single(models.Ledger);
    }

    [Fact]
    public async Task A_phase_that_failed_and_what_stood_on_it_run_again()
    {
        var broken = true;
        var models = new FakeGateway((request, _) => broken && request.Messages[0].Text.StartsWith("second", StringComparison.Ordinal)
            ? new CallOutcome.Refused("policy", null)
            : FakeGateway.Answered("fine"));
        var origin = new TestSession(Yaml) { Gateway = models, Inputs = new() { ["description"] = "a test", ["tone"] = "dry", ["whole"] = "no" } };
        Assert.Equal(SessionStatus.Failed, (await origin.CreateAndRun()).Status);
        broken = false;
        var (session, _, kept) = await Fork(origin, "d", models);
        Assert.Equal(["a", "never", "side"], kept.Select(phase => phase.Phase.Value).Order());
        Assert.Equal(SessionStatus.Succeeded, (await session.Run()).Status);
    }

    [Theory]
    [InlineData("a", "description", true)]
    [InlineData("a", "tone", false)]
    [InlineData("b", "tone", false)]
    [InlineData("c", "tone", true)]
    [InlineData("never", "tone", true)]
    [InlineData("side", "whole", true)]
    [InlineData("side", "tone", true)]
    [InlineData("d", "whole", false)]
    public async Task It_is_known_which_inputs_a_phase_has_read(string phase, string input, bool reads)
    {
        var origin = await Origin(Models());
        var created = (EntryBody.SessionCreated)(await origin.Entries())[0].Body;
        Assert.Equal(reads, SessionFork.Reads(StoredWorkflow.Plan(created, TestSession.Catalog()).Value!, new PhaseId(phase), input));
    }

    [Fact]
    public async Task A_process_that_dies_right_after_the_fork_loses_nothing_of_it()
    {
        var origin = await Origin(Models());
        var models = Models();
        var (session, _, _) = await Fork(origin, "c", models);
        var done = await new TestSession(Yaml) { Journal = origin.Journal, Gateway = models, SessionId = session.SessionId }.Run("another");
        Assert.Equal((SessionStatus.Succeeded, 2), (done.Status, models.Ledger.Count));
        Assert.Empty(await origin.Journal.ExamineAll(None));
    }
}
