using System.Collections.Immutable;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Engine.Execution;

public sealed class CallPolicyTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly Agent Pm = new(new AgentId("pm"), "openai", "gpt", "You lead.", null, 8_000, []);
    private static readonly Agent Backend = new(new AgentId("backend"), "anthropic", "claude", null, null, null, []);

    private static CallPlan Plan(OnInDoubt onInDoubt = OnInDoubt.Retry, params Agent[] seats) => new(
        new DoorKey("p//1/ask"),
        seats.Length == 0 ? [Pm] : [.. seats],
        "the question",
        new OutputSchema("plan", "{}"),
        16_000,
        new RetryDefinition(3, Backoff.Exponential),
        onInDoubt,
        text => text.Contains("good", StringComparison.Ordinal) ? null : "it is not good");

    /// <summary>Plays outcomes one after the other, as the door would, and gives what the policy says after each.</summary>
    private static List<string> Play(CallPlan plan, params CallOutcome[] outcomes) => Play(plan, outcomes.Select(outcome => (outcome, 0)), 0);

    private static List<string> Play(CallPlan plan, IEnumerable<(CallOutcome Outcome, int Resumes)> outcomes, int resumes)
    {
        var attempts = ImmutableArray<AttemptState>.Empty;
        var said = new List<string>();
        foreach (var (outcome, at) in outcomes)
        {
            var send = Assert.IsType<CallAction.Send>(CallPolicy.Next(plan, attempts, at));
            attempts = attempts.Add(Ended(plan, send, attempts.Length + 1, outcome, at));
            said.Add(Describe(CallPolicy.Next(plan, attempts, Math.Max(at, resumes))));
        }

        return said;
    }

    private static AttemptState Ended(CallPlan plan, CallAction.Send send, int number, CallOutcome outcome, int resumes) => new(
        new EntryBody.AttemptStarted(plan.Key, number, send.Agent.Id, send.Agent.Provider, send.Agent.Model, ModelRequest.Hash(send.Request.ToJson()), StoredText.From(send.Request.ToJson()), 1m, send.Why),
        Noon)
    { Outcome = outcome, EndedAt = Noon, Resumes = resumes };

    private static string Describe(CallAction action) => action switch
    {
        CallAction.Send send => $"send {send.Agent.Id} {send.Why} turns={send.Request.Messages.Length} json={send.Request.Output is not null}",
        CallAction.Done done => $"done {done.Text}",
        CallAction.Fail fail => $"fail {fail.Code}",
        CallAction.Pause pause => $"pause {pause.Code}",
        _ => "?",
    };

    private static CallOutcome Cut(string text) => new CallOutcome.CutOff(StoredText.From(text), null, null);

    [Fact]
    public void A_readable_answer_is_done() => Assert.Equal(["done good"], Play(Plan(), FakeGateway.Answered("good")));

    [Fact]
    public void An_unreadable_answer_is_asked_for_once_more_with_the_reason_and_then_fails() => Assert.Equal(
        ["send pm ReAsk turns=3 json=True", "fail CONC323"],
        Play(Plan(), FakeGateway.Answered("bad"), FakeGateway.Answered("")));

    [Fact]
    public void A_cut_off_answer_is_continued_as_text_and_put_together() => Assert.Equal(
        ["send pm Continuation turns=3 json=False", "send pm Continuation turns=3 json=False", "done go-od-good"],
        Play(Plan(), Cut("go"), Cut("-od-"), FakeGateway.Answered("good")));

    [Fact]
    public void An_answer_that_never_ends_fails_after_three_continuations() => Assert.Equal(
        "fail CONC324",
        Play(Plan(), Cut("a"), Cut("b"), Cut("c"), Cut("d"))[^1]);

    [Fact]
    public void An_answer_that_is_all_thinking_and_no_text_is_not_continued() => Assert.Equal(["fail CONC324"], Play(Plan(), Cut("")));

    [Fact]
    public void A_continuation_that_repeats_the_last_words_is_joined_without_them() => Assert.Equal(
        "done def total(items):\n    return sum(items) # good",
        Play(Plan(), Cut("def total(items):\n    return su"), FakeGateway.Answered("    return sum(items) # good"))[^1]);

    [Fact]
    public void A_turn_with_thinking_goes_back_by_itself_and_as_it_came()
    {
        var plan = Plan();
        var send = (CallAction.Send)CallPolicy.Next(plan, [], 0);
        var first = Ended(plan, send, 1, Cut("go") with { Turn = StoredText.From("[1]") }, 0);
        var second = Ended(plan, (CallAction.Send)CallPolicy.Next(plan, [first], 0), 2, Cut("-od-"), 0);
        var third = Ended(plan, (CallAction.Send)CallPolicy.Next(plan, [first, second], 0), 3, FakeGateway.Answered("bad") with { Turn = StoredText.From("[3]") }, 0);

        var again = (CallAction.Send)CallPolicy.Next(plan, [first, second, third], 0);

        Assert.Equal(AttemptReason.ReAsk, again.Why);
        Assert.Equal(
            [("the question", null), ("go", "[1]"), ("Your answer was cut off.", null), ("-od-", null), ("Your answer was cut off.", null), ("bad", "[3]"), ("Your answer can't be used:", null)],
            again.Request.Messages.Select(message => (message.Role == ModelRole.User && message.Text.StartsWith("Your", StringComparison.Ordinal) ? message.Text[..(message.Text.IndexOfAny(['.', ':']) + 1)] : message.Text, message.Turn)));
    }

    [Fact]
    public void A_model_that_paused_is_given_its_turn_back_and_nothing_else()
    {
        var plan = Plan();
        var send = (CallAction.Send)CallPolicy.Next(plan, [], 0);
        var paused = Ended(plan, send, 1, new CallOutcome.CutOff(StoredText.From("go"), null, null) { Why = CutReason.Pause, Turn = StoredText.From("[1]") }, 0);

        var next = (CallAction.Send)CallPolicy.Next(plan, [paused], 0);

        Assert.Equal((AttemptReason.Continuation, 2, ModelRole.Assistant, "[1]", true), (next.Why, next.Request.Messages.Length, next.Request.Messages[1].Role, next.Request.Messages[1].Turn, next.Request.Output is not null));
        Assert.Equal("done good", Describe(CallPolicy.Next(plan, [paused, Ended(plan, next, 2, FakeGateway.Answered("od"), 0)], 0)));
    }

    [Fact]
    public void Pauses_without_end_fail() => Assert.Equal(
        "fail CONC324",
        Play(Plan(), [.. Enumerable.Range(0, 4).Select(_ => new CallOutcome.CutOff(StoredText.From("a"), null, null) { Why = CutReason.Pause })])[^1]);

    [Fact]
    public void An_answer_that_fills_the_context_is_not_asked_to_go_on() => Assert.Equal(
        ["fail CONC410"],
        Play(Plan(), new CallOutcome.CutOff(StoredText.From("a"), null, null) { Why = CutReason.Window }));

    [Fact]
    public void An_empty_answer_is_asked_for_once_more_even_where_any_text_would_do()
    {
        var plan = Plan() with { Check = _ => null };
        Assert.Equal(["send pm ReAsk turns=3 json=True", "fail CONC323"], Play(plan, new CallOutcome.Empty(null, null), new CallOutcome.Empty(null, null)));
        Assert.Equal(["send pm Continuation turns=3 json=False", "done go"], Play(plan, Cut("go"), new CallOutcome.Empty(null, null)));
    }

    [Fact]
    public void Too_many_requests_are_waited_out_then_the_fallback_is_asked_then_the_session_pauses() => Assert.Equal(
        ["send pm Retry turns=1 json=True", "send pm Retry turns=1 json=True", "send backend Fallback turns=1 json=True", "send backend Retry turns=1 json=True", "send backend Retry turns=1 json=True", "pause CONC306"],
        Play(Plan(OnInDoubt.Retry, Pm, Backend), [.. Enumerable.Range(0, 6).Select(_ => new CallOutcome.RateLimited(1000, "slow down"))]));

    [Fact]
    public void A_wait_asked_for_by_the_vendor_is_honoured_and_one_of_hours_is_not()
    {
        var plan = Plan();
        var send = (CallAction.Send)CallPolicy.Next(plan, [], 0);
        CallAction After(long? milliseconds) => CallPolicy.Next(plan, [Ended(plan, send, 1, new CallOutcome.RateLimited(milliseconds, "x"), 0)], 0);

        Assert.InRange(Assert.IsType<CallAction.Send>(After(7000)).NotBefore!.Value, Noon.AddSeconds(7), Noon.AddSeconds(7.7));
        Assert.InRange(Assert.IsType<CallAction.Send>(After(300_000)).NotBefore!.Value, Noon.AddMinutes(5), Noon.AddSeconds(305));
        Assert.Equal(Noon, Assert.IsType<CallAction.Send>(After(-5)).NotBefore);
        Assert.IsType<CallAction.Pause>(After(3_600_000));
        var own = Assert.IsType<CallAction.Send>(After(null)).NotBefore!.Value - Noon;
        Assert.InRange(own, TimeSpan.FromSeconds(0.8), TimeSpan.FromSeconds(1.2));
    }

    [Theory]
    [InlineData(RejectionKind.BadKey, "pause CONC301")]
    [InlineData(RejectionKind.NoQuota, "pause CONC302")]
    [InlineData(RejectionKind.NoModel, "fail CONC303")]
    [InlineData(RejectionKind.TooLarge, "fail CONC304")]
    [InlineData(RejectionKind.BadRequest, "fail CONC305")]
    public void What_a_vendor_turns_down_for_good_is_never_repeated(RejectionKind kind, string expected) =>
        Assert.Equal([expected], Play(Plan(), new CallOutcome.Rejected(kind, 400, "no")));

    [Fact]
    public void A_vendor_error_that_may_have_been_paid_for_is_repeated_once() => Assert.Equal(
        ["send pm Retry turns=1 json=True", "pause CONC308"],
        Play(Plan(), new CallOutcome.Failed(500, "x"), new CallOutcome.Failed(502, "x")));

    [Fact]
    public void A_refusal_goes_to_the_fallback_or_fails()
    {
        Assert.Equal(["fail CONC322"], Play(Plan(), new CallOutcome.Refused("SAFETY", null)));
        Assert.Equal(["send backend Fallback turns=1 json=True"], Play(Plan(OnInDoubt.Retry, Pm, Backend), new CallOutcome.Refused("SAFETY", null)));
    }

    [Theory]
    [InlineData(OnInDoubt.Retry, "send pm InDoubt turns=1 json=True", "pause CONC309")]
    [InlineData(OnInDoubt.Hold, "pause CONC309", null)]
    [InlineData(OnInDoubt.Fail, "fail CONC309", null)]
    public void A_call_in_doubt_does_what_the_phase_says(OnInDoubt policy, string first, string? second)
    {
        var doubt = new CallOutcome.InDoubt("lost", null);
        Assert.Equal(first, Play(Plan(policy), doubt)[0]);
        if (second is not null)
        {
            Assert.Equal(second, Play(Plan(policy), doubt, doubt)[1]);
        }
    }

    [Fact]
    public void After_a_resume_the_same_question_is_sent_again_with_fresh_counters() => Assert.Equal(
        ["send pm Retry turns=1 json=True", "done good"],
        Play(Plan(), [(new CallOutcome.Rejected(RejectionKind.BadKey, 401, "no"), 0), (FakeGateway.Answered("good"), 1)], 1));

    [Fact]
    public void A_question_that_changed_since_it_was_asked_is_an_error_and_never_sent()
    {
        var plan = Plan();
        var send = (CallAction.Send)CallPolicy.Next(plan, [], 0);
        var attempt = Ended(plan, send, 1, FakeGateway.Answered("good"), 0);
        Assert.Equal("fail CONC320", Describe(CallPolicy.Next(plan with { Prompt = "another question" }, [attempt], 0)));
    }

    [Fact]
    public void Calls_of_several_sessions_that_were_turned_away_together_do_not_come_back_in_step()
    {
        var waits = Enumerable.Range(0, 50).Select(session => CallPolicy.Wait(Plan() with { Salt = $"session-{session}" }, 1, 10_000)).ToList();
        Assert.True(waits.Distinct().Count() > 25);
        Assert.All(waits, wait => Assert.InRange(wait, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(11)));
    }

    [Fact]
    public void The_output_limit_is_the_lower_one_of_task_and_agent() =>
        Assert.Equal(8_000, ((CallAction.Send)CallPolicy.Next(Plan(), [], 0)).Request.MaxOutputTokens);
}
