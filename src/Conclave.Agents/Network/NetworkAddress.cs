using System.Collections.Immutable;
using System.Net;

namespace Conclave.Agents.Network;

/// <summary>Who can be behind an IP address.</summary>
internal enum NetworkReach
{
    /// <summary>Anybody on the internet.</summary>
    Public,

    /// <summary>This machine.</summary>
    Loopback,

    /// <summary>A machine of the same, closed network.</summary>
    Private,

    /// <summary>Nobody who has an API: link-local (where clouds hand out credentials), unspecified, multicast, reserved.</summary>
    Nobody,
}

/// <summary>Tells addresses apart by the registries of special-purpose addresses (RFC 6890 and its successors).</summary>
internal static class NetworkAddress
{
    private static readonly ImmutableArray<(IPNetwork Network, NetworkReach Reach)> Special =
    [
        (IPNetwork.Parse("127.0.0.0/8"), NetworkReach.Loopback),
        (IPNetwork.Parse("::1/128"), NetworkReach.Loopback),
        (IPNetwork.Parse("10.0.0.0/8"), NetworkReach.Private),
        (IPNetwork.Parse("172.16.0.0/12"), NetworkReach.Private),
        (IPNetwork.Parse("192.168.0.0/16"), NetworkReach.Private),
        // Alibaba's metadata service lies among the shared addresses of providers, Amazon's among the unique local ones.
        (IPNetwork.Parse("100.100.100.200/32"), NetworkReach.Nobody),
        (IPNetwork.Parse("100.64.0.0/10"), NetworkReach.Private),
        (IPNetwork.Parse("fd00:ec2::254/128"), NetworkReach.Nobody),
        (IPNetwork.Parse("fc00::/7"), NetworkReach.Private),
        (IPNetwork.Parse("fec0::/10"), NetworkReach.Private),
        // Azure's, which looks public.
        (IPNetwork.Parse("168.63.129.16/32"), NetworkReach.Nobody),
        (IPNetwork.Parse("0.0.0.0/8"), NetworkReach.Nobody),
        (IPNetwork.Parse("169.254.0.0/16"), NetworkReach.Nobody),
        (IPNetwork.Parse("192.0.0.0/24"), NetworkReach.Nobody),
        (IPNetwork.Parse("192.0.2.0/24"), NetworkReach.Nobody),
        (IPNetwork.Parse("198.18.0.0/15"), NetworkReach.Nobody),
        (IPNetwork.Parse("198.51.100.0/24"), NetworkReach.Nobody),
        (IPNetwork.Parse("203.0.113.0/24"), NetworkReach.Nobody),
        (IPNetwork.Parse("224.0.0.0/3"), NetworkReach.Nobody),
        (IPNetwork.Parse("fe80::/10"), NetworkReach.Nobody),
        (IPNetwork.Parse("ff00::/8"), NetworkReach.Nobody),
        (IPNetwork.Parse("2001:db8::/32"), NetworkReach.Nobody),
        (IPNetwork.Parse("100::/64"), NetworkReach.Nobody),
        (IPNetwork.Parse("::/128"), NetworkReach.Nobody),
    ];

    /// <summary>Who can be behind an address. One that carries another in it (mapped, translated, tunnelled) is as that one.</summary>
    public static NetworkReach Reach(IPAddress address)
    {
        var bare = Inner(address) ?? address;
        foreach (var (network, reach) in Special)
        {
            if (network.Contains(bare))
            {
                return reach;
            }
        }

        return NetworkReach.Public;
    }

    private static IPAddress? Inner(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        return address.GetAddressBytes() switch
        {
            // ::a.b.c.d, which is out of use; :: and ::1 are addresses of their own.
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, var a, var b, var c, var d] when (a, b, c) != (0, 0, 0) => new IPAddress([a, b, c, d]),
            // 64:ff9b::a.b.c.d, a translated one.
            [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, var a, var b, var c, var d] => new IPAddress([a, b, c, d]),
            // 2002:aabb:ccdd::, one that is tunnelled.
            [0x20, 0x02, var a, var b, var c, var d, ..] => new IPAddress([a, b, c, d]),
            _ => null,
        };
    }
}
