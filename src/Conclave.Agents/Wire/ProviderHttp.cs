using System.Net;
using Conclave.Agents.Network;

namespace Conclave.Agents.Wire;

/// <summary>Makes the one HTTP client of a provider.</summary>
internal static class ProviderHttp
{
    // So that a change of the vendor's addresses is noticed.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(15);

    /// <summary>A client that follows no redirect, keeps no cookie, and has no time-out of its own: the attempt has them.</summary>
    public static HttpClient Create(ProviderSettings settings, ExchangeHandler exchange)
    {
        exchange.InnerHandler = Connections(settings);
        return new HttpClient(exchange) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>The connections to a provider: no redirects, no cookies, and only to where its host may lie.</summary>
    public static SocketsHttpHandler Connections(ProviderSettings settings) =>
        new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = settings.Proxy is not null,
            Proxy = settings.Proxy is { } proxy ? new WebProxy(proxy) : null,
            ConnectTimeout = settings.ConnectTimeout,
            ConnectCallback = GuardedConnection.To(settings),
            PooledConnectionLifetime = ConnectionLifetime,
            // Trace ids and baggage of ours are no business of a vendor.
            ActivityHeadersPropagator = null,
        };
}
