using System.Collections.Immutable;
using Conclave.Simulator;
using Conclave.Simulator.Ledgers;
using Conclave.Simulator.Scenarios;

namespace Conclave.Tests.Simulator;

/// <summary>A simulator that plays rules given as YAML, at full speed unless told otherwise, with its ledgers in a folder of its own.</summary>
internal sealed class TestSimulator : IAsyncDisposable
{
    private readonly SimulatorServer server;
    private readonly string? ownLedgers;

    private TestSimulator(SimulatorServer server, string ledgers, bool owned)
    {
        this.server = server;
        Ledgers = ledgers;
        ownLedgers = owned ? ledgers : null;
    }

    public SimulatorServer Server => server;

    /// <summary>The folder of the ledgers.</summary>
    public string Ledgers { get; }

    /// <summary>A client that sees every reply as it is: no redirects, no time-out but the test's.</summary>
    public HttpClient Http { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(60) };

    /// <param name="answers">The rules, as they stand below <c>answers:</c>.</param>
    /// <param name="ledgers">A folder that outlives the simulator; null for one that goes with it.</param>
    public static async Task<TestSimulator> Start(
        string answers, string? ledgers = null, TimeProvider? clock = null, TimeSpan? latency = null, int tokensPerSecond = int.MaxValue)
    {
        var directory = ledgers ?? NewFolder();
        var options = new SimulatorOptions
        {
            Scenario = Read(answers),
            LedgerDirectory = directory,
            Latency = latency ?? TimeSpan.Zero,
            TokensPerSecond = tokensPerSecond,
            TimeProvider = clock ?? TimeProvider.System,
        };
        return new TestSimulator(await SimulatorServer.Start(options, TestContext.Current.CancellationToken), directory, ledgers is null);
    }

    public static string NewFolder() => Directory.CreateTempSubdirectory("conclave-simulator-").FullName;

    public static Scenario Read(string answers)
    {
        var text = "name: test\nanswers:\n" + answers;
        var read = ScenarioReader.Read(new ScenarioFiles("test.yaml", new FileText(text, null), _ => FileText.Missing));
        Assert.True(read.IsValid, string.Join('\n', read.Problems));
        return read.Value!;
    }

    /// <summary>What the ledger of a scope holds now.</summary>
    public ImmutableArray<LedgerCall> Calls(string scope = "default") => Ledger.Read(Ledger.FileOf(Ledgers, scope));

    /// <summary>Asks in one of the wire formats and gives the status and the body.</summary>
    public async Task<(int Status, string Body)> Ask(WireFormat format, string prompt, bool streamed = false, string? scope = null)
    {
        using var request = WireRequest.Of(format, server, prompt, streamed, scope);
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await server.DisposeAsync();
        if (ownLedgers is not null)
        {
            Directory.Delete(ownLedgers, recursive: true);
        }
    }
}
