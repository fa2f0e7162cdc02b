using System.Text;

namespace Conclave.Workspace.Files;

/// <summary>Files of a user's repository that are not for others' eyes: known by their names or by what stands in them.</summary>
internal static class SecretFiles
{
    private const int MostScanned = 256 * 1024;

    private static readonly string[] Endings = [".pem", ".key", ".p12", ".pfx", ".jks", ".keystore", ".kdbx", ".ovpn", ".tfstate"];
    private static readonly string[] Names = ["id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", ".netrc", ".npmrc", ".pypirc", ".pgpass", ".htpasswd", ".git-credentials", "credentials.json", "secrets.yaml", "secrets.yml", "secrets.json"];

    /// <summary>Whether its name says so. <c>.env.example</c> and its like are made to be read.</summary>
    public static bool IsNamed(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..].ToLowerInvariant();
        return Names.Contains(name, StringComparer.Ordinal)
            || Endings.Any(ending => name.EndsWith(ending, StringComparison.Ordinal))
            || name == ".env" || (name.StartsWith(".env.", StringComparison.Ordinal) && !name.EndsWith(".example", StringComparison.Ordinal) && !name.EndsWith(".sample", StringComparison.Ordinal) && !name.EndsWith(".template", StringComparison.Ordinal));
    }

    /// <summary>Whether its text says so.</summary>
    public static bool Holds(string path, byte[] content) =>
        IsNamed(path) || (content.Length <= MostScanned && !content.Contains((byte)0) && SecretScan.Find(Encoding.UTF8.GetString(content)).Any());
}
