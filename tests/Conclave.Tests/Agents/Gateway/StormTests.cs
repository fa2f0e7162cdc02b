using System.Collections.Immutable;
using Conclave.Agents;
using Conclave.Engine.Budget;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Tests.Fakes;
using Conclave.Tests.Simulator;

namespace Conclave.Tests.Agents.Gateway;

/// <summary>Many sessions that share one gateway while the vendors turn many of their calls away, or all.</summary>
public sealed class StormTests
{
    private const string Scope = "storm";

    // For entries, deadlines, waits and a place in line a request and a session look some 25 times; this is four times as much.
    private const int LooksOfEach = 100;

    private const string Yaml = """
        name: storm
        version: 1
        inputs: { description: { required: true } }
        agents:
          pm: { provider: openai, model: gpt-6.2-sol }
          backend: { provider: anthropic, model: claude-opus-5-5 }
          frontend: { provider: gemini, model: gemini-4-hydrogen }
        defaults: { timeout: 24h, retry: { attempts: 10, backoff: exponential } }
        phases:
          a: { agent: pm, prompt: "<task name=\"a\">begin", max_output_tokens: 100 }
          b: { needs: a, agent: backend, prompt: "<task name=\"b\">left of ${{ phases.a.output }}", max_output_tokens: 100 }
          c: { needs: a, agent: frontend, prompt: "<task name=\"c\">right of ${{ phases.a.output }}", max_output_tokens: 100 }
          d: { needs: [b, c], agent: pm, prompt: "<task name=\"d\">join", max_output_tokens: 100 }
        """;

    [Theory]
    [InlineData(1, "kind: rate_limit, retry_after: 2")]
    [InlineData(2, "kind: rate_limit")]
    [InlineData(3, "kind: rate_limit, retry_after: 0")]
    [InlineData(4, "kind: overloaded")]
    [InlineData(5, "kind: overloaded, retry_after: 3")]
    [InlineData(6, "kind: server_error, status: 503, retry_after: 1, form: milliseconds")]
    [InlineData(7, "kind: server_error, status: 529")]
    [InlineData(8, "kind: server_error, status: 529, retry_after: 20, form: date")]
    public async Task After_a_storm_every_session_has_succeeded_and_the_ledger_says_what_the_journals_say(int seed, string fault)
    {
        // Fewer than a call has attempts, so that no call can meet them all and give up.
        const int Sessions = 6;
        const int Calls = 4 * Sessions;
        var random = new Random(seed);
        var turnedAway = Enumerable.Range(1, Calls).OrderBy(_ => random.Next()).Take(9).Order().ToList();
        var clock = new FakeTimeProvider();
        await using var simulator = await TestSimulator.Start($"{string.Concat(turnedAway.Select(nth => $"  - match: {{ nth: {nth} }}\n    fault: {{ {fault} }}\n"))}  - reply: fine\n", clock: clock);

        // It is no outage, however many of them fall to one model.
        var (states, _) = await Run(simulator, clock, Sessions, new BreakerSettings(Calls, TimeSpan.FromSeconds(30)));

        Assert.All(states, state => Assert.Equal((SessionStatus.Succeeded, 0m), (state.Status, state.ReservedUsd)));
        var journaled = states.SelectMany(state => state.Calls.Values).SelectMany(call => call.Attempts).ToList();
        var ledger = simulator.Calls(Scope);
        Assert.Equal(Calls + turnedAway.Count, ledger.Length);
        Assert.Equal(ledger.Length, journaled.Count);
        Assert.Equal(turnedAway.Count, journaled.Count(attempt => attempt.Outcome is CallOutcome.RateLimited or CallOutcome.Overloaded));
        Assert.Equal(Calls, journaled.Count(attempt => attempt.Outcome is CallOutcome.Answered));
        Assert.Equal(ledger.Sum(call => call.End!.InputTokens), journaled.Sum(attempt => attempt.Outcome!.Tokens?.InputTokens ?? 0));
        Assert.Equal(ledger.Sum(call => call.End!.OutputTokens), journaled.Sum(attempt => attempt.Outcome!.Tokens?.OutputTokens ?? 0));
        var paid = ledger.Sum(call => ModelCatalog.BuiltIn.Profile(Provider(call.Model), call.Model, call.Time)!.Price!.Cost(new Usage(call.End!.InputTokens, 0, 0, call.End.OutputTokens, 0)));
        Assert.Equal(paid, states.Sum(state => state.SpentUsd));
    }

