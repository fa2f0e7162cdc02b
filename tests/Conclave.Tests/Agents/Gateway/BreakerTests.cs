using Conclave.Agents;
using Conclave.Agents.Gateway;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Tests.Engine.Laws;

namespace Conclave.Tests.Agents.Gateway;

/// <summary>A model that fails is given a rest; then one call tries.</summary>
public sealed class BreakerTests
{
    private static readonly BreakerSettings Three = new(3, TimeSpan.FromSeconds(30));

    public static TheoryData<CallOutcome, string> Outcomes => new()
    {
        { TestLine.Answered(), "good" },
        { new CallOutcome.CutOff(StoredText.From("x"), null, null), "good" },
        { new CallOutcome.Empty(null, null), "good" },
        { new CallOutcome.Refused("SAFETY", null), "good" },
        { new CallOutcome.Rejected(RejectionKind.BadKey, 401, "x"), "alive" },
        { new CallOutcome.RateLimited(null, "x"), "alive" },
        { new CallOutcome.Overloaded(503, null, "x"), "bad" },
        { new CallOutcome.Failed(500, "x"), "bad" },
        { new CallOutcome.NotSent("x"), "bad" },
        { new CallOutcome.InDoubt("x", null), "bad" },
    };

    [Theory]
    [MemberData(nameof(Outcomes))]
    public void Failures_count_and_limits_and_refusals_do_not(CallOutcome outcome, string health)
    {
        using var line = new TestLine(breaker: Three);
        for (var i = 0; i < 3; i++)
        {
            line.Ask().End(outcome);
        }

        line.Seconds(10);
        Assert.Equal(health == "bad", line.Ask(patience: TimeSpan.Zero).Result is Admission.Held);
    }

    [Fact]
    public void Every_way_to_end_says_something() =>
        Assert.All(Outcomes, row => Assert.Equal(row.Data.Item2, Breaker.HealthOf(row.Data.Item1).ToString().ToLowerInvariant()));

    [Fact]
    public void There_is_no_way_to_end_that_is_not_listed_here() => Assert.Equal(
        typeof(CallOutcome).GetNestedTypes().Select(type => type.Name).Order(),
        Outcomes.Select(row => row.Data.Item1.GetType().Name).Order());

    [Fact]
    public void Only_failures_in_a_row_open_it()
    {
        using var line = new TestLine(breaker: Three);
        foreach (var outcome in new[] { TestLine.Down, TestLine.Down, TestLine.Answered(), TestLine.Down, TestLine.Down })
        {
            line.Ask().End(outcome);
        }

        Assert.True(line.Ask().IsIn);
    }

    [Fact]
    public void While_it_rests_calls_wait_and_see_why_then_one_tries_and_its_answer_lets_all_in()
    {
        using var line = Opened();
        var calls = Enumerable.Range(0, 4).Select(_ => line.Ask()).ToList();
        Assert.All(calls, call => Assert.Equal(new AdmissionWait(WaitReason.Breaker, "openai", "m", line.Clock.GetUtcNow().AddSeconds(30)), call.Heard[^1]));
        Assert.True(line.Ask(model: "another").IsIn);

        line.Seconds(30);
        Assert.Equal([true, false, false, false], calls.Select(call => call.IsIn));
        Assert.Equal(WaitReason.Probe, calls[1].Why);

        calls[0].End(TestLine.Answered());
        Assert.All(calls, call => Assert.True(call.IsIn));
    }

    [Fact]
    public void A_try_that_fails_doubles_the_rest_up_to_five_minutes()
    {
        using var line = Opened();
        foreach (var seconds in new[] { 30, 60, 120, 240, 300, 300 })
        {
            var call = line.Ask();
            line.Seconds(seconds - 1);
            Assert.True(call.IsWaiting);
            line.Seconds(1);
            call.End(TestLine.Down);
        }
    }

    [Fact]
    public void A_limit_during_the_try_says_that_somebody_is_there()
    {
        using var line = Opened();
        line.Seconds(30);
        line.Ask().End(new CallOutcome.RateLimited(null, "slow"));
        Assert.True(line.Ask().IsIn);
        Assert.True(line.Ask().IsIn);
    }

