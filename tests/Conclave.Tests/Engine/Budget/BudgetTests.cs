using Conclave.Engine.Budget;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;
using Conclave.Tests.Fakes;
using FsCheck;
using FsCheck.Fluent;

namespace Conclave.Tests.Engine.Budget;

public sealed class BudgetTests
{
    private const string Wide = """
        name: wide
        version: 1
        agents: { pm: { provider: openai, model: m } }
        phases:
          ask: { agent: pm, prompt: "number ${{ matrix.n }}", max_output_tokens: 100, matrix: { n: [1, 2, 3, 4, 5, 6, 7, 8] } }
        """;

    private static readonly ModelPrice Price = new(1m, 0.1m, 10m, 2m, new LongContextPrice(1000, new ModelPrice(2m, 0.2m, 20m)));

    [Fact]
    public void Cached_written_and_plain_input_have_their_own_prices() =>
        Assert.Equal(((100 * 1m) + (50 * 0.1m) + (20 * 2m) + (30 * 10m)) / 1_000_000m, Price.Cost(new Usage(170, 50, 20, 30, 10)));

    [Fact]
    public void A_long_input_makes_the_whole_request_dearer() =>
        Assert.Equal(((1001 * 2m) + (10 * 20m)) / 1_000_000m, Price.Cost(new Usage(1001, 0, 0, 10, 0)));

