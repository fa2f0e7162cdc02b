using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Conclave.Workspace.Verification;

/// <summary>The report of a program of ours: lines that each stand after a signature of their number and text, made with the key that only it was given.</summary>
/// <param name="IsSound">Whether every line is signed; if not, somebody else wrote there, and the lines are those before that.</param>
internal sealed record SignedReport(ImmutableArray<string> Lines, bool IsSound)
{
    /// <summary>Takes off the signatures.</summary>
    public static SignedReport Open(string text, string key)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var end = line.IndexOf(' ', StringComparison.Ordinal);
            if (key.Length == 0 || end < 0 || !IsSigned(line[..end], lines.Count, line[(end + 1)..], key))
            {
                return new SignedReport(lines.ToImmutable(), IsSound: false);
            }

            lines.Add(line[(end + 1)..]);
        }

        return new SignedReport(lines.ToImmutable(), IsSound: true);
    }

    /// <summary>The signature of a line: HMAC-SHA256, in lower-case hexadecimal digits, of its number, from 0, a line feed and its text.</summary>
    public static string Sign(int number, string line, string key) => Convert.ToHexStringLower(
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number}\n{line}"))));

    private static bool IsSigned(string signature, int number, string line, string key) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature), Encoding.UTF8.GetBytes(Sign(number, line, key)));
}
