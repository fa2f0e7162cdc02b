using System.Security.Cryptography;
using Conclave.Server.Access;
using Conclave.Server.Hosting;
using Conclave.Server.Rest;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Conclave.Server;

/// <summary>The API of one data directory's owner, over HTTP. Closing it lets the calls under way end and keeps every session resumable.</summary>
public sealed class ConclaveServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly SessionPool pool;

    private ConclaveServer(WebApplication app, SessionPool pool, string token)
    {
        this.app = app;
        this.pool = pool;
        Token = token;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    /// <summary>Where it listens, for example <c>http://127.0.0.1:8000/</c>.</summary>
    public Uri Address { get; }

    /// <summary>The owner's token; whoever has it may do everything. Never log it.</summary>
    public string Token { get; }

    /// <summary>Starts to serve. The host stays the caller's.</summary>
    /// <exception cref="IOException">The port is in use.</exception>
    public static async Task<ConclaveServer> Start(ConclaveHost host, ServerOptions options, TimeProvider clock, CancellationToken cancel)
    {
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var sessions = new SessionPool(host, options.SessionsAtOnce);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = ApiLimits.MaxBody;
            kestrel.Listen(options.Listen, options.Port);
        });
        builder.Services.AddSingleton(host).AddSingleton(sessions).AddSingleton(options).AddSingleton(clock);
        builder.Services.AddConclaveAccess(token);
        builder.Services.AddConclaveApi();
        var built = builder.Build();
        built.UseConclaveAccess();
        built.MapConclaveApi();
        await built.StartAsync(cancel);
        return new ConclaveServer(built, sessions, token);
    }

    /// <summary>Stops taking requests, then lets the calls under way end; cancelling breaks them off.</summary>
    public async Task Stop(CancellationToken abort)
    {
        await pool.Drain(abort);
        await app.StopAsync(abort);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await pool.DisposeAsync();
        await app.DisposeAsync();
    }
}
