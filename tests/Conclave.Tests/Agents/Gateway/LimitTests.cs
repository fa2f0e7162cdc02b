using System.Collections.Immutable;
using Conclave.Agents.Gateway;
using Conclave.Agents.Wire;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Tests.Agents.Gateway;

/// <summary>The machine's own limits, and those that vendors tell.</summary>
public sealed class LimitTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_call_beyond_the_limit_waits_for_the_minute_of_the_first_to_be_over()
    {
        using var line = new TestLine(requests: 2);
        line.Ask().End(TestLine.Answered());
        line.Seconds(20);
        line.Ask().End(TestLine.Answered());
        var third = line.Ask();
        Assert.Equal(new AdmissionWait(WaitReason.Requests, "openai", "m", Now.AddSeconds(60)), third.Heard.Single());
        line.Seconds(39.999);
        Assert.True(third.IsWaiting);
        line.Seconds(0.001);
        Assert.True(third.IsIn);
        Assert.Equal(WaitReason.Requests, line.Ask().Why);
    }

    [Fact]
    public void An_estimate_that_was_too_high_makes_room_as_soon_as_the_vendor_has_counted()
    {
        using var line = new TestLine(tokens: 100);
        var first = line.Ask(90);
        var second = line.Ask(50);
        Assert.Equal(WaitReason.Tokens, second.Why);
        first.End(TestLine.Answered(50));
        Assert.True(second.IsIn);
    }

    [Fact]
    public void A_count_that_is_missing_or_impossible_leaves_the_estimate()
    {
        using var line = new TestLine(tokens: 100);
        line.Ask(90).End(TestLine.Answered(-5));
        Assert.True(line.Ask(50).IsWaiting);
    }

    [Fact]
    public void What_was_turned_away_used_no_tokens_but_was_a_call()
    {
        using var line = new TestLine(requests: 2, tokens: 100);
        line.Ask(90).End(new CallOutcome.RateLimited(null, "slow"));
        Assert.True(line.Ask(90).IsIn);
        Assert.Equal(WaitReason.Requests, line.Ask().Why);
    }

    [Fact]
    public void What_was_never_sent_counts_for_nothing()
    {
        using var line = new TestLine(requests: 1, tokens: 100);
        line.Ask(90).Leave();
        line.Ask(90).End(new CallOutcome.NotSent("no such host"));
        Assert.True(line.Ask(90).IsIn);
    }

    [Fact]
    public void A_call_that_needs_more_than_a_minute_allows_gets_a_minute_for_itself_and_is_not_overtaken()
    {
        using var line = new TestLine(tokens: 100);
        var small = line.Ask(10);
        var large = line.Ask(500);
        var later = Enumerable.Range(0, 5).Select(_ => line.Ask(1)).ToList();
        Assert.All(later, call => Assert.Equal(WaitReason.Tokens, call.Why));
        small.End(TestLine.Answered(10));
        line.Seconds(60);
        Assert.True(large.IsIn);
        Assert.All(later, call => Assert.True(call.IsWaiting));
        line.Seconds(60);
        Assert.All(later, call => Assert.True(call.IsIn));
    }

    [Theory]
    [InlineData("x-ratelimit-limit-requests: 500; x-ratelimit-remaining-requests: 499; x-ratelimit-reset-requests: 12ms", "Requests 499 500 00:00:00.0120000")]
    [InlineData("x-ratelimit-limit-tokens: 30000; x-ratelimit-remaining-tokens: 0; x-ratelimit-reset-tokens: 6m0s", "Tokens 0 30000 00:06:00")]
    [InlineData("x-ratelimit-remaining-tokens: 0; x-ratelimit-reset-tokens: 1m30.5s", "Tokens 0  00:01:30.5000000")]
    [InlineData("anthropic-ratelimit-input-tokens-limit: 50000; anthropic-ratelimit-input-tokens-remaining: 12000; anthropic-ratelimit-input-tokens-reset: 2026-11-22T09:00:45Z", "InputTokens 12000 50000 00:00:45")]
    [InlineData("anthropic-ratelimit-requests-remaining: 3; anthropic-ratelimit-output-tokens-remaining: 7", "Requests 3  |OutputTokens 7  ")]
    [InlineData("anthropic-ratelimit-requests-remaining: 3; anthropic-ratelimit-requests-reset: 2026-11-22T08:59:00Z", "Requests 3  00:00:00")]
    [InlineData("x-ratelimit-remaining-requests: many; x-ratelimit-reset-requests: 1s", "")]
    [InlineData("x-ratelimit-remaining-requests: <MASKED>", "")]
    [InlineData("x-ratelimit-remaining-requests: -1; x-ratelimit-limit-requests: 0; x-ratelimit-reset-requests: soon", "")]
    [InlineData("x-ratelimit-remaining-requests: 1e400", "")]
    [InlineData("date: now", "")]
    public void What_vendors_say_is_left_is_read_in_all_their_forms(string headers, string expected)
    {
        var read = LimitHint.Read(new ReplyHeaders(headers.Split("; ").Select(header => header.Split(": ", 2)).Select(pair => KeyValuePair.Create(pair[0], pair[1]))), Now);
        Assert.Equal(expected, string.Join('|', read.Select(hint => $"{hint.Unit} {hint.Left} {hint.Limit} {hint.WholeIn}")));
    }

    [Fact]
    public void When_a_vendor_says_that_nothing_is_left_calls_to_that_model_wait_for_the_reset_and_others_go()
    {
        using var line = new TestLine();
        line.Line.Heard(TestLine.Request(), Hints(0, 10, 20));
        var held = line.Ask();
        Assert.Equal(new AdmissionWait(WaitReason.VendorLimit, "openai", "m", Now.AddSeconds(20)), held.Heard.Single());
        Assert.True(line.Ask(model: "another").IsIn);
        line.Seconds(20);
        Assert.True(held.IsIn);
    }

    [Fact]
    public void After_a_reset_no_more_go_than_the_whole_limit_until_the_vendor_says_more()
    {
        using var line = new TestLine();
        line.Line.Heard(TestLine.Request(), Hints(0, 3, 20));
        var calls = Enumerable.Range(0, 8).Select(_ => line.Ask()).ToList();
        line.Seconds(20);
        Assert.Equal(3, calls.Count(call => call.IsIn));
        line.Line.Heard(calls[0].Request, Hints(4, 5, 60));
        Assert.Equal(5, calls.Count(call => call.IsIn));
        line.Seconds(60);
        Assert.Equal(8, calls.Count(call => call.IsIn));
    }

    [Fact]
    public void Calls_on_the_way_are_taken_off_what_the_vendor_says_is_left()
    {
        using var line = new TestLine();
        var heard = line.Ask();
        var onTheWay = line.Ask();
        line.Line.Heard(heard.Request, Hints(2, 10, 30));
        Assert.True(line.Ask().IsIn);
        Assert.Equal(WaitReason.VendorLimit, line.Ask().Why);
        onTheWay.Leave();
    }

    [Fact]
    public void A_silent_vendor_whose_limit_was_used_up_holds_nobody_for_ever()
    {
        using var line = new TestLine();
        line.Line.Heard(TestLine.Request(), Hints(0, 1, 10));
        var calls = Enumerable.Range(0, 4).Select(_ => line.Ask()).ToList();
        for (var minute = 1; minute <= 4; minute++)
        {
            line.Seconds(minute == 1 ? 10 : 60);
            Assert.Equal(minute, calls.Count(call => call.IsIn));
        }
    }

    [Fact]
    public void A_call_larger_than_the_vendors_whole_limit_waits_until_that_is_whole()
    {
        using var line = new TestLine();
        line.Line.Heard(TestLine.Request(), [new LimitHint(LimitUnit.Tokens, 90, 100, TimeSpan.FromSeconds(5))]);
        var large = line.Ask(500);
        Assert.True(large.IsWaiting);
        line.Seconds(5);
        Assert.True(large.IsIn);
    }

    [Fact]
    public void A_reset_that_is_a_day_off_is_not_waited_for()
    {
        using var line = new TestLine();
        line.Line.Heard(TestLine.Request(), Hints(0, 10, 86_400));
        var call = line.Ask();
        line.Clock.Advance(CallPolicy.MaxWait);
        Assert.True(call.IsIn);
    }

    private static ImmutableArray<LimitHint> Hints(long left, long limit, double seconds) => [new LimitHint(LimitUnit.Requests, left, limit, TimeSpan.FromSeconds(seconds))];
}
