using System.Collections.Concurrent;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Engine.Execution;

/// <summary>How sessions go when something is not as it should be.</summary>
public sealed class SessionStoryTests
{
    private static string Yaml(string phases) => $$"""
        name: story
        version: 1
        inputs: { description: { required: true } }
        agents:
          pm: { provider: openai, model: m1 }
          backend: { provider: anthropic, model: m2 }
        phases:
        {{phases}}
        """;

    private static string Statuses(SessionState state) =>
        string.Join(' ', state.Created.Phases.Select(id => $"{id}:{state.Phase(id).Status}"));

    private static CallOutcome Rejected(RejectionKind kind) => new CallOutcome.Rejected(kind, 401, "no");

    [Fact]
    public async Task A_bad_key_pauses_the_session_and_resume_goes_on_where_it_was()
    {
        var valid = false;
        var gateway = new FakeGateway((request, _) => request.Provider == "anthropic" && !valid ? Rejected(RejectionKind.BadKey) : FakeGateway.Answered("fine"));
        var session = new TestSession(Yaml("""
              a: { agent: pm, prompt: "go on" }
              b: { agent: backend, prompt: "go on", needs: a }
            """)) { Gateway = gateway };

        var paused = await session.CreateAndRun();
        Assert.Equal((SessionStatus.Paused, "CONC301"), (paused.Status, paused.Reason?.Code));
        Assert.Equal(2, gateway.Ledger.Count);

        valid = true;
        var done = await session.Run("second");
        Assert.Equal(SessionStatus.Succeeded, done.Status);
        Assert.Equal(3, gateway.Ledger.Count);
    }

    [Fact]
    public async Task A_phase_whose_condition_is_false_is_skipped_and_satisfies_needs()
    {
        var state = await new TestSession(Yaml("""
              a: { agent: pm, prompt: "go on" }
              b: { agent: pm, prompt: "go on", needs: a, if: "phases.a.output == 'no'" }
              c: { agent: pm, prompt: "after ${{ phases.b.status }}", needs: b }
            """)) { Gateway = new FakeGateway(_ => "yes") }.CreateAndRun();
        Assert.Equal((SessionStatus.Succeeded, "a:Succeeded b:Skipped c:Succeeded"), (state.Status, Statuses(state)));
    }

    [Fact]
    public async Task A_failed_phase_blocks_what_needs_it_but_not_what_always_runs_and_fails_the_session()
    {
        var state = await new TestSession(Yaml("""
              a: { agent: pm, prompt: "go on" }
              b: { agent: backend, prompt: "go on", needs: a }
              c: { agent: backend, prompt: "go on", needs: b }
              tidy: { agent: backend, prompt: "go on", needs: c, if: "always()" }
              alone: { agent: backend, prompt: "go on" }
            """)) { Gateway = new FakeGateway((request, _) => request.Provider == "openai" ? new CallOutcome.Refused("policy", null) : FakeGateway.Answered("fine")) }.CreateAndRun();
        Assert.Equal("a:Failed b:Blocked c:Blocked tidy:Succeeded alone:Succeeded", Statuses(state));
        Assert.Equal((SessionStatus.Failed, "CONC322"), (state.Status, state.Reason?.Code));
    }

    [Fact]
    public async Task A_failure_that_is_tolerated_lets_the_session_succeed_with_a_null_output()
    {
        var state = await new TestSession(Yaml("""
              a: { agent: pm, prompt: "go on", on_error: continue }
              b: { agent: backend, prompt: "got ${{ toJSON(phases.a.output) }}", needs: a }
            """)) { Gateway = new FakeGateway((request, _) => request.Provider == "openai" ? new CallOutcome.Refused("policy", null) : FakeGateway.Answered(request.Messages[0].Text)) }.CreateAndRun();
        Assert.Equal((SessionStatus.Succeeded, "a:Tolerated b:Succeeded"), (state.Status, Statuses(state)));
        Assert.Equal("\"got null\"", TestSession.Output(state, "b"));
    }

