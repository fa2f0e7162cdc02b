using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Engine.Execution;

/// <summary>Wishes that reach a session while it runs, and while no process runs it.</summary>
public sealed class SignalStoryTests
{
    private static readonly string Chain = TestSession.Yaml("""
          a: { agent: pm, prompt: "go on" }
          b: { agent: pm, prompt: "and on", needs: a }
        """);

    private static (FakeGateway Gateway, Task Started, TaskCompletionSource Go) Held()
    {
        var (started, go) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var gateway = new FakeGateway(_ => "fine")
        {
            BeforeAnswer = async (_, cancel) =>
            {
                started.TrySetResult();
                await go.Task.WaitAsync(cancel);
            },
        };
        return (gateway, started.Task, go);
    }

    [Fact]
    public async Task Cancelling_lets_the_calls_in_flight_end_starts_nothing_more_and_delivers()
    {
        var (gateway, started, go) = Held();
        var delivery = new NoDelivery();
        var session = new TestSession(Chain) { Gateway = gateway, Delivery = delivery };
        await session.Create();
        var run = session.Run();
        await started;
        await session.Send(new SignalBody.Cancel("enough"));
        await session.Until(body => body is EntryBody.SignalReceived);
        go.SetResult();
        var cancelled = await run;
        Assert.Equal((SessionStatus.Cancelled, "enough", 1, 1), (cancelled.Status, cancelled.Reason?.Text, gateway.Ledger.Count, delivery.Deliveries));
        Assert.IsType<CallOutcome.Answered>(cancelled.Calls.Values.Single().Attempts.Single().Outcome);
    }

    [Fact]
    public async Task Cancelling_now_aborts_the_calls_in_flight_which_are_then_in_doubt_and_still_delivers()
    {
        var (gateway, started, _) = Held();
        var delivery = new NoDelivery();
        var session = new TestSession(Chain) { Gateway = gateway, Delivery = delivery };
        await session.Create();
        var run = session.Run();
        await started;
        await session.Send(new SignalBody.Cancel("gently"));
        await session.Until(body => body is EntryBody.SignalReceived);
        Assert.False(run.IsCompleted);
        await session.Send(new SignalBody.Cancel("at once") { Now = true }, "s2");
        var cancelled = await run;
        Assert.Equal((SessionStatus.Cancelled, 1), (cancelled.Status, delivery.Deliveries));
        Assert.IsType<CallOutcome.InDoubt>(cancelled.Calls.Values.Single().Attempts.Single().Outcome);
        Assert.True(cancelled.InDoubtUsd > 0);
    }

    [Fact]
    public async Task A_pause_after_a_cancellation_does_not_take_it_back()
    {
        var (gateway, started, go) = Held();
        var session = new TestSession(Chain) { Gateway = gateway };
        await session.Create();
        var run = session.Run();
        await started;
        await session.Send(new SignalBody.Cancel("enough"), "s1");
        await session.Send(new SignalBody.Pause("wait"), "s2");
        await session.Until(body => body is EntryBody.SignalReceived { SignalId: "s2" });
        go.SetResult();
        Assert.Equal(SessionStatus.Cancelled, (await run).Status);
    }

    [Fact]
    public async Task Cancelling_a_session_that_no_process_runs_asks_nothing_more()
    {
        var gateway = new FakeGateway(_ => "fine");
        var delivery = new NoDelivery();
        var session = new TestSession(Chain) { Gateway = gateway, Delivery = delivery };
        await session.Create();
        await session.Send(new SignalBody.Cancel("never mind"));
        var cancelled = await session.Run();
        Assert.Equal((SessionStatus.Cancelled, 0, 1), (cancelled.Status, gateway.Ledger.Count, delivery.Deliveries));
        Assert.All(cancelled.Created.Phases, id => Assert.Equal(PhaseStatus.Cancelled, cancelled.Phase(id).Status));
    }