    [Fact]
    public void A_try_that_is_given_up_is_taken_by_the_next()
    {
        using var line = Opened();
        var (first, second) = (line.Ask(), line.Ask());
        line.Seconds(30);
        Assert.True(second.IsWaiting);
        first.Leave();
        Assert.True(second.IsIn);
    }

    [Fact]
    public void Calls_that_began_before_and_fail_later_do_not_prolong_the_rest()
    {
        using var line = new TestLine(breaker: Three);
        var early = Enumerable.Range(0, 5).Select(_ => line.Ask()).ToList();
        early[0].End(TestLine.Down);
        early[1].End(TestLine.Down);
        early[2].End(TestLine.Down);
        line.Seconds(20);
        early[3].End(TestLine.Down);
        line.Seconds(10);
        var (tries, waits) = (line.Ask(), line.Ask());
        Assert.True(tries.IsIn);
        early[4].End(TestLine.Down);
        Assert.Equal(WaitReason.Probe, waits.Why);
    }

    [Fact]
    public void Who_has_no_patience_is_told_at_once_and_who_has_some_is_told_when_it_would_take_longer()
    {
        using var line = Opened();
        var hasty = Assert.IsType<Admission.Held>(line.Ask(patience: TimeSpan.Zero).Result);
        Assert.Equal((WaitReason.Breaker, TimeSpan.FromSeconds(30)), (hasty.Why.Reason, hasty.For));

        var patient = line.Ask(patience: TimeSpan.FromSeconds(60));
        line.Seconds(29);
        Assert.True(patient.IsWaiting);
        var tries = line.Ask();
        line.Seconds(1);
        Assert.True(patient.IsIn);
        patient.End(TestLine.Down);
        Assert.True(line.Ask(patience: TimeSpan.FromSeconds(59)).Result is Admission.Held { For.TotalSeconds: 60 });
        Assert.True(tries.IsWaiting);
    }

    [Fact]
    public void Patience_with_a_try_that_hangs_ends_too()
    {
        using var line = Opened();
        var tries = line.Ask();
        line.Seconds(30);
        Assert.True(tries.IsIn);
        var waits = line.Ask(patience: TimeSpan.FromMinutes(5));
        line.Seconds(299);
        Assert.True(waits.IsWaiting);
        line.Seconds(1);
        Assert.IsType<Admission.Held>(waits.Result);
        Assert.Null(waits.Heard[^1]);
    }

    [Fact]
    public void Patience_is_for_a_model_that_is_down_and_not_for_the_line()
    {
        using var line = new TestLine(places: 1, breaker: Three);
        var first = line.Ask();
        var second = line.Ask(patience: TimeSpan.Zero);
        line.Seconds(3600);
        Assert.Equal(WaitReason.Places, second.Why);
        first.End(TestLine.Answered());
        Assert.True(second.IsIn);
    }

    [Fact]
    public void In_every_history_one_call_at_most_tries_and_no_rest_is_longer_than_the_longest() => Seeds.Each(500, 50_000, seed =>
    {
        var random = new Random(seed);
        var (breaker, now, tries) = (Breaker.Start, TimeSpan.Zero, 0);
        for (var step = 0; step < 200; step++)
        {
            now += TimeSpan.FromSeconds(random.Next(40));
            if (random.Next(2) == 0 && breaker.Against(now) is null)
            {
                breaker = breaker.AfterStart(out var isTry);
                tries += isTry ? 1 : 0;
            }
            else
            {
                var ofTry = tries > 0 && random.Next(2) == 0;
                breaker = random.Next(8) == 0 && ofTry ? breaker.AfterGivingUp(now) : breaker.AfterEnd((Health)random.Next(3), ofTry, Three, now);
                tries -= ofTry ? 1 : 0;
            }

            // A straggler's answer closes it while the one that tries is still under way; that one then tries nothing more.
            tries = breaker is Breaker.Trying ? tries : 0;
            Assert.InRange(tries, 0, 1);
            Assert.True(breaker is not Breaker.Open open || (open.Until - now <= Breaker.LongestRest && open.Rest <= Breaker.LongestRest));
            Assert.True(breaker is not Breaker.Closed closed || closed.Failures < Three.Failures);
        }
    });

    private static TestLine Opened()
    {
        var line = new TestLine(breaker: Three);
        for (var i = 0; i < 3; i++)
        {
            line.Ask().End(TestLine.Down);
        }

        return line;
    }
}
