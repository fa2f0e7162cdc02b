using System.Security.Cryptography;
using System.Text;

namespace Conclave.Server.Access;

/// <summary>The tokens that are good now, as hashes.</summary>
internal sealed class TokenBook(string ownerToken)
{
    private readonly byte[] owner = Hash(ownerToken);

    /// <summary>What a token allows; null when it is none of ours. The time it takes says nothing about how much of it is right.</summary>
    public Role? RoleOf(string token) => CryptographicOperations.FixedTimeEquals(Hash(token), owner) ? Role.Admin : null;

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
