using System.Collections.Immutable;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Engine.Execution;

/// <summary>The whole table: every way in which a call can end, on its first and its last attempt, with and without another agent.</summary>
public sealed class CallPolicyTable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly Agent Pm = new(new AgentId("pm"), "openai", "gpt", null, null, 8_000, []) { Abilities = new ModelAbilities(100_000, 8_000, true) };
    private static readonly Agent Backend = new(new AgentId("backend"), "anthropic", "claude", null, null, 8_000, []) { Abilities = new ModelAbilities(200_000, 8_000, true) };

    private static readonly (string Name, CallOutcome Outcome)[] Ends =
    [
        ("answered, readable", FakeGateway.Answered("good")),
        ("answered, unreadable", FakeGateway.Answered("bad")),
        ("cut off", new CallOutcome.CutOff(StoredText.From("x"), null, null)),
        ("cut off by its context", new CallOutcome.CutOff(StoredText.From("x"), null, null) { Why = CutReason.Window }),
        ("paused", new CallOutcome.CutOff(StoredText.From("x"), null, null) { Why = CutReason.Pause }),
        ("empty", new CallOutcome.Empty(null, null)),
        ("refused", new CallOutcome.Refused("SAFETY", null)),
        .. Enum.GetValues<RejectionKind>().Select(kind => ($"rejected, {kind}", (CallOutcome)new CallOutcome.Rejected(kind, 400, "x"))),
        ("rate limited", new CallOutcome.RateLimited(null, "x")),
        ("rate limited, 0 s", new CallOutcome.RateLimited(0, "x")),
        ("rate limited, 7 s", new CallOutcome.RateLimited(7_000, "x")),
        ("rate limited, 5 min", new CallOutcome.RateLimited(300_000, "x")),
        ("rate limited, 1 year", new CallOutcome.RateLimited(31_536_000_000, "x")),
        ("overloaded 503", new CallOutcome.Overloaded(503, null, "x")),
        ("overloaded 529, 7 s", new CallOutcome.Overloaded(529, 7_000, "x")),
        ("overloaded 529, 1 h", new CallOutcome.Overloaded(529, 3_600_000, "x")),
        ("not sent", new CallOutcome.NotSent("x")),
        ("held back", new CallOutcome.NotSent("x") { HeldMs = 240_000 }),
        ("failed 500", new CallOutcome.Failed(500, "x")),
        ("failed 502", new CallOutcome.Failed(502, "x")),
        ("failed 504", new CallOutcome.Failed(504, "x")),
        ("in doubt", new CallOutcome.InDoubt("x", null)),
    ];

    [Fact]
    public void Every_outcome_on_every_attempt_with_and_without_a_fallback_has_its_row()
    {
        var rows = from end in Ends
                   from doubt in end.Outcome is CallOutcome.InDoubt ? Enum.GetValues<OnInDoubt>() : [OnInDoubt.Retry]
                   from fallback in new[] { false, true }
                   select Row(end, doubt, fallback);
        Snapshot.Matches("call-policy.txt", string.Join('\n', rows) + '\n');
    }

    [Fact]
    public void Every_kind_of_outcome_is_in_the_table() => Assert.Equal(
        typeof(CallOutcome).GetNestedTypes().Select(type => type.Name).Order(),
        Ends.Select(end => end.Outcome.GetType().Name).Distinct().Order());

    [Theory]
    [InlineData("small context", 20_000, 8_000, true, "pause CONC306")]
    [InlineData("short answers", 200_000, 4_000, true, "pause CONC306")]
    [InlineData("no schema", 200_000, 8_000, false, "pause CONC306")]
    [InlineData("able", 200_000, 8_000, true, "send stand-in Fallback")]
    public void Only_an_agent_whose_model_can_do_what_the_call_needs_stands_in(string model, int context, int output, bool schema, string expected)
    {
        var other = new Agent(new AgentId("stand-in"), "gemini", model, null, null, null, []) { Abilities = new ModelAbilities(context, output, schema) };
        var plan = Plan(OnInDoubt.Retry, Pm, other) with { Prompt = new string('x', 60_000), Output = new OutputSchema("plan", "{}") };
        Assert.Equal(expected, After(plan, new CallOutcome.RateLimited(31_536_000_000, "x")));
        Assert.Equal(expected == "pause CONC306", !((CallAction.Send)CallPolicy.Next(plan, [], 0)).HasSubstitute);
        Assert.Equal("send backend Fallback", After(plan with { Seats = [Pm, other with { Abilities = new ModelAbilities(1, 1, false) }, Backend] }, new CallOutcome.RateLimited(31_536_000_000, "x")));
    }

    [Theory]
    [InlineData(100_000, "fail CONC304")]
    [InlineData(100_001, "send stand-in Fallback")]
    public void A_question_that_was_too_long_goes_only_to_a_model_with_a_longer_context(int context, string expected)
    {
        var other = new Agent(new AgentId("stand-in"), "gemini", "g", null, null, null, []) { Abilities = new ModelAbilities(context, 8_000, true) };
        Assert.Equal(expected, After(Plan(OnInDoubt.Retry, Pm, other), new CallOutcome.Rejected(RejectionKind.TooLarge, 413, "x")));
    }

    [Fact]
    public void An_agent_of_an_older_session_whose_abilities_were_not_written_down_stands_in_as_before()
    {
        var other = Backend with { Abilities = null };
        Assert.Equal("send backend Fallback", After(Plan(OnInDoubt.Retry, Pm, other), new CallOutcome.Rejected(RejectionKind.TooLarge, 413, "x")));
    }

    private static string Row((string Name, CallOutcome Outcome) end, OnInDoubt doubt, bool fallback)
    {
        var plan = Plan(doubt, fallback ? [Pm, Backend] : [Pm]);
        var name = end.Outcome is CallOutcome.InDoubt ? $"{end.Name}, {doubt}" : end.Name;
        return $"{name,-28} {(fallback ? "fallback" : "alone"),-9} {string.Join(" -> ", Story(plan, end.Outcome))}";
    }

    // The same end again and again, until the call is over or the other agent is asked.
    private static IEnumerable<string> Story(CallPlan plan, CallOutcome outcome)
    {
        var attempts = ImmutableArray<AttemptState>.Empty;
        while (CallPolicy.Next(plan, attempts, 0) is CallAction.Send { Why: not AttemptReason.Fallback } send)
        {
            attempts = attempts.Add(Ended(plan, send, attempts.Length + 1, outcome));
            yield return Describe(CallPolicy.Next(plan, attempts, 0));
        }
    }

    private static string After(CallPlan plan, CallOutcome outcome) => Story(plan, outcome).First();

    private static string Describe(CallAction action) => action switch
    {
        CallAction.Send send => $"send {send.Agent.Id} {send.Why}{(send.NotBefore is { } time ? $" after {Math.Floor((time - Noon).TotalSeconds)} s" : "")}",
        CallAction.Done => "done",
        CallAction.Fail fail => $"fail {fail.Code}",
        CallAction.Pause pause => $"pause {pause.Code}",
        _ => "?",
    };

    private static CallPlan Plan(OnInDoubt onInDoubt, params Agent[] seats) => new(
        new DoorKey("p//1/ask"), [.. seats], "the question", null, 8_000, new RetryDefinition(3, Backoff.Exponential), onInDoubt,
        text => text.EndsWith("good", StringComparison.Ordinal) ? null : "it is not good");

    private static AttemptState Ended(CallPlan plan, CallAction.Send send, int number, CallOutcome outcome) => new(
        new EntryBody.AttemptStarted(plan.Key, number, send.Agent.Id, send.Agent.Provider, send.Agent.Model, ModelRequest.Hash(send.Request.ToJson()), StoredText.From(send.Request.ToJson()), 1m, send.Why),
        Noon)
    { Outcome = outcome, EndedAt = Noon };
}
