using System.Collections.Immutable;
using Conclave.Agents;
using Conclave.Engine.Budget;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Tests.Fakes;
using Conclave.Tests.Simulator;

namespace Conclave.Tests.Agents.Gateway;

/// <summary>Several sessions that share one gateway while the vendors turn many of their calls away.</summary>
public sealed class StormTests
{
    private const int Sessions = 6;
    private const int Calls = 4 * Sessions;
    private const string Scope = "storm";

    private const string Yaml = """
        name: storm
        version: 1
        inputs: { description: { required: true } }
        agents:
          pm: { provider: openai, model: gpt-6.2-sol }
          backend: { provider: anthropic, model: claude-opus-5-5 }
          frontend: { provider: gemini, model: gemini-4-hydrogen }
        defaults: { retry: { attempts: 10, backoff: fixed } }
        phases:
          a: { agent: pm, prompt: "<task name=\"a\">begin", max_output_tokens: 100 }
          b: { needs: a, agent: backend, prompt: "<task name=\"b\">left of ${{ phases.a.output }}", max_output_tokens: 100 }
          c: { needs: a, agent: frontend, prompt: "<task name=\"c\">right of ${{ phases.a.output }}", max_output_tokens: 100 }
          d: { needs: [b, c], agent: pm, prompt: "<task name=\"d\">join", max_output_tokens: 100 }
        """;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task In_a_storm_of_429_every_session_succeeds_and_the_ledger_says_what_the_journals_say(int seed)
    {
        // Fewer than a call has attempts, so that no call can meet them all and give up.
        var random = new Random(seed);
        var turnedAway = Enumerable.Range(1, Calls).OrderBy(_ => random.Next()).Take(9).Order().ToList();
        var rules = turnedAway.Select((nth, index) => $"  - match: {{ nth: {nth} }}\n    fault: {{ kind: rate_limit, retry_after: 0.0{index % 5} }}\n");
        await using var simulator = await TestSimulator.Start($"{string.Concat(rules)}  - reply: fine\n");
        var providers = ProviderNames.All.ToImmutableDictionary(
            provider => provider,
            provider => new ProviderSettings(simulator.Server.BaseUrl(provider, Scope), new Secret("k")) { AllowInsecureLoopback = true, MaxConcurrentCalls = 2 });
        await using var gateway = new ModelGateway(new GatewaySettings(providers), ModelCatalog.BuiltIn, TimeProvider.System);
        var sessions = Enumerable.Range(0, Sessions)
            .Select(number => new TestSession(Yaml) { Gateway = gateway, Clock = TimeProvider.System, SessionId = new SessionId($"20261122-storm{number}") })
            .ToList();

        var states = await Task.WhenAll(sessions.Select(session => session.CreateAndRun()));

        Assert.All(states, state => Assert.Equal((SessionStatus.Succeeded, 0m), (state.Status, state.ReservedUsd)));
        var journaled = states.SelectMany(state => state.Calls.Values).SelectMany(call => call.Attempts).ToList();
        var ledger = simulator.Calls(Scope);
        Assert.Equal(Calls + turnedAway.Count, ledger.Length);
        Assert.Equal(ledger.Length, journaled.Count);
        Assert.Equal(turnedAway.Count, journaled.Count(attempt => attempt.Outcome is CallOutcome.RateLimited));
        Assert.Equal(Calls, journaled.Count(attempt => attempt.Outcome is CallOutcome.Answered));
        Assert.Equal(ledger.Sum(call => call.End!.InputTokens), journaled.Sum(attempt => attempt.Outcome!.Tokens?.InputTokens ?? 0));
        Assert.Equal(ledger.Sum(call => call.End!.OutputTokens), journaled.Sum(attempt => attempt.Outcome!.Tokens?.OutputTokens ?? 0));
        var paid = ledger.Sum(call => ModelCatalog.BuiltIn.Profile(Provider(call.Model), call.Model, call.Time)!.Price!.Cost(new Usage(call.End!.InputTokens, 0, 0, call.End.OutputTokens, 0)));
        Assert.Equal(paid, states.Sum(state => state.SpentUsd));
    }

    private static string Provider(string model) => ModelCatalog.BuiltIn.Models.Single(known => known.Model == model).Provider;
}