    [Fact]
    public async Task Cancelling_a_session_that_waits_ends_it_and_its_gate_takes_no_answer_any_more()
    {
        var session = new TestSession(TestSession.Yaml("""  ok: { uses: approval, with: { question: "Go?" } }""")) { Gateway = new FakeGateway(_ => ""), Unattended = false };
        Assert.Equal(SessionStatus.Waiting, (await session.CreateAndRun()).Status);
        await session.Send(new SignalBody.Cancel("never mind"));
        var cancelled = await session.Run("second");
        Assert.Equal((SessionStatus.Cancelled, 0), (cancelled.Status, cancelled.OpenGates.Length));
        Assert.IsType<GateChoice.Refused>(GateChoice.Of(cancelled, null, "approve"));
    }

    [Fact]
    public async Task A_session_that_waits_can_be_paused_and_its_question_stands_when_it_is_resumed()
    {
        var session = new TestSession(TestSession.Yaml("""  ok: { uses: approval, with: { question: "Go?" } }""")) { Gateway = new FakeGateway(_ => ""), Unattended = false };
        await session.Create();
        var run = session.Run(waiting: WhenWaiting.Stay);
        await session.Until(body => body is EntryBody.ApprovalAsked);
        await session.Send(new SignalBody.Pause("lunch"));
        Assert.Equal((SessionStatus.Paused, "lunch"), ((await run).Status, (await session.Summary()).Reason));
        Assert.Equal(SessionStatus.Waiting, (await session.Run("second")).Status);
        Assert.Single(await session.Entries(), entry => entry.Body is EntryBody.ApprovalAsked);
    }

    [Fact]
    public async Task Resuming_takes_back_a_pause_that_nobody_had_carried_out()
    {
        var session = new TestSession(Chain) { Gateway = new FakeGateway(_ => "fine") };
        await session.Create();
        await session.Send(new SignalBody.Pause("stale"));
        Assert.Equal(SessionStatus.Paused, (await session.Run()).Status);
        await session.Send(new SignalBody.Pause("stale too"), "s2");
        Assert.Equal(SessionStatus.Succeeded, (await session.Run("second")).Status);
    }

    [Fact]
    public async Task A_signal_delivered_twice_is_folded_once_also_by_the_next_owner()
    {
        var session = new TestSession(TestSession.Yaml("""
              one: { uses: approval, with: { question: "Go?" } }
              two: { needs: one, uses: approval, with: { question: "And now?" } }
            """)) { Gateway = new FakeGateway(_ => ""), Unattended = false };
        await session.CreateAndRun();
        await session.Send(new SignalBody.Approve(null, "approve", null), "same");
        await session.Send(new SignalBody.Approve(null, "approve", null), "same");
        Assert.Equal((SessionStatus.Waiting, "two"), (await session.Run("second")) is var next ? (next.Status, next.OpenGates.Single().Name) : default);
        Assert.Equal((SessionStatus.Waiting, "two"), (await session.Run("third")) is var still ? (still.Status, still.OpenGates.Single().Name) : default);
        Assert.Single(await session.Entries(), entry => entry.Body is EntryBody.SignalReceived);
    }

    [Fact]
    public async Task An_answer_to_a_gate_that_was_settled_in_the_meantime_is_told_and_changes_nothing()
    {
        var session = new TestSession(TestSession.Yaml("""
              one: { uses: approval, with: { question: "Go?" } }
              two: { needs: one, uses: approval, with: { question: "And now?" } }
            """)) { Gateway = new FakeGateway(_ => ""), Unattended = false };
        var gate = (await session.CreateAndRun()).OpenGates[0].Key.Value;
        await session.Send(new SignalBody.Approve(gate, "approve", null), "first");
        await session.Send(new SignalBody.Approve(gate, "reject", null), "second");
        var state = await session.Run("second");
        Assert.Equal((SessionStatus.Waiting, "two"), (state.Status, state.OpenGates.Single().Name));
        var alert = Assert.Single((await session.Entries()).Select(entry => entry.Body).OfType<EntryBody.AlertRaised>());
        Assert.Equal(("CONC051", true), (alert.Code, alert.Message.StartsWith("an answer came too late", StringComparison.Ordinal)));
    }
}
