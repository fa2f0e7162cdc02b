using System.Net;
using System.Net.Sockets;

namespace Conclave.Agents.Network;

/// <summary>Opens connections to one vendor: its name is resolved once, what came out is checked, and the connection goes there and nowhere else.</summary>
internal static class GuardedConnection
{
    /// <summary>The way to connect, for a handler's connections; null, the handler's own, when a proxy resolves names.</summary>
    public static Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>>? To(ProviderSettings settings) =>
        settings.Proxy is null ? (context, cancel) => Connect(settings, context.DnsEndPoint, cancel) : null;

    private static async ValueTask<Stream> Connect(ProviderSettings settings, DnsEndPoint target, CancellationToken cancel)
    {
        var addresses = await Dns.GetHostAddressesAsync(target.Host, cancel);
        // One wrong address among good ones is enough: whoever put it there may choose when it is used.
        if (addresses.FirstOrDefault(address => !HostRules.Allows(settings.BaseUrl, settings.IsHostListed, address)) is { } wrong)
        {
            throw new HttpRequestException($"the name leads to {wrong}, which is no address on the internet; list {target.Host} under `allowed_hosts` in config.yaml if that is meant");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, target.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
