using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Conclave.EndToEnd.Running;

/// <summary>A server behind TLS that speaks Chat Completions and answers everything with the version of HTTP in which it was asked.</summary>
internal sealed class TlsServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private TlsServer(WebApplication app) => this.app = app;

    /// <summary>The versions of HTTP in which it was asked.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    public int Port => new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;

    public static async Task<TlsServer> Start(X509Certificate2 certificate, HttpProtocols protocols)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = protocols;
            listen.UseHttps(certificate);
        }));
        var server = new TlsServer(builder.Build());
        server.app.Run(async context =>
        {
            server.Asked.Enqueue(context.Request.Protocol);
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(HttpMethods.IsGet(context.Request.Method)
                ? """{"object":"list","data":[{"id":"m","object":"model"}]}"""
                : $$$"""{"id":"1","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"by {{{context.Request.Protocol}}}"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""");
        });
        await server.app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
