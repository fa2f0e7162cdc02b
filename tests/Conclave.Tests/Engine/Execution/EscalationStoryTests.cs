using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Engine.Execution;

/// <summary>Phases that fail, and what `on_error` makes of it.</summary>
public sealed class EscalationStoryTests
{
    private static readonly string Escalates = TestSession.Yaml("""
          work: { agent: pm, prompt: "do it", on_error: escalate }
          after: { needs: work, agent: backend, prompt: "got ${{ toJSON(phases.work.output) }}" }
        """);

    private static FakeGateway Refusing(Func<int, bool> refuses)
    {
        var calls = 0;
        return new((request, _) => request.Provider == "openai" && refuses(++calls) ? new CallOutcome.Refused("policy", null) : FakeGateway.Answered(request.Messages[0].Text));
    }

    private static async Task<(TestSession Session, SessionState Waiting)> Escalated(FakeGateway gateway)
    {
        var session = new TestSession(Escalates) { Gateway = gateway, Unattended = false };
        return (session, await session.CreateAndRun());
    }

    [Fact]
    public async Task A_failed_phase_asks_whether_to_try_again_and_trying_again_is_a_new_try_of_its_steps()
    {
        var (session, waiting) = await Escalated(Refusing(call => call == 1));
        var gate = Assert.Single(waiting.OpenGates);
        Assert.Equal((SessionStatus.Waiting, "work", "retry continue fail"), (waiting.Status, gate.Name, string.Join(' ', gate.Asked.Options)));
        Assert.StartsWith("phase `work` failed: CONC322 ", gate.Asked.Question.Text, StringComparison.Ordinal);
        Assert.Equal(SessionStatus.Waiting, (await session.Summary()).Status);

        await session.Send(new SignalBody.Approve(null, "retry", null));
        var done = await session.Run("second");
        Assert.Equal((SessionStatus.Succeeded, 2), (done.Status, done.Phase(new("work")).Steps[0].Iteration));
        Assert.Equal("got \"do it\"", SessionContexts.Output(done, new("after"))!.GetValue<string>());
    }

    [Fact]
    public async Task A_phase_that_fails_again_asks_again()
    {
        var (session, waiting) = await Escalated(Refusing(_ => true));
        await session.Send(new SignalBody.Approve("work", "retry", null));
        var again = await session.Run("second");
        Assert.Equal(SessionStatus.Waiting, again.Status);
        Assert.NotEqual(waiting.OpenGates[0].Key, Assert.Single(again.OpenGates).Key);
    }

    [Fact]
    public async Task Going_on_without_the_phase_tolerates_its_failure_in_the_open()
    {
        var (session, _) = await Escalated(Refusing(_ => true));
        await session.Send(new SignalBody.Approve("work", "continue", null));
        var done = await session.Run("second");
        Assert.Equal((SessionStatus.Succeeded, PhaseStatus.Tolerated, "\"got null\""), (done.Status, done.Phase(new("work")).Status, TestSession.Output(done, "after")));
        Assert.Equal(["phase `work` failed, and the user went on without it"], done.Notes(new("work")));
    }

    [Fact]
    public async Task Failing_it_fails_the_session_with_the_phases_own_reason()
    {
        var (session, _) = await Escalated(Refusing(_ => true));
        await session.Send(new SignalBody.Approve("work", "fail", null));
        var failed = await session.Run("second");
        Assert.Equal((SessionStatus.Failed, "CONC322", PhaseStatus.Blocked), (failed.Status, failed.Reason?.Code, failed.Phase(new("after")).Status));
    }

    [Fact]
    public async Task Unattended_the_failure_stands_and_a_note_says_why_nobody_was_asked()
    {
        var failed = await new TestSession(Escalates) { Gateway = Refusing(_ => true) }.CreateAndRun();
        Assert.Equal((SessionStatus.Failed, "CONC322"), (failed.Status, failed.Reason?.Code));
        Assert.Equal(["phase `work` failed, and nobody was there to say what to do, so the failure stands"], failed.Notes(new("work")));
        Assert.Empty(failed.Gates);
    }

    [Fact]
    public async Task Trying_again_starts_the_failed_step_of_a_matrix_and_those_it_kept_from_starting_but_not_those_that_succeeded()
    {
        var gateway = new FakeGateway((request, count) => request.Messages[0].Text == "do y" && count == 1 ? new CallOutcome.Refused("policy", null) : FakeGateway.Answered("fine"));
        var session = new TestSession(TestSession.Yaml("""  a: { agent: pm, prompt: "do ${{ matrix.part }}", matrix: { part: [x, y, z] }, max_parallel: 1, on_error: escalate }""")) { Gateway = gateway, Unattended = false };
        Assert.Equal(SessionStatus.Waiting, (await session.CreateAndRun()).Status);
        await session.Send(new SignalBody.Approve("a", "retry", null));
        Assert.Equal(SessionStatus.Succeeded, (await session.Run("second")).Status);
        Assert.Equal(["do x", "do y", "do y", "do z"], gateway.Ledger.Select(request => request.Messages[0].Text));
    }

    [Fact]
    public async Task The_default_of_a_failed_phase_is_the_output_that_later_phases_read_also_after_a_restart()
    {
        var journal = new InMemoryJournal();
        var text = new string('x', 5000);
        var session = new TestSession(TestSession.Yaml($$$"""
              work: { agent: pm, prompt: "do it", on_error: { default: "{{{text}}}" } }
              after: { needs: work, agent: backend, prompt: "size ${{ length(phases.work.output) }} ${{ phases.work.status }}" }
            """)) { Gateway = Refusing(_ => true), Journal = journal };
        await session.Create();
        journal.OnAppend = (when, entries) =>
        {
            if (when == "after" && entries.Any(entry => entry.Body is EntryBody.PhaseFailed))
            {
                throw new ProcessKilledException();
            }
        };
        await Assert.ThrowsAsync<JournalUnavailableException>(() => session.Run());
        journal.OnAppend = (_, _) => { };
        var done = await session.Run("second");
        Assert.Equal((SessionStatus.Succeeded, "\"size 5000 tolerated\""), (done.Status, TestSession.Output(done, "after")));
    }

    private sealed class ProcessKilledException : Exception;
}
