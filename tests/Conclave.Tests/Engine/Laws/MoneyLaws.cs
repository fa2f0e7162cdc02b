using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;

namespace Conclave.Tests.Engine.Laws;

/// <summary>The sum law, after every entry of every history.</summary>
public sealed class MoneyLaws
{
    [Fact]
    public Task The_sum_of_the_calls_is_the_cost_of_the_session_and_reserved_is_what_is_under_way() => Seeds.Each(60, 2000, async seed =>
    {
        foreach (var (_, state) in (await RandomHistory.Of(seed)).States())
        {
            var attempts = Attempts(state);
            Assert.Equal(attempts.Sum(attempt => attempt.CostUsd), state.SpentUsd);
            Assert.Equal(attempts.Where(attempt => attempt.Outcome is null).Sum(attempt => attempt.Intent.ReservedUsd), state.ReservedUsd);
            Assert.All(attempts, attempt => Assert.InRange(attempt.CostUsd, 0m, attempt.Intent.ReservedUsd));
        }
    });

    [Fact]
    public Task What_may_have_been_billed_stays_counted_at_its_worst_case() => Seeds.Each(60, 2000, async seed =>
    {
        var state = (await RandomHistory.Of(seed)).State;
        var lost = Attempts(state).Where(attempt => attempt.Outcome is CallOutcome.InDoubt).ToList();
        Assert.Equal(lost.Sum(attempt => attempt.Intent.ReservedUsd), state.InDoubtUsd);
        Assert.All(Attempts(state).Where(attempt => attempt.Outcome is CallOutcome.InDoubt or CallOutcome.Failed), attempt => Assert.Equal(attempt.Intent.ReservedUsd, attempt.CostUsd));
    });

    [Fact]
    public Task Spent_and_reserved_together_never_go_beyond_the_budget_of_the_session_or_of_a_phase() => Seeds.Each(60, 2000, async seed =>
    {
        var history = await RandomHistory.Of(seed);
        foreach (var (_, state) in history.States())
        {
            Assert.True(state.SpentUsd + state.ReservedUsd <= state.BudgetUsd, $"{state.SpentUsd} + {state.ReservedUsd} > {state.BudgetUsd}");
            foreach (var phase in history.Workflow.Phases.Where(phase => phase.BudgetUsd is not null))
            {
                var own = state.Calls.Values.Where(call => call.Phase?.Value == phase.Name).SelectMany(call => call.Attempts).ToList();
                var limit = phase.BudgetUsd!.Value * (1 + state.BudgetGrants.GetValueOrDefault(new(phase.Name)));
                Assert.True(own.Sum(attempt => attempt.Outcome is null ? attempt.Intent.ReservedUsd : attempt.CostUsd) <= limit, $"phase {phase.Name} went beyond {limit}");
            }
        }
    });

    [Fact]
    public Task What_the_vendors_bill_is_never_more_than_what_the_session_counted() => Seeds.Each(60, 2000, async seed =>
    {
        var history = await RandomHistory.Of(seed);
        Assert.True(history.Billed <= history.State.SpentUsd + history.State.ReservedUsd, $"billed {history.Billed}, counted {history.State.SpentUsd}");
    });

    [Fact]
    public Task Every_request_that_was_sent_was_announced_in_the_journal() => Seeds.Each(60, 2000, async seed =>
    {
        var history = await RandomHistory.Of(seed);
        var announced = history.Entries.Select(entry => entry.Body).OfType<EntryBody.AttemptStarted>().CountBy(intent => intent.RequestHash).ToDictionary();
        Assert.All(
            history.Gateway.Ledger.CountBy(request => ModelRequest.Hash(request.ToJson())),
            sent => Assert.True(sent.Value <= announced.GetValueOrDefault(sent.Key), $"sent {sent.Value} times, announced {announced.GetValueOrDefault(sent.Key)} times"));
    });

    private static List<AttemptState> Attempts(SessionState state) => [.. state.Calls.Values.SelectMany(call => call.Attempts)];
}