    [Fact]
    public async Task An_empty_answer_is_never_a_success()
    {
        var state = await new TestSession(Yaml("""  a: { agent: pm, prompt: "go on" }""")) { Gateway = new FakeGateway(_ => "  \n") }.CreateAndRun();
        Assert.Equal((SessionStatus.Failed, "CONC323"), (state.Status, state.Reason?.Code));
    }

    [Fact]
    public async Task A_matrix_runs_no_more_steps_at_a_time_than_it_may_and_gives_its_outputs_in_order()
    {
        var running = 0;
        var most = new ConcurrentBag<int>();
        var gateway = new FakeGateway(request => request.Messages[0].Text)
        {
            BeforeAnswer = async (_, _) =>
            {
                most.Add(Interlocked.Increment(ref running));
                await Task.Yield();
                Interlocked.Decrement(ref running);
            },
        };
        var state = await new TestSession(Yaml("""
              a: { agent: pm, prompt: "do ${{ matrix.part }}", matrix: { part: [x, y, z, w] }, max_parallel: 2 }
              b: { agent: pm, prompt: "all ${{ join(phases.a.output, '; ') }}", needs: a }
            """)) { Gateway = gateway }.CreateAndRun();
        Assert.Equal("\"all do x; do y; do z; do w\"", TestSession.Output(state, "b"));
        Assert.True(most.Max() <= 2);
    }

    [Fact]
    public async Task The_first_failed_step_of_a_matrix_keeps_the_others_from_starting_unless_told_otherwise()
    {
        async Task<int> Calls(string failFast)
        {
            var gateway = new FakeGateway((request, _) => request.Messages[0].Text == "do x" ? new CallOutcome.Refused("policy", null) : FakeGateway.Answered("fine"));
            var state = await new TestSession(Yaml($$$"""  a: { agent: pm, prompt: "do ${{ matrix.part }}", matrix: { part: [x, y, z] }, max_parallel: 1, fail_fast: {{{failFast}}} }""")) { Gateway = gateway }.CreateAndRun();
            Assert.Equal(SessionStatus.Failed, state.Status);
            return gateway.Ledger.Count;
        }

        Assert.Equal(1, await Calls("true"));
        Assert.Equal(3, await Calls("false"));
    }

    [Fact]
    public async Task Stopping_lets_the_call_in_flight_end_and_loses_nothing()
    {
        using var stop = new CancellationTokenSource();
        var gateway = new FakeGateway(_ => "fine") { BeforeAnswer = (_, _) => stop.CancelAsync() };
        var session = new TestSession(Yaml("""
              a: { agent: pm, prompt: "go on" }
              b: { agent: pm, prompt: "and on", needs: a }
            """)) { Gateway = gateway };
        await session.Create();

        var paused = await session.Run(stop: stop.Token);
        Assert.Equal((SessionStatus.Paused, "stopped by the user"), (paused.Status, paused.Reason?.Text));
        Assert.All(paused.Calls.Values.SelectMany(call => call.Attempts), attempt => Assert.IsType<CallOutcome.Answered>(attempt.Outcome));

        gateway.BeforeAnswer = (_, _) => Task.CompletedTask;
        Assert.Equal(SessionStatus.Succeeded, (await session.Run("second")).Status);
        Assert.Equal(2, gateway.Ledger.Count);
    }

    [Fact]
    public async Task Stopping_at_once_leaves_the_call_in_doubt_with_its_worst_case_counted_and_resume_asks_once_more()
    {
        using var now = new CancellationTokenSource();
        var gateway = new FakeGateway(_ => "fine") { BeforeAnswer = async (_, cancel) => { await now.CancelAsync(); cancel.ThrowIfCancellationRequested(); } };
        var session = new TestSession(Yaml("""  a: { agent: pm, prompt: "go on" }""")) { Gateway = gateway };
        await session.Create();

        var paused = await session.Run(now: now.Token);
        var attempt = Assert.Single(paused.Calls.Values.Single().Attempts);
        Assert.IsType<CallOutcome.InDoubt>(attempt.Outcome);
        Assert.Equal((attempt.Intent.ReservedUsd, attempt.Intent.ReservedUsd, 0m), (paused.SpentUsd, paused.InDoubtUsd, paused.ReservedUsd));

        gateway.BeforeAnswer = (_, _) => Task.CompletedTask;
        var done = await session.Run("second");
        Assert.Equal((SessionStatus.Succeeded, 2), (done.Status, gateway.Ledger.Count));
        Assert.Equal(attempt.Intent.ReservedUsd, done.InDoubtUsd);
    }

