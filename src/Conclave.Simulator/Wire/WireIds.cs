using System.Security.Cryptography;
using System.Text;

namespace Conclave.Simulator.Wire;

/// <summary>Ids that look like the vendors' own. The same seed gives the same ids, so a repeated run is the same byte for byte.</summary>
internal sealed record WireIds(string Seed)
{
    private const string Base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    /// <summary>A prefix and hexadecimal digits, at most 64.</summary>
    public string Hex(string prefix, int digits) => prefix + Convert.ToHexStringLower(Hash(prefix))[..digits];

    /// <summary>A prefix and letters and digits, at most 32.</summary>
    public string Letters(string prefix, int count) =>
        prefix + string.Concat(Hash(prefix).Take(count).Select(value => Base58[value % Base58.Length]));

    /// <summary>The ids of one of several things of the same kind.</summary>
    public WireIds Of(int index) => new($"{Seed}/{index}");

    private byte[] Hash(string purpose) => SHA256.HashData(Encoding.UTF8.GetBytes($"{Seed}/{purpose}"));
}
