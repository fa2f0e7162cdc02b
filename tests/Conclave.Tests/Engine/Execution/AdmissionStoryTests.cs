using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Engine.Observation;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Engine.Execution;

/// <summary>Calls that are not let in at once.</summary>
public sealed class AdmissionStoryTests
{
    private static readonly AdmissionWait Resting = new(WaitReason.Breaker, "openai", "m1", null);

    private static string Yaml(string fallback) => $$"""
        name: story
        version: 1
        inputs: { description: { required: true } }
        agents:
          pm: { provider: openai, model: m1{{fallback}} }
          backend: { provider: anthropic, model: m2 }
        phases:
          a: { agent: pm, prompt: "say hello" }
          b: { needs: a, agent: backend, prompt: "and you" }
        """;

    [Fact]
    public async Task A_model_that_is_down_for_longer_than_a_call_may_wait_pauses_the_session_and_resume_goes_on()
    {
        var models = new FakeGateway(_ => "fine");
        var open = models.Door;
        models.Door = (request, terms, cancel) => request.Model == "m1" && terms.Patience == CallPolicy.MaxWait
            ? Task.FromResult<Admission>(new Admission.Held(Resting, TimeSpan.FromMinutes(4)))
            : open(request, terms, cancel);
        var session = new TestSession(Yaml("")) { Gateway = models };

        var paused = await session.CreateAndRun();

        Assert.Equal((SessionStatus.Paused, "CONC420", 0m, 0m), (paused.Status, paused.Reason?.Code, paused.SpentUsd, paused.ReservedUsd));
        Assert.Empty(models.Ledger);

        models.Door = open;
        Assert.Equal(SessionStatus.Succeeded, (await session.Run("second")).Status);
        Assert.Equal(2, models.Ledger.Count);
    }

    [Fact]
    public async Task With_another_agent_at_hand_nobody_waits_for_a_model_that_is_down_and_the_journal_says_so()
    {
        var models = new FakeGateway(_ => "fine");
        var open = models.Door;
        models.Door = (request, terms, cancel) => request.Model == "m1" && terms.Patience == TimeSpan.Zero
            ? Task.FromResult<Admission>(new Admission.Held(Resting, TimeSpan.FromSeconds(30)))
            : open(request, terms, cancel);
        var session = new TestSession(Yaml(", fallback: [backend]")) { Gateway = models };

        Assert.Equal(SessionStatus.Succeeded, (await session.CreateAndRun()).Status);

        Assert.Equal(["m2", "m2"], models.Ledger.Select(request => request.Model));
        var bodies = (await session.Entries()).Select(entry => entry.Body).ToList();
        var held = Assert.IsType<CallOutcome.NotSent>(bodies.OfType<EntryBody.AttemptEnded>().First().Outcome);
        Assert.Equal((30_000L, 0m), (held.HeldMs, bodies.OfType<EntryBody.AttemptEnded>().First().CostUsd));
        Assert.Equal([AttemptReason.First, AttemptReason.Fallback, AttemptReason.First], bodies.OfType<EntryBody.AttemptStarted>().Select(started => started.Why));
    }

    [Fact]
    public async Task A_wait_is_seen_while_it_lasts_and_is_no_entry()
    {
        var models = new FakeGateway(_ => "fine");
        var open = models.Door;
        models.Door = (request, terms, cancel) =>
        {
            terms.Told(Resting);
            terms.Told(null);
            return open(request, terms, cancel);
        };
        var session = new TestSession(Yaml("")) { Gateway = models };
        await session.Create();
        using var feed = session.Feed.Subscribe(session.SessionId);
        var last = await session.Run();
        feed.Complete();

        var waits = new List<FeedItem.Waiting>();
        await foreach (var item in feed.Items(CancellationToken.None))
        {
            waits.AddRange(item is FeedItem.Waiting waiting ? [waiting] : []);
        }

        Assert.Equal(["a", "a", "b", "b"], waits.Select(waiting => waiting.Phase.Value));
        Assert.Equal([Resting, null, Resting, null], waits.Select(waiting => waiting.Wait));
        Assert.Equal(
            """{"session_id":"20261122-test00","time":"2026-11-22T09:00:00+00:00","kind":"call-waiting","phase":"a","progress":100,"body":{"call":"a//1/ask","agent":"pm","wait":{"reason":"breaker","provider":"openai","model":"m1","text":"waits: openai (m1) failed several times in a row and is given a rest"}}}""",
            SessionEvent.Of(waits[0], last, new DateTimeOffset(2026, 11, 22, 9, 0, 0, TimeSpan.Zero)).ToJson());
    }

