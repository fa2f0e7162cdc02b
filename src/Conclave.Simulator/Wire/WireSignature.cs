using System.Security.Cryptography;
using System.Text;

namespace Conclave.Simulator.Wire;

/// <summary>Signatures of thinking, which a client must send back unchanged. One that was changed is known by its second half, a checksum of the first.</summary>
internal static class WireSignature
{
    private const int Half = 32;

    public static string Of(WireIds ids) => Sign((ids with { Seed = ids.Seed + "/signature" }).Hex("", Half));

    /// <summary>Whether a simulator made it.</summary>
    public static bool IsGenuine(string signature)
    {
        var bytes = new byte[2 * Half];
        return Convert.TryFromBase64String(signature, bytes, out var length) && length == bytes.Length && Sign(Encoding.ASCII.GetString(bytes, 0, Half)) == signature;
    }

    private static string Sign(string half) =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes(half + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("simulator/" + half)))[..Half]));
}
