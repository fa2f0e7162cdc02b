using System.Diagnostics;
using Conclave.Simulator;
using Conclave.Simulator.Scenarios;
using Conclave.Tests.Workspace.Sandbox;

namespace Conclave.Tests.Simulator.Sdk;

/// <summary>The vendors' official JavaScript clients, unchanged but for their address. Their versions are pinned in package.json; <c>./test</c> installs them.</summary>
public sealed class JavaScriptClientTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests/Conclave.Tests/Simulator/Sdk");

    [Theory]
    [InlineData("openai", "openai")]
    [InlineData("anthropic", "@anthropic-ai/sdk")]
    [InlineData("gemini", "@google/genai")]
    public async Task The_official_JavaScript_client_works_unchanged(string provider, string package)
    {
        Needs.Node();
        Needs.Folder(Path.Combine(Folder, "node_modules", package), $"the npm package {package} (cd {Path.GetRelativePath(Repository.Root, Folder)} && npm ci)");
        var ledgers = TestSimulator.NewFolder();
        var scenario = Scenario.Load(Path.Combine(Folder, "scenario.yaml"));
        Assert.True(scenario.IsValid, string.Join('\n', scenario.Problems));
        await using (var server = await SimulatorServer.Start(
            new SimulatorOptions { Scenario = scenario.Value!, LedgerDirectory = ledgers, Latency = TimeSpan.Zero, TokensPerSecond = int.MaxValue }, TestContext.Current.CancellationToken))
        {
            var (code, said) = await Run(provider, server.BaseUrl(provider));

            Assert.True(code == 0, said);
        }

        Directory.Delete(ledgers, recursive: true);
    }

    private static async Task<(int Code, string Said)> Run(string provider, Uri address)
    {
        var start = new ProcessStartInfo("node", ["--test", "--test-reporter=spec", $"{provider}.test.mjs"])
        {
            WorkingDirectory = Folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Keys, addresses and proxies of the machine are none of the clients' business here.
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        start.Environment[$"SIMULATOR_{provider.ToUpperInvariant()}"] = address.ToString();
        using var node = Process.Start(start)!;
        var cancel = TestContext.Current.CancellationToken;
        var texts = await Task.WhenAll(node.StandardOutput.ReadToEndAsync(cancel), node.StandardError.ReadToEndAsync(cancel));
        await node.WaitForExitAsync(cancel);
        return (node.ExitCode, string.Concat(texts));
    }
}