    [Theory]
    // Who only limits the rate is there: each call may ask as often as it has attempts.
    [InlineData("kind: rate_limit, retry_after: 2", 10)]
    [InlineData("kind: rate_limit", 10)]
    [InlineData("kind: rate_limit, retry_after: 0", 10)]
    // Who asks for more than any call waits is down at once.
    [InlineData("kind: rate_limit, retry_after: 31536000", 1)]
    [InlineData("kind: overloaded, retry_after: 31536000", 1)]
    // A model without capacity is given a rest after a few failures, and then one call tries at a time: fewer requests than there are sessions.
    [InlineData("kind: overloaded", 1)]
    [InlineData("kind: overloaded, retry_after: 3", 1)]
    [InlineData("kind: server_error, status: 503, retry_after: 0", 1)]
    [InlineData("kind: server_error, status: 529, retry_after: 20, form: date", 1)]
    public async Task In_an_outage_the_requests_are_few_and_every_session_pauses_with_its_reason(string fault, int requestsOfEach)
    {
        const int Sessions = 30;
        var clock = new FakeTimeProvider();
        await using var simulator = await TestSimulator.Start($"  - fault: {{ {fault} }}\n", clock: clock);

        var (states, looks) = await Run(simulator, clock, Sessions, BreakerSettings.Default);

        Assert.All(states, state => Assert.Equal((SessionStatus.Paused, 0m, 0m), (state.Status, state.ReservedUsd, state.SpentUsd)));
        Assert.All(states, state => Assert.Contains(state.Reason!.Code, new[] { "CONC306", "CONC420" }));
        Assert.All(states, state => Assert.NotEmpty(state.Reason!.Fix!));
        var ledger = simulator.Calls(Scope);
        Assert.Equal(ledger.Length, states.SelectMany(state => state.Calls.Values).SelectMany(call => call.Attempts).Count(attempt => attempt.Outcome is not CallOutcome.NotSent));
        Assert.True(ledger.Length <= requestsOfEach * Sessions, $"{ledger.Length} requests");
        Assert.True(looks <= LooksOfEach * (ledger.Length + Sessions), $"the clock was looked at {looks} times for {ledger.Length} requests: something spins");
    }

    private static async Task<(ImmutableArray<SessionState> States, long Looks)> Run(TestSimulator simulator, FakeTimeProvider clock, int count, BreakerSettings breaker)
    {
        var never = TimeSpan.FromDays(1);
        var providers = ProviderNames.All.ToImmutableDictionary(
            provider => provider,
            provider => new ProviderSettings(simulator.Server.BaseUrl(provider, Scope), new Secret("k"))
            {
                AllowInsecureLoopback = true,
                MaxConcurrentCalls = 2,
                Breaker = breaker,
                FirstByteTimeout = never,
                IdleTimeout = never,
                TotalTimeout = never,
            });
        await using var gateway = new ModelGateway(new GatewaySettings(providers), ModelCatalog.BuiltIn, clock);
        var sessions = Enumerable.Range(0, count)
            .Select(number => new TestSession(Yaml) { Gateway = gateway, Clock = clock, SessionId = new SessionId($"20261122-storm{number}") })
            .ToList();
        var running = Task.WhenAll(sessions.Select(session => session.CreateAndRun()));
        // Waits take no time of ours: the clock goes on, step by step, until all sessions are through.
        while (!running.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(10));
            await Task.WhenAny(running, Task.Delay(TimeSpan.FromMilliseconds(5)));
        }

        return ([.. await running], clock.Looks);
    }

    private static string Provider(string model) => ModelCatalog.BuiltIn.Models.Single(known => known.Model == model).Provider;
}
