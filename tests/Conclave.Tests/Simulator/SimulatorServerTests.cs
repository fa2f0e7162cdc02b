using System.Net;
using Conclave.Simulator;
using Conclave.Simulator.Scenarios;

namespace Conclave.Tests.Simulator;

public sealed class SimulatorServerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_provider_has_the_base_url_that_its_client_wants()
    {
        await using var simulator = await TestSimulator.Start("  - reply: Hello.\n");
        var root = simulator.Server.Address.ToString();

        Assert.Equal(IPAddress.Loopback.ToString(), simulator.Server.Address.Host);
        Assert.Equal(root + "v1", simulator.Server.BaseUrl("openai").ToString());
        Assert.Equal(root, simulator.Server.BaseUrl("anthropic", null).ToString());
        Assert.Equal(root + "v1beta", simulator.Server.BaseUrl("gemini").ToString());
        Assert.Equal(root + "scopes/night-1/v1", simulator.Server.BaseUrl("openai", "night-1").ToString());
        Assert.Equal(root + "scopes/night-1", simulator.Server.BaseUrl("anthropic", "night-1").ToString());
        Assert.Equal(root + "scopes/night-1/v1beta", simulator.Server.BaseUrl("gemini", "night-1").ToString());
        Assert.Contains("did you mean `openai`?", Assert.Throws<ArgumentException>(() => simulator.Server.BaseUrl("opnai")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("Upper")]
    [InlineData("a/b")]
    [InlineData("new\n")]
    public async Task A_scope_has_a_plain_name(string scope)
    {
        await using var simulator = await TestSimulator.Start("  - reply: Hello.\n");

        Assert.Throws<ArgumentException>(() => simulator.Server.BaseUrl("openai", scope));
    }

    [Theory]
    [InlineData("/scopes/Upper/v1/responses")]
    [InlineData("/scopes/..%2F..%2Fetc/v1/responses")]
    [InlineData("/scopes//v1/responses")]
    public async Task A_scope_that_is_no_name_is_not_found(string path)
    {
        await using var simulator = await TestSimulator.Start("  - reply: Hello.\n");
        using var request = WireRequest.Of(WireFormat.Responses, simulator.Server, "go", streamed: false);
        request.RequestUri = new Uri(simulator.Server.Address, path);
        using var response = await simulator.Http.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(["lock"], Directory.EnumerateFiles(simulator.Ledgers).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Options_that_make_no_sense_are_refused_all_at_once()
    {
        var options = new SimulatorOptions
        {
            Scenario = Scenario.BuiltIn("hello"),
            LedgerDirectory = " ",
            Port = 70_000,
            Latency = TimeSpan.FromSeconds(-1),
            TokensPerSecond = 0,
        };

        var error = await Assert.ThrowsAsync<ArgumentException>(() => SimulatorServer.Start(options, Cancel));

        Assert.All((string[])["LedgerDirectory", "Port", "Latency", "TokensPerSecond"], name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_an_error_that_leaves_nothing_behind()
    {
        await using var simulator = await TestSimulator.Start("  - reply: Hello.\n");
        var ledgers = TestSimulator.NewFolder();
        var options = new SimulatorOptions { Scenario = Scenario.BuiltIn("hello"), LedgerDirectory = ledgers, Port = simulator.Server.Address.Port };

        await Assert.ThrowsAnyAsync<IOException>(() => SimulatorServer.Start(options, Cancel));

        await using (await SimulatorServer.Start(options with { Port = 0 }, Cancel))
        {
            Assert.True(File.Exists(Path.Combine(ledgers, "lock")));
        }

        Directory.Delete(ledgers, recursive: true);
    }

    [Fact]
    public async Task The_hello_scenario_greets_every_vendor()
    {
        var ledgers = TestSimulator.NewFolder();
        var options = new SimulatorOptions { Scenario = Scenario.BuiltIn("hello"), LedgerDirectory = ledgers, Latency = TimeSpan.Zero };
        await using (var server = await SimulatorServer.Start(options, Cancel))
        {
            using var http = new HttpClient();
            foreach (var format in Enum.GetValues<WireFormat>())
            {
                using var request = WireRequest.Of(format, server, "<task name=\"anything\">", streamed: false);
                using var response = await http.SendAsync(request, Cancel);
                Assert.Equal("Hello from the simulator.", ServerSentEvents.WholeText(format, await response.Content.ReadAsStringAsync(Cancel)));
            }
        }

        Directory.Delete(ledgers, recursive: true);
    }
}