    [Fact]
    public void The_worst_case_is_never_less_than_what_the_same_tokens_cost() => Prop.ForAll<uint[]>(numbers =>
    {
        var at = 0;
        long Next(uint below) => at < numbers.Length ? numbers[at++] % below : 0;
        var usage = new Usage(Next(5000), Next(1000), Next(1000), Next(5000), 0);
        return !usage.IsPlausible || Price.Cost(usage) <= Price.WorstCase(usage.InputTokens, usage.OutputTokens);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(-1, 0, 0, 5)]
    [InlineData(5, 6, 0, 5)]
    [InlineData(5, 0, 0, -5)]
    [InlineData(5_000_000_000, 0, 0, 5)]
    public void Numbers_that_can_not_be_true_count_as_the_worst_case(long input, long cached, long written, long output)
    {
        var outcome = new CallOutcome.Answered(StoredText.From("x"), new Usage(input, cached, written, output, 0), null);
        Assert.Equal(7m, BudgetPolicy.Settle(Price, outcome, 7m));
    }

    [Fact]
    public async Task Parallel_calls_never_reserve_more_than_the_budget_and_wait_for_each_other()
    {
        var gateway = new FakeGateway(_ => "fine") { Price = new ModelPrice(0m, 0m, 1000m) };
        // Each call may cost $0.10 and costs $0.01: only two fit at a time, all eight fit in the end.
        var session = new TestSession(Wide) { Gateway = gateway, BudgetUsd = 0.25m };
        await session.Create();
        using var feed = session.Feed.Subscribe(TestSession.Id);
        var state = await session.Run();
        feed.Complete();
        Assert.Equal((SessionStatus.Succeeded, 0.08m), (state.Status, state.SpentUsd));
        await foreach (var item in feed.Items(CancellationToken.None))
        {
            if (item is Conclave.Engine.Observation.FeedItem.Entry entry)
            {
                Assert.True(entry.State.SpentUsd + entry.State.ReservedUsd <= 0.25m);
            }
        }
    }

    [Fact]
    public async Task A_call_that_does_not_fit_pauses_the_session_and_a_larger_budget_lets_it_go_on()
    {
        var gateway = new FakeGateway(_ => "fine") { Price = new ModelPrice(0m, 0m, 1000m) };
        var session = new TestSession(Wide) { Gateway = gateway, BudgetUsd = 0.12m };
        var paused = await session.CreateAndRun();
        Assert.Equal((SessionStatus.Paused, "CONC401"), (paused.Status, paused.Reason?.Code));
        Assert.InRange(paused.SpentUsd, 0.01m, 0.12m);
        var calls = gateway.Ledger.Count;
        var done = await session.Run("second", budget: 1m);
        Assert.Equal((SessionStatus.Succeeded, 8), (done.Status, gateway.Ledger.Count));
        Assert.True(calls < 8);
    }

    [Fact]
    public async Task With_stop_a_call_that_does_not_fit_fails_the_session()
    {
        var session = new TestSession(Wide) { Gateway = new FakeGateway(_ => "fine"), BudgetUsd = 0.01m, OnExceed = BudgetAction.Stop };
        var state = await session.CreateAndRun();
        Assert.Equal((SessionStatus.Failed, "CONC401"), (state.Status, state.Reason?.Code));
    }

    private static string Narrow(string budget) => $$$"""
        name: narrow
        version: 1
        agents: { pm: { provider: openai, model: m } }
        phases:
          cheap: { agent: pm, prompt: "go on", max_output_tokens: 100 }
          dear: { agent: pm, prompt: "number ${{ matrix.n }}", max_output_tokens: 100, matrix: { n: [1, 2, 3, 4] }, max_parallel: 1, budget: {{{budget}}} }
        """;

    [Fact]
    public async Task A_phase_stays_within_its_own_budget_says_which_one_it_was_and_each_resume_allows_it_once_more()
    {
        var gateway = new FakeGateway(_ => "fine") { Price = new ModelPrice(0m, 0m, 1000m) };
        // Each call may cost $0.10 and costs $0.01.
        var session = new TestSession(Narrow("0.11")) { Gateway = gateway };
        var paused = await session.CreateAndRun();
        Assert.Equal(SessionStatus.Paused, paused.Status);
        Assert.Equal(
            new StatusReason("the next call may cost $0.10, and only $0.09 of phase `dear`'s budget of $0.11 is left", "CONC403", "each resume allows phase `dear` another $0.11", new PhaseId("dear")),
            paused.Reason);
        Assert.Equal(3, gateway.Ledger.Count);

        var done = await session.Run("second");
        Assert.Equal((SessionStatus.Succeeded, 5, 0.05m), (done.Status, gateway.Ledger.Count, done.SpentUsd));
    }

    [Fact]
    public async Task A_process_that_died_is_no_consent_to_spend_more()
    {
        var gateway = new FakeGateway(_ => "fine") { Price = new ModelPrice(0m, 0m, 1000m) };
        var journal = new InMemoryJournal();
        var session = new TestSession(Narrow("0.11")) { Gateway = gateway, Journal = journal };
        await session.Create();
        journal.OnAppend = (when, entries) =>
        {
            if (when == "before" && entries.Any(entry => entry.Body is EntryBody.SessionPaused))
            {
                throw new IOException("killed");
            }
        };
        await Assert.ThrowsAsync<JournalUnavailableException>(() => session.Run());
        journal.OnAppend = (_, _) => { };
        Assert.Equal((SessionStatus.Paused, "CONC403"), ((await session.Run("second")).Status, "CONC403"));
        Assert.Equal(3, gateway.Ledger.Count);
    }

    [Fact]
    public async Task A_phase_whose_budget_stops_fails_and_the_workflow_may_go_on_without_it()
    {
        var gateway = new FakeGateway(_ => "fine") { Price = new ModelPrice(0m, 0m, 1000m) };
        var failed = await new TestSession(Narrow("{ usd: 0.11, on_exceed: stop }")) { Gateway = gateway }.CreateAndRun();
        Assert.Equal((SessionStatus.Failed, "CONC403", "dear"), (failed.Status, failed.Reason?.Code, failed.Reason?.Phase?.Value));
        var tolerated = await new TestSession(Narrow("{ usd: 0.11, on_exceed: stop }, on_error: continue")) { Gateway = gateway }.CreateAndRun();
        Assert.Equal((SessionStatus.Succeeded, PhaseStatus.Tolerated), (tolerated.Status, tolerated.Phase(new PhaseId("dear")).Status));
    }

    [Fact]
    public async Task Of_two_budgets_the_one_that_is_hit_is_named()
    {
        var session = new TestSession(Narrow("5")) { Gateway = new FakeGateway(_ => "fine") { Price = new ModelPrice(0m, 0m, 1000m) }, BudgetUsd = 0.11m };
        var paused = await session.CreateAndRun();
        Assert.Equal("CONC401", paused.Reason?.Code);
        Assert.Contains("of the budget of $0.11 is left", paused.Reason!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_phases_budget_that_can_not_be_read_is_told_with_the_fix() => Assert.Equal(
        """
        w.yaml:6:16: CONC006 `budget` of phase `a` can't be `much` (write an amount of USD such as 2.50)
        w.yaml:7:16: CONC005 `budget` of phase `b` lacks `usd`
        w.yaml:7:29: CONC006 `on_exceed` of `budget` of phase `b` can't be `explode` (known: pause, stop)
        w.yaml:8:26: CONC003 `budget` of phase `c` has no key `exceed` (known: on_exceed, usd)
        """,
        string.Join('\n', WorkflowPlanner.Plan("""
            name: a
            version: 1
            agents:
              pm: { provider: openai, model: m }
            phases:
              a: { budget: much, agent: pm, prompt: "go on" }
              b: { budget: { on_exceed: explode }, agent: pm, prompt: "go on" }
              c: { budget: { usd: 1, exceed: stop }, agent: pm, prompt: "go on" }
            """, "w.yaml", TestSession.Catalog()).Problems));

    public static TheoryData<CallOutcome, decimal> Settlements => new()
    {
        { new CallOutcome.Answered(StoredText.From("x"), new Usage(1000, 0, 0, 1000, 0), null), 0.011m },
        { new CallOutcome.Answered(StoredText.From("x"), null, null), 7m },
        { new CallOutcome.CutOff(StoredText.From("x"), null, null), 7m },
        { new CallOutcome.Empty(new Usage(1000, 0, 0, 1000, 0), null), 0.011m },
        { new CallOutcome.Empty(null, null), 7m },
        { new CallOutcome.Refused("policy", new Usage(1000, 0, 0, 0, 0)), 0.001m },
        { new CallOutcome.Refused("policy", null), 7m },
        { new CallOutcome.Failed(500, "x"), 7m },
        { new CallOutcome.InDoubt("x", null), 7m },
        { new CallOutcome.Rejected(RejectionKind.BadRequest, 400, "x"), 0m },
        { new CallOutcome.RateLimited(null, "x"), 0m },
        { new CallOutcome.Overloaded(529, null, "x"), 0m },
        { new CallOutcome.NotSent("x"), 0m },
    };

    [Theory]
    [MemberData(nameof(Settlements), DisableDiscoveryEnumeration = true)]
    public void What_may_have_been_billed_is_counted_and_what_was_turned_away_is_not(CallOutcome outcome, decimal expected) =>
        Assert.Equal(expected, BudgetPolicy.Settle(Price, outcome, 7m));

    [Theory]
    [InlineData(0, 5, "leave the question out")]
    [InlineData(5, 0, "leave the answer out")]
    [InlineData(-5, 5, "contradict each other")]
    [InlineData(900_000, 5, "would cost $1.8001, more than the request can")]
    public async Task A_count_that_can_not_be_true_is_an_alert_and_our_own_estimate_counts(long input, long output, string why)
    {
        var gateway = new FakeGateway((_, _) => new CallOutcome.Answered(StoredText.From("fine"), new Usage(input, 0, 0, output, 0), null)) { Price = Price };
        var session = new TestSession("""
            name: one
            version: 1
            agents: { pm: { provider: openai, model: m } }
            phases: { ask: { agent: pm, prompt: "go on" } }
            """) { Gateway = gateway };
        var state = await session.CreateAndRun();
        var attempt = state.Calls.Values.Single().Attempts.Single();
        Assert.Equal((SessionStatus.Succeeded, attempt.Intent.ReservedUsd), (state.Status, state.SpentUsd));
        var alert = Assert.Single((await session.Entries()).Select(entry => entry.Body).OfType<EntryBody.AlertRaised>());
        Assert.Equal("CONC404", alert.Code);
        Assert.Contains(why, alert.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_without_a_price_is_not_used()
    {
        var gateway = new FakeGateway(_ => "fine") { Price = null };
        var state = await new TestSession(Wide) { Gateway = gateway }.CreateAndRun();
        Assert.Equal((SessionStatus.Failed, "CONC402", 0), (state.Status, state.Reason?.Code, gateway.Ledger.Count));
    }

    [Fact]
    public void The_sum_of_the_attempts_is_the_cost_of_the_session_whatever_happens() => Prop.ForAll<byte[]>(choices =>
    {
        var at = -1;
        var gateway = new FakeGateway((_, _) => (Interlocked.Increment(ref at) is var i && i < choices.Length ? choices[i] % 8 : 0) switch
        {
            1 => new CallOutcome.RateLimited(0, "x"),
            2 => new CallOutcome.InDoubt("x", null),
            3 => new CallOutcome.Failed(500, "x"),
            4 => new CallOutcome.Overloaded(529, null, "x"),
            5 => new CallOutcome.Answered(StoredText.From(""), new Usage(100, 0, 0, 1, 0), null),
            6 => new CallOutcome.CutOff(StoredText.From("part"), new Usage(100, 0, 0, 1, 0), null),
            7 => new CallOutcome.Answered(StoredText.From("fine"), null, null),
            _ => FakeGateway.Answered("fine"),
        });
        var session = new TestSession(Wide) { Gateway = gateway };
        var state = session.CreateAndRun().GetAwaiter().GetResult();
        var attempts = state.Calls.Values.SelectMany(call => call.Attempts).ToList();
        Assert.Equal(0m, state.ReservedUsd);
        Assert.Equal(attempts.Sum(attempt => attempt.CostUsd), state.SpentUsd);
        Assert.Equal(gateway.Ledger.Count, attempts.Count);
        Assert.All(attempts, attempt => Assert.True(attempt.CostUsd <= attempt.Intent.ReservedUsd));
    }).QuickCheckThrowOnFailure();
}
