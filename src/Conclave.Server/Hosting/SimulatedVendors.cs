using System.Collections.Immutable;
using Conclave.Agents;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Simulator;
using Conclave.Simulator.Scenarios;

namespace Conclave.Server.Hosting;

/// <summary>The simulator inside this process, and a gateway for one session that reaches it over HTTP as it would the vendors.</summary>
public sealed class SimulatedVendors(SimulatorServer server, ModelGateway gateway) : IAsyncDisposable
{
    /// <summary>The scenario that is played when none is named.</summary>
    public const string DefaultScenario = "url-shortener";

    public IModelGateway Gateway => gateway;

    /// <summary>The scenario of this name or in this file.</summary>
    public static Refusable<Scenario> Find(string nameOrPath)
    {
        if (Scenario.BuiltInNames.Contains(nameOrPath, StringComparer.Ordinal))
        {
            return Scenario.BuiltIn(nameOrPath);
        }

        if (!File.Exists(nameOrPath))
        {
            return new Refusal(RefusalKind.Invalid, $"CONC202 there is no scenario `{nameOrPath}`", NearMiss.Suggest(nameOrPath, Scenario.BuiltInNames));
        }

        var read = Scenario.Load(nameOrPath);
        return read.Value is { } scenario && read.IsValid ? scenario : new Refusal(RefusalKind.Invalid, string.Join('\n', read.Problems));
    }

    /// <summary>Starts it on a free port; the session's calls are counted in a ledger of their own, which a later process goes on with.</summary>
    public static async Task<SimulatedVendors> Start(Scenario scenario, SessionId session, string ledgers, ModelCatalog catalog, TimeProvider clock, CancellationToken cancel)
    {
        var server = await SimulatorServer.Start(new SimulatorOptions { Scenario = scenario, LedgerDirectory = ledgers, TimeProvider = clock }, cancel);
        var providers = HostEnvironment.KeyVariables.Keys.ToImmutableDictionary(
            provider => provider,
            provider => new ProviderSettings(server.BaseUrl(provider, session.Value), new Secret("simulated")) { AllowInsecureLoopback = true });
        return new SimulatedVendors(server, new ModelGateway(new GatewaySettings(providers), catalog, clock));
    }

    public async ValueTask DisposeAsync()
    {
        await gateway.DisposeAsync();
        await server.DisposeAsync();
    }
}
