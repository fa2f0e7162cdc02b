using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Conclave.Agents;
using Conclave.Server;
using Conclave.Server.Hosting;
using Conclave.Tests.Workspace.Files;

namespace Conclave.Tests.Server;

/// <summary>A whole server on a data directory of its own, on a free port of this machine.</summary>
internal sealed class ServedConclave : IAsyncDisposable
{
    private readonly TempFolder temp;
    private readonly ConclaveServer server;

    private ServedConclave(TempFolder temp, ConclaveHost host, ConclaveServer server)
    {
        this.temp = temp;
        this.server = server;
        Host = host;
        Client = new HttpClient { BaseAddress = server.Address };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Token);
        Stranger = new HttpClient { BaseAddress = server.Address };
    }

    public ConclaveHost Host { get; }

    /// <summary>The owner.</summary>
    public HttpClient Client { get; }

    /// <summary>Somebody without a token.</summary>
    public HttpClient Stranger { get; }

    public Uri Address => server.Address;

    public string Token => server.Token;

    /// <summary>The data directory.</summary>
    public string Data => Path.Combine(temp.Path, "data");

    public static async Task<ServedConclave> Start(Func<ServerOptions, ServerOptions>? with = null)
    {
        var folder = new TempFolder();
        var data = Path.Combine(folder.Path, "data");
        var host = ConclaveHost.Open(new HostEnvironment(data, ImmutableDictionary<string, Secret>.Empty, null, false), TimeProvider.System).Value!;
        var options = new ServerOptions { Port = 0, ProjectsRoot = Path.Combine(folder.Path, "projects"), Version = "test" };
        return new ServedConclave(folder, host, await ConclaveServer.Start(host, with?.Invoke(options) ?? options, TimeProvider.System, CancellationToken.None));
    }

    /// <summary>Starts a session that the simulator answers, of a sample workflow (it takes a second), and gives its id.</summary>
    public async Task<string> StartSample(string name = "loop")
    {
        var samples = Path.Combine(Repository.Root, "samples");
        var created = await Client.PostAsJsonAsync(
            "/api/projects",
            new JsonObject { ["description"] = "rain", ["workflow"] = Path.Combine(samples, $"{name}.yaml"), ["scenario"] = Path.Combine(samples, "answers.yaml") });
        Assert.True(created.IsSuccessStatusCode, await created.Content.ReadAsStringAsync());
        return (string)(await created.Content.ReadFromJsonAsync<JsonObject>())!["session_id"]!;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Stranger.Dispose();
        await server.DisposeAsync();
        await Host.DisposeAsync();
        temp.Dispose();
    }
}
