using Conclave.Engine.Budget;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Promises;

/// <summary>A call reserves its worst case before it is sent and settles after; what the vendors may bill never goes beyond the budget.</summary>
[Promise(3)]
public sealed class NeverOverspendTests
{
    private const decimal WorstCase = 0.1m;
    private const decimal Budget = 0.25m;

    private static readonly ModelPrice Price = new(0m, 0m, 1000m);
    private static readonly CallOutcome Dear = new CallOutcome.Answered(StoredText.From("fine"), new Usage(10, 0, 0, 100, 0), null);

    [Fact]
    public async Task One_call_after_the_other_never_costs_more_than_the_budget() => Assert.Null(await Bills(new Parts()));

    [Fact]
    public async Task Calls_at_the_same_time_never_cost_more_than_the_budget_together() => Assert.Null(await Bills(new Parts { Parallel = 4, Patience = TimeSpan.FromMilliseconds(100) }));

    [Fact]
    public async Task A_call_that_was_lost_stays_counted() => Assert.Null(await Bills(new Parts { Outcome = new CallOutcome.InDoubt("lost", null) }));

    [Fact]
    public async Task A_call_that_failed_at_the_vendor_stays_counted() => Assert.Null(await Bills(new Parts { Outcome = new CallOutcome.Failed(500, "oops") }));

    [Fact]
    public async Task A_model_that_nobody_prices_is_not_asked() => Assert.Null(await Bills(new Parts { Price = null }));

    [Fact]
    [Mutation]
    public async Task A_budget_that_forgets_a_settlement_is_caught() => Assert.Equal(
        "the vendors may bill $0.3, and the budget is $0.25",
        await Bills(new Parts { Fold = (state, entry) => SessionFold.Apply(state, entry) is var next && entry.Body is EntryBody.AttemptEnded ? next with { SpentUsd = state!.SpentUsd } : next }));

    [Fact]
    [Mutation]
    public async Task A_budget_that_does_not_count_reservations_is_caught() => Assert.Equal(
        "the vendors may bill $0.3, and the budget is $0.25",
        await Bills(new Parts { Parallel = 4, Patience = TimeSpan.FromMinutes(1), Fold = (state, entry) => SessionFold.Apply(state, entry) with { ReservedUsd = 0m } }));

    [Fact]
    [Mutation]
    public async Task A_budget_that_takes_a_lost_call_for_free_is_caught() => Assert.Equal(
        "the vendors may bill $0.3, and the budget is $0.25",
        await Bills(new Parts
        {
            Outcome = new CallOutcome.InDoubt("lost", null),
            Fold = (state, entry) => SessionFold.Apply(state, entry is { Body: EntryBody.AttemptEnded { Outcome: CallOutcome.InDoubt } lost } ? entry with { Body = lost with { CostUsd = 0m } } : entry),
        }));

    [Fact]
    [Mutation]
    public async Task A_catalog_that_takes_an_unknown_price_for_none_is_caught() => Assert.Equal(
        "the vendors may bill $0.3, and the budget is $0.25",
        await Bills(new Parts { Price = new ModelPrice(0m, 0m, 0m) }));

    // The vendor keeps its own account: what it has answered, lost or is working on may all be on its bill at the worst case.
    private static async Task<string?> Bills(Parts parts)
    {
        var (sent, complaint) = (0, (string?)null);
        var beyond = new TaskCompletionSource();
        var gateway = new FakeGateway((_, _) => parts.Outcome)
        {
            Price = parts.Price,
            BeforeAnswer = async (_, cancel) =>
            {
                var bill = Interlocked.Increment(ref sent) * WorstCase;
                if (bill > Budget)
                {
                    Interlocked.CompareExchange(ref complaint, FormattableString.Invariant($"the vendors may bill ${bill}, and the budget is ${Budget}"), null);
                    beyond.TrySetResult();
                }

                // Answers come late, so that whatever may be sent beside a call is sent before it is settled.
                await Task.WhenAny(beyond.Task, Task.Delay(parts.Patience, cancel));
            },
        };
        var session = new TestSession($$$"""
            name: four
            version: 1
            agents: { pm: { provider: openai, model: m1 } }
            phases:
              a: { agent: pm, prompt: "question ${{ matrix.n }}", matrix: { n: [1, 2, 3, 4] }, max_parallel: {{{parts.Parallel}}}, fail_fast: false, max_output_tokens: 100 }
            """) { Gateway = gateway, BudgetUsd = Budget, Fold = parts.Fold };
        await session.Create();
        var state = await session.Run();
        for (var resumes = 0; resumes < 3 && state.Status == SessionStatus.Paused; resumes++)
        {
            state = await session.Run($"resumed-{resumes}");
        }

        return complaint
            ?? (parts.Price is null && sent > 0 ? "a model without a price was asked" : null)
            ?? (state.Status == SessionStatus.Succeeded ? "all four calls were made on a budget for two" : null);
    }

    /// <summary>What the check is a function of.</summary>
    private sealed record Parts
    {
        public Func<SessionState?, JournalEntry, SessionState> Fold { get; init; } = SessionFold.Apply;

        public ModelPrice? Price { get; init; } = NeverOverspendTests.Price;

        public CallOutcome Outcome { get; init; } = Dear;

        public int Parallel { get; init; } = 1;

        /// <summary>How long an answer waits for other calls to be sent beside it.</summary>
        public TimeSpan Patience { get; init; } = TimeSpan.Zero;
    }
}
