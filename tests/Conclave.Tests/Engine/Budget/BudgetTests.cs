using Conclave.Engine.Budget;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
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
