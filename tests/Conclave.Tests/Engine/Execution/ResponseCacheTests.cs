using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Engine.Execution;

/// <summary>Answers that were given before are used where a phase wants it, and are never anything but a model's own whole answer.</summary>
public sealed class ResponseCacheTests
{
    private static string Yaml(string cache, string more = "") => $$"""
        name: cached
        version: 1
        inputs: { description: { required: true } }
        agents:
          pm: { provider: openai, model: m1 }
        phases:
          a: { agent: pm, prompt: "what is it", cache: {{cache}}{{more}} }
        """;

    private static TestSession Session(string id, string cache, FakeGateway gateway, IResponseCache store, string? simulated = null, string more = "") => new(Yaml(cache, more))
    {
        SessionId = new SessionId(id),
        Gateway = gateway,
        Cache = store,
        Simulated = simulated,
    };

    [Fact]
    public async Task A_stored_answer_is_used_instead_of_asking_and_the_story_says_so()
    {
        var (store, gateway) = (new InMemoryResponseCache(), new FakeGateway(_ => "an answer"));
        var first = await Session("s1", "read-write", gateway, store).CreateAndRun();
        var again = Session("s2", "read-write", gateway, store);
        var second = await again.CreateAndRun();

        Assert.Single(gateway.Ledger);
        Assert.Equal(("\"an answer\"", SessionStatus.Succeeded), (TestSession.Output(second, "a"), second.Status));
        Assert.Equal((0m, 0m), (second.SpentUsd, second.ReservedUsd));
        var attempt = Assert.Single(second.OwnAttempts());
        Assert.Equal(first.SpentUsd, attempt.Cached?.SavedUsd);
        Assert.Equal(10, attempt.Cached?.Usage?.OutputTokens);
        Assert.Null(attempt.Outcome?.Tokens);
        var kinds = (await again.Entries()).Select(entry => entry.Body.Kind()).Where(kind => kind.StartsWith("attempt", StringComparison.Ordinal));
        Assert.Equal(["attempt-started/1", "attempt-ended/1"], kinds);
        var summary = Assert.Single(await again.Journal.List(new SessionQuery("s2"), CancellationToken.None));
        Assert.Equal((1, 0m), (summary.CachedCalls, summary.SpentUsd));
    }

    [Theory]
    [InlineData("off", "off", 2)]
    [InlineData("read", "read", 2)]
    [InlineData("read-write", "off", 2)]
    [InlineData("read-write", "read", 1)]
    public async Task Only_read_write_keeps_answers_and_only_read_and_read_write_use_them(string first, string second, int asked)
    {
        var (store, gateway) = (new InMemoryResponseCache(), new FakeGateway(_ => "an answer"));
        await Session("s1", first, gateway, store).CreateAndRun();
        await Session("s2", second, gateway, store).CreateAndRun();
        Assert.Equal(asked, gateway.Ledger.Count);
    }

    [Fact]
    public async Task Any_other_request_is_asked_the_model_the_vendor_and_the_limit_included()
    {
        var (store, gateway) = (new InMemoryResponseCache(), new FakeGateway(_ => "an answer"));
        await Session("s1", "read-write", gateway, store).CreateAndRun();
        await Session("s2", "read-write", gateway, store, more: ", max_output_tokens: 77").CreateAndRun();
        foreach (var (id, from, to) in new[] { ("s3", "m1", "m2"), ("s4", "openai", "gemini"), ("s5", "what is it", "what was it") })
        {
            await new TestSession(Yaml("read-write").Replace(from, to, StringComparison.Ordinal)) { SessionId = new SessionId(id), Gateway = gateway, Cache = store }.CreateAndRun();
        }

        Assert.Equal(5, gateway.Ledger.Count);
        Assert.Equal(5, store.Answers.Count);
    }

    [Fact]
    public async Task A_refusal_a_cut_off_answer_and_an_unreadable_one_are_not_kept()
    {
        var store = new InMemoryResponseCache();
        await Session("s1", "read-write", new FakeGateway((_, _) => new CallOutcome.Refused("policy", null)), store).CreateAndRun();
        await Session("s2", "read-write", new FakeGateway(_ => " "), store).CreateAndRun();
        var parts = 0;
        var cut = new FakeGateway((_, _) => parts++ == 0 ? new CallOutcome.CutOff(StoredText.From("one "), null, null) : FakeGateway.Answered("two"));
        var state = await Session("s3", "read-write", cut, store).CreateAndRun();
        Assert.Equal("\"one two\"", TestSession.Output(state, "a"));
        Assert.Empty(store.Answers);
    }

    [Fact]
    public async Task Only_the_answer_that_could_be_read_is_kept_of_a_call_that_was_asked_again()
    {
        var store = new InMemoryResponseCache();
        await Session("s1", "read-write", new FakeGateway((request, _) => FakeGateway.Answered(request.Messages.Length == 1 ? " " : "better")), store).CreateAndRun();
        Assert.Equal("better", Assert.Single(store.Answers.Values).Text);
    }

    [Fact]
    public async Task Played_answers_never_pass_for_those_of_a_model_or_of_another_scenario()
    {
        var (store, gateway) = (new InMemoryResponseCache(), new FakeGateway(_ => "an answer"));
        await Session("s1", "read-write", gateway, store, simulated: "hello").CreateAndRun();
        await Session("s2", "read-write", gateway, store, simulated: "other").CreateAndRun();
        await Session("s3", "read-write", gateway, store).CreateAndRun();
        Assert.Equal(3, gateway.Ledger.Count);
        await Session("s4", "read-write", gateway, store, simulated: "hello").CreateAndRun();
        Assert.Equal(3, gateway.Ledger.Count);
    }

    [Fact]
    public async Task A_hit_needs_no_budget()
    {
        var (store, gateway) = (new InMemoryResponseCache(), new FakeGateway(_ => "an answer"));
        await Session("s1", "read-write", gateway, store).CreateAndRun();
        var poor = new TestSession(Yaml("read")) { SessionId = new SessionId("s2"), Gateway = gateway, Cache = store, BudgetUsd = 0.01m };
        Assert.Equal(SessionStatus.Succeeded, (await poor.CreateAndRun()).Status);
    }
}
