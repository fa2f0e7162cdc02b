using System.Net;
using System.Text.RegularExpressions;

namespace Conclave.Agents.Network;

/// <summary>Which hosts may get a key. It looks at an address as it was written, because the library that reads it makes disguises look harmless.</summary>
internal static partial class HostRules
{
    /// <summary>What is wrong with the host of an address; null when nothing is.</summary>
    /// <param name="isListed">Whether the machine's owner has listed this very host.</param>
    public static string? Problem(Uri url, bool isListed)
    {
        var host = Written(url.OriginalString);
        if (host.EndsWith('.'))
        {
            return $"`{host}` can't be a vendor's host: it ends in a dot";
        }

        if (!HostName().IsMatch(host))
        {
            return "the host holds characters that no host name has; write it in plain letters, digits, hyphens and dots";
        }

        if (!IPAddress.TryParse(url.DnsSafeHost, out var address))
        {
            return null;
        }

        if (!host.StartsWith('[') && host != url.Host)
        {
            return $"`{host}` is another way to write {url.Host}; write the address itself if that is meant";
        }

        return NetworkAddress.Reach(address) switch
        {
            NetworkReach.Nobody => $"`{host}` can't be a vendor's host",
            NetworkReach.Private when !isListed => $"`{host}` belongs to a private network; list it under `allowed_hosts` in config.yaml if that is meant",
            _ => null,
        };
    }

    /// <summary>Whether the host of an address may be found at this IP address.</summary>
    public static bool Allows(Uri url, bool isListed, IPAddress found) => NetworkAddress.Reach(found) switch
    {
        NetworkReach.Nobody => false,
        NetworkReach.Loopback => isListed || url.IsLoopback,
        NetworkReach.Private => isListed,
        _ => !url.IsLoopback,
    };

    // https://name:password@HOST:443/v1
    private static string Written(string url)
    {
        var authority = Authority().Match(url).Groups["it"].Value;
        var host = authority[(authority.LastIndexOf('@') + 1)..];
        var port = host.LastIndexOf(':');
        return port > host.LastIndexOf(']') ? host[..port] : host;
    }

    [GeneratedRegex("^[^:]*:/*(?<it>[^/?#]*)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Authority();

    [GeneratedRegex(@"^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?)\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex HostName();
}
