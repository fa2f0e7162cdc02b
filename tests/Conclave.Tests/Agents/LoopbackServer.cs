using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Conclave.Tests.Agents;

/// <summary>A real server on a loopback port that replies as a test says and remembers what it was asked.</summary>
public sealed class LoopbackServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private LoopbackServer(WebApplication app) => this.app = app;

    /// <summary>Every request, in order.</summary>
    public ConcurrentQueue<SeenRequest> Seen { get; } = [];

    public Uri Url { get; private set; } = new("http://127.0.0.1");

    public static async Task<LoopbackServer> Start(RequestDelegate reply, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                if (certificate is not null)
                {
                    listen.UseHttps(certificate);
                }
            });
        });
        var server = new LoopbackServer(builder.Build());
        server.app.Run(async context =>
        {
            var seen = await SeenRequest.Of(context.Request);
            context.Items[nameof(SeenRequest)] = seen;
            server.Seen.Enqueue(seen);
            await reply(context);
        });
        await server.app.StartAsync();
        server.Url = new Uri(server.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return server;
    }

    /// <summary>A server that gives everybody the same reply.</summary>
    public static Task<LoopbackServer> Start(int status, string body, params (string Name, string Value)[] headers) => Start(async context =>
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers)
        {
            context.Response.Headers[name] = value;
        }

        await context.Response.WriteAsync(body);
    });

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}

/// <summary>What a server was asked.</summary>
public sealed record SeenRequest(string Method, string Target, string Headers, string Body)
{
    public static async Task<SeenRequest> Of(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var headers = string.Join('\n', request.Headers.Select(header => $"{header.Key.ToLowerInvariant()}: {header.Value}"));
        return new SeenRequest(request.Method, $"{request.Path}{request.QueryString}", headers, await reader.ReadToEndAsync());
    }
}
