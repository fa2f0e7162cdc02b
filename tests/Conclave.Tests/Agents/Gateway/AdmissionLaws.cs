using Conclave.Engine.Execution.Calls;
using Conclave.Tests.Engine.Laws;

namespace Conclave.Tests.Agents.Gateway;

/// <summary>What holds for every history of calls to one key, tried on random ones under a clock that only the test moves.</summary>
public sealed class AdmissionLaws
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void Never_are_more_calls_under_way_than_there_are_places() => Seeds.Each(100, 10_000, seed =>
    {
        using var history = new AdmissionHistory(seed);
        history.Run(after => Assert.InRange(after.UnderWay, 0, after.Places));
    });

    [Fact]
    public void Never_are_more_calls_or_tokens_sent_than_allowed_in_any_minute() => Seeds.Each(100, 10_000, seed =>
    {
        using var history = new AdmissionHistory(seed);
        history.Run(_ => { });
        foreach (var last in history.Made)
        {
            var minute = history.Made.Where(made => made.At > last.At - Minute && made.At <= last.At).ToList();
            Assert.True(!(minute.Count > history.Requests), $"{minute.Count} calls in the minute before {last.At}, {history.Requests} allowed");
            var tokens = minute.Sum(made => made.Tokens);
            Assert.True(!(tokens > history.Tokens) || minute.Count(made => made.Tokens > 0) == 1, $"{tokens} tokens in the minute before {last.At}, {history.Tokens} allowed");
        }
    });

    [Fact]
    public void Nobody_is_overtaken_by_a_later_call_to_the_same_model_however_large_he_is() => Seeds.Each(100, 10_000, seed =>
    {
        using var history = new AdmissionHistory(seed);
        history.Run(after =>
        {
            foreach (var model in after.Calls.GroupBy(call => call.Request.Model))
            {
                var waited = model.SkipWhile(call => !call.IsWaiting);
                Assert.DoesNotContain(waited, call => call.IsIn);
            }
        });
    });

    [Fact]
    public void Everybody_who_stays_in_line_is_let_in_and_nobody_needs_to_be_reminded() => Seeds.Each(100, 10_000, seed =>
    {
        using var history = new AdmissionHistory(seed);
        history.Run(_ => { });
        Assert.DoesNotContain(history.Calls, call => call.IsWaiting);
        Assert.All(history.Calls.Where(call => !call.IsCancelled), call => Assert.IsType<Admission.Granted>(call.Result));
    });

    [Fact]
    public void Who_waited_is_told_the_end_of_it_and_who_did_not_is_told_nothing() => Seeds.Each(100, 10_000, seed =>
    {
        using var history = new AdmissionHistory(seed);
        history.Run(_ => { });
        Assert.All(history.Calls, call => Assert.True(call.Heard is [] or [not null, .., null]));
        Assert.All(history.Calls, call => Assert.True(call.Heard.Count(wait => wait is null) <= 1));
    });

    [Fact]
    public void What_was_given_back_or_given_up_takes_nothing_from_others() => Seeds.Each(100, 10_000, seed =>
    {
        using var history = new AdmissionHistory(seed) { AllGiveUp = true };
        history.Run(_ => { });
        Assert.Empty(history.Made);
        for (var i = 0; i < Math.Min(history.Places, history.Requests ?? int.MaxValue); i++)
        {
            Assert.True(history.Line.Ask().IsIn || history.Tokens is not null);
        }

        Assert.Equal(0, history.UnderWay);
    });
}