    [Theory]
    [InlineData("hold", SessionStatus.Paused, SessionStatus.Succeeded)]
    [InlineData("fail", SessionStatus.Failed, SessionStatus.Failed)]
    public async Task A_call_in_flight_when_the_process_died_does_what_on_in_doubt_says(string policy, SessionStatus first, SessionStatus second)
    {
        var journal = new InMemoryJournal { OnAppend = (when, entries) => Kill(when == "before" && entries.Any(entry => entry.Body is EntryBody.AttemptEnded)) };
        var gateway = new FakeGateway(_ => "fine");
        var session = new TestSession(Yaml($$"""  a: { agent: pm, prompt: "go on", on_in_doubt: {{policy}} }""")) { Gateway = gateway, Journal = journal };
        await session.Create();
        await Assert.ThrowsAsync<JournalUnavailableException>(() => session.Run());
        journal.OnAppend = (_, _) => { };

        var state = await session.Run("second");
        Assert.Equal((first, "CONC309", 1), (state.Status, state.Reason?.Code, gateway.Ledger.Count));
        Assert.Equal(second, (await session.Run("third")).Status);
    }

    [Fact]
    public async Task A_wish_to_pause_or_to_cancel_is_durable_and_carried_out_by_the_owner()
    {
        var started = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        var gateway = new FakeGateway(_ => "fine")
        {
            BeforeAnswer = async (_, _) =>
            {
                started.TrySetResult();
                await go.Task;
            },
        };
        var delivery = new NoDelivery();
        var session = new TestSession(Yaml("""
              a: { agent: pm, prompt: "go on" }
              b: { agent: pm, prompt: "and on", needs: a }
            """)) { Gateway = gateway, Delivery = delivery };
        await session.Create();
        var run = session.Run();
        await started.Task;
        await session.Journal.Send(TestSession.Id, new Signal("s1", DateTimeOffset.UnixEpoch, new SignalBody.Pause("lunch")), CancellationToken.None);
        await Until(session, body => body is EntryBody.SignalReceived);
        go.SetResult();
        var paused = await run;
        Assert.Equal((SessionStatus.Paused, "lunch", 1), (paused.Status, paused.Reason?.Text, gateway.Ledger.Count));

        await session.Journal.Send(TestSession.Id, new Signal("s2", DateTimeOffset.UnixEpoch, new SignalBody.Cancel("enough")), CancellationToken.None);
        var cancelled = await session.Run("second");
        Assert.Equal((SessionStatus.Cancelled, 1, 1), (cancelled.Status, delivery.Deliveries, gateway.Ledger.Count));
        Assert.Equal(SessionStatus.Cancelled, (await session.Run("third")).Status);
    }

    [Fact]
    public async Task An_owner_that_was_taken_over_stops_without_writing()
    {
        var session = new TestSession(Yaml("""
              a: { agent: pm, prompt: "go on" }
              b: { agent: pm, prompt: "and on", needs: a }
            """)) { Gateway = new FakeGateway(_ => "fine") };
        await session.Create();
        var taken = false;
        ((InMemoryJournal)session.Journal).OnAppend = (when, entries) =>
        {
            if (!taken && when == "before" && entries.Any(entry => entry.Body is EntryBody.AttemptEnded))
            {
                taken = true;
                _ = session.Journal.Acquire(TestSession.Id, "thief", CancellationToken.None);
            }
        };
        await Assert.ThrowsAsync<OwnershipLostException>(() => session.Run());
        var before = (await session.Entries()).Count;
        Assert.Equal(SessionStatus.Succeeded, (await session.Run("third")).Status);
        Assert.True((await session.Entries()).Count > before);
    }

