using System.Collections.Immutable;
using Conclave.Simulator.Ledgers;

namespace Conclave.EndToEnd.Running;

/// <summary>The simulator as a process of its own, as fast as it can be, with its ledger.</summary>
internal sealed class SimulatorProcess : IAsyncDisposable
{
    private readonly RunningProcess process;
    private readonly string ledgers;
    private readonly Dictionary<string, string> addresses;

    private SimulatorProcess(RunningProcess process, string ledgers, Dictionary<string, string> addresses)
    {
        this.process = process;
        this.ledgers = ledgers;
        this.addresses = addresses;
    }

    /// <summary>The calls that it received, in order.</summary>
    public ImmutableArray<LedgerCall> Calls => Ledger.Read(Ledger.FileOf(ledgers, "default"));

    public static async Task<SimulatorProcess> Start(Machine machine, string scenario = "url-shortener", int latency = 0)
    {
        var folder = Path.Combine(machine.Root, "ledgers");
        var server = machine.Start("simulate", "--scenario", scenario, "--ledger", folder, "--latency", $"{latency}", "--tokens-per-second", "10000000");
        var served = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var provider in new[] { "anthropic", "gemini", "openai" })
        {
            served[provider] = (await server.Line($"{provider} http")).Split(' ')[1];
        }

        return new SimulatorProcess(server, folder, served);
    }

    /// <summary>Makes a machine reach it in place of the vendors, by its settings and keys, as it would reach the vendors themselves.</summary>
    public void Serve(Machine machine, string key = "any-key")
    {
        Directory.CreateDirectory(machine.Data);
        File.WriteAllText(
            Path.Combine(machine.Data, "config.yaml"),
            "providers:\n" + string.Concat(addresses.Select(pair => $"  {pair.Key}: {{ base_url: \"{pair.Value}\", allow_insecure_loopback: true }}\n")));
        foreach (var name in new[] { "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY" })
        {
            machine.Environment[name] = key;
        }
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();
}