    [Fact]
    public async Task A_session_that_is_stopped_leaves_the_line()
    {
        using var stop = new CancellationTokenSource();
        var models = new FakeGateway(_ => "fine");
        models.Door = async (_, terms, cancel) =>
        {
            terms.Told(Resting);
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, cancel);
            throw new InvalidOperationException("It was let in.");
        };
        var session = new TestSession(Yaml("")) { Gateway = models };
        await session.Create();
        Assert.Equal(SessionStatus.Paused, (await session.Run(stop: stop.Token)).Status);
        Assert.DoesNotContain(await session.Entries(), entry => entry.Body is EntryBody.AttemptStarted);
    }

    [Fact]
    public async Task Waiting_to_be_let_in_takes_nothing_of_a_steps_time()
    {
        var clock = new FakeTimeProvider();
        var models = new FakeGateway(_ => "fine")
        {
            BeforeAnswer = (_, _) =>
            {
                clock.Advance(TimeSpan.FromMinutes(9));
                return Task.CompletedTask;
            },
        };
        var open = models.Door;
        models.Door = async (request, terms, cancel) =>
        {
            await Task.Yield();
            clock.Advance(TimeSpan.FromMinutes(9));
            return await open(request, terms, cancel);
        };

        Assert.Equal(SessionStatus.Succeeded, (await new TestSession(Yaml("")) { Gateway = models, Clock = clock }.CreateAndRun()).Status);
    }

    [Fact]
    public async Task The_waits_that_a_vendor_asks_for_take_nothing_of_a_steps_time()
    {
        var clock = new FakeTimeProvider();
        var models = new FakeGateway((_, count) => count < 4 ? new CallOutcome.RateLimited(240_000, "slow down") : FakeGateway.Answered("fine"));
        var running = new TestSession(Yaml("")) { Gateway = models, Clock = clock }.CreateAndRun();
        while (!running.IsCompleted)
        {
            clock.AdvanceToNextWait();
            await Task.WhenAny(running, Task.Delay(TimeSpan.FromMilliseconds(5)));
        }

        var state = await running;
        Assert.Equal((SessionStatus.Succeeded, 8), (state.Status, models.Ledger.Count));
    }

    [Fact]
    public async Task A_call_that_hangs_after_a_long_wait_still_ends_with_its_steps_time()
    {
        var clock = new FakeTimeProvider();
        var models = new FakeGateway(_ => "fine")
        {
            BeforeAnswer = async (_, cancel) =>
            {
                clock.Advance(TimeSpan.FromMinutes(10));
                await Task.Delay(Timeout.Infinite, cancel);
            },
        };
        var open = models.Door;
        models.Door = async (request, terms, cancel) =>
        {
            await Task.Yield();
            clock.Advance(TimeSpan.FromHours(1));
            return await open(request, terms, cancel);
        };

        var state = await new TestSession(Yaml("")) { Gateway = models, Clock = clock }.CreateAndRun();

        Assert.Equal((SessionStatus.Failed, "CONC034", "step took longer than 10m"), (state.Status, state.Reason?.Code, state.Reason?.Text));
        Assert.IsType<CallOutcome.InDoubt>(state.Calls.Values.Single().Attempts.Single().Outcome);
    }
}