    [Fact]
    public async Task A_bug_in_a_step_fails_that_step_and_names_it()
    {
        var state = await new TestSession(Yaml("""  a: { uses: broken }""")) { Gateway = new FakeGateway(_ => ""), MoreSteps = [new BrokenStep()] }.CreateAndRun();
        Assert.Equal((SessionStatus.Failed, "CONC500", "a bug in step `broken`: DivideByZeroException: oops"), (state.Status, state.Reason?.Code, state.Reason?.Text));
    }

    [Fact]
    public async Task A_step_that_takes_too_long_fails_and_its_call_is_in_doubt()
    {
        var clock = new FakeTimeProvider();
        var gateway = new FakeGateway(_ => "fine")
        {
            BeforeAnswer = async (_, cancel) =>
            {
                clock.Advance(TimeSpan.FromMinutes(3));
                await Task.Delay(Timeout.Infinite, cancel);
            },
        };
        var state = await new TestSession(Yaml("""  a: { agent: pm, prompt: "go on", timeout: 2m }""")) { Gateway = gateway, Clock = clock }.CreateAndRun();
        Assert.Equal((SessionStatus.Failed, "CONC034", "step took longer than 2m"), (state.Status, state.Reason?.Code, state.Reason?.Text));
        Assert.IsType<CallOutcome.InDoubt>(state.Calls.Values.Single().Attempts.Single().Outcome);
    }

    [Fact]
    public async Task A_failure_that_another_try_can_mend_is_tried_again_after_a_wait()
    {
        var step = new FlakyStep(failures: 2);
        var session = new TestSession(Yaml("""  a: { uses: flaky, retry: { attempts: 3 } }""")) { Gateway = new FakeGateway(_ => ""), MoreSteps = [step] };
        var state = await session.CreateAndRun();
        Assert.Equal((SessionStatus.Succeeded, "3"), (state.Status, TestSession.Output(state, "a")));
        Assert.Equal(2, (await session.Entries()).Count(entry => entry.Body is EntryBody.StepFailed { RetryAt: not null }));
    }

    [Fact]
    public async Task A_condition_that_can_not_be_evaluated_fails_its_phase_in_the_open()
    {
        var state = await new TestSession(Yaml("""
              a: { agent: pm, prompt: "go on" }
              b: { agent: pm, prompt: "go on", needs: a, if: "fromJSON(toJSON(phases.a.output)) > 3" }
            """)) { Gateway = new FakeGateway(_ => "text") }.CreateAndRun();
        Assert.Equal((SessionStatus.Failed, "CONC030"), (state.Status, state.Reason?.Code));
        Assert.Contains("`>` can't compare a text with a number", state.Reason!.Text, StringComparison.Ordinal);
    }

    private static async Task Until(TestSession session, Func<EntryBody, bool> seen)
    {
        await foreach (var entry in session.Journal.Follow(TestSession.Id, 0, CancellationToken.None))
        {
            if (seen(entry.Body))
            {
                return;
            }
        }
    }

    private static void Kill(bool now)
    {
        if (now)
        {
            throw new ProcessKilledException();
        }
    }

    private sealed class ProcessKilledException : Exception;

    private sealed class BrokenStep : IStep
    {
        public Conclave.Engine.Planning.StepKind Kind { get; } = new("broken");

        public Task<StepResult> Run(StepContext context, CancellationToken cancel) => throw new DivideByZeroException("oops");
    }

    private sealed class FlakyStep(int failures) : IStep
    {
        public Conclave.Engine.Planning.StepKind Kind { get; } = new("flaky");

        public Task<StepResult> Run(StepContext context, CancellationToken cancel) => Task.FromResult<StepResult>(context.Iteration <= failures
            ? new StepResult.Failed("CONC999", "not yet", Retryable: true)
            : new StepResult.Succeeded(context.Iteration));
    }
}
