using System.Net;
using Conclave.Engine.Definition;
using Conclave.Simulator.Http;
using Conclave.Simulator.Ledgers;
using Conclave.Simulator.Playing;
using Conclave.Simulator.Scenarios;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Conclave.Simulator;

/// <summary>
/// A server on 127.0.0.1 that speaks the wire formats of three vendors, plays a scenario and keeps a ledger of calls. Official clients of the
/// vendors work against it unchanged; any key will do. Reads no environment and no configuration file, and prints nothing.
/// </summary>
public sealed class SimulatorServer : IAsyncDisposable
{
    private const long MaxRequestBytes = 32 * 1024 * 1024;

    private readonly KestrelServer kestrel;
    private readonly SimulatorApplication application;
    private readonly LedgerDirectory ledgers;

    private SimulatorServer(KestrelServer kestrel, SimulatorApplication application, LedgerDirectory ledgers)
    {
        this.kestrel = kestrel;
        this.application = application;
        this.ledgers = ledgers;
        Address = new Uri(kestrel.Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    /// <summary>Where it listens, for example <c>http://127.0.0.1:34567/</c>.</summary>
    public Uri Address { get; }

    /// <summary>Starts a server; it serves until it is disposed.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="IOException">The port or the ledger directory is in use.</exception>
    public static async Task<SimulatorServer> Start(SimulatorOptions options, CancellationToken cancel)
    {
        if (options.Problems() is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join("; ", problems), nameof(options));
        }

        var books = new LedgerDirectory(options.LedgerDirectory, options.TimeProvider);
        var server = Kestrel(options);
        try
        {
            var pace = new Pace(options.Latency, options.TokensPerSecond);
            var app = new SimulatorApplication(options.Scenario, pace, books, options.TimeProvider);
            await server.StartAsync(app, cancel);
            return new SimulatorServer(server, app, books);
        }
        catch
        {
            server.Dispose();
            books.Dispose();
            throw;
        }
    }

    /// <summary>What a provider's client wants as its base URL.</summary>
    /// <param name="provider"><c>openai</c>, <c>anthropic</c> or <c>gemini</c>.</param>
    /// <param name="scope">Whose ledger its calls go to, of <c>a-z 0-9 -</c>; null for the scope <c>default</c>.</param>
    /// <exception cref="ArgumentException">There is no such provider, or the scope's name is not one.</exception>
    public Uri BaseUrl(string provider, string? scope = null)
    {
        if (scope is not null && !Route.IsScope(scope))
        {
            throw new ArgumentException($"`{scope}` can't name a scope: write 1 to 64 of a-z, 0-9 and -.", nameof(scope));
        }

        var version = VendorName.Parse(provider) switch
        {
            Vendor.OpenAI => "v1",
            Vendor.Anthropic => "",
            Vendor.Gemini => "v1beta",
            _ => throw new ArgumentException($"There is no provider `{provider}` ({NearMiss.Suggest(provider, VendorName.All)}).", nameof(provider)),
        };
        return new Uri(Address, scope is null ? version : $"scopes/{scope}/{version}".TrimEnd('/'));
    }

    /// <summary>Stops at once: calls under way are broken off and noted as aborted.</summary>
    public async ValueTask DisposeAsync()
    {
        await kestrel.StopAsync(new CancellationToken(canceled: true));
        await application.Running.Drain();
        kestrel.Dispose();
        ledgers.Dispose();
    }

    private static KestrelServer Kestrel(SimulatorOptions simulator)
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxRequestBodySize = MaxRequestBytes;

        // How slow a connection may be is the scenario's and the debugger's business.
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        options.Listen(IPAddress.Loopback, simulator.Port, listen => listen.Protocols = HttpProtocols.Http1);

        // A reset throws away what waits in the server's own buffer, so where resets may come nothing may wait there. It halves the speed.
        var transport = new SocketTransportOptions();
        if (simulator.Scenario.Rules.Any(rule => rule.Fault is Fault.Reset or Fault.Truncate { Framing: not Framing.Whole }))
        {
            transport.MaxWriteBufferSize = 1;
        }

        return new KestrelServer(Options.Create(options), new SocketTransportFactory(Options.Create(transport), NullLoggerFactory.Instance), NullLoggerFactory.Instance);
    }
}
