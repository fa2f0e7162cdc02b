using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;

namespace Conclave.Agents;

/// <summary>The shapes in which a key turns up in texts: itself, encoded, or only its beginning and end, as vendors like to show it.</summary>
internal static class KeyForms
{
    private const int Shown = 8;

    // The ends of a short key are most of it already, or common words.
    private const int LongEnoughForEnds = 20;

    /// <summary>All of them, longest first, so that none is hidden by a shorter one.</summary>
    public static ImmutableArray<string> Of(string key) =>
    [
        .. Encoded(key).Append(key).Concat(key.Length >= LongEnoughForEnds ? [key[..Shown], key[^Shown..]] : [])
            .Where(form => form.Length > 0)
            .Distinct(StringComparer.Ordinal)
            .OrderByDescending(form => form.Length),
    ];

    private static IEnumerable<string> Encoded(string key)
    {
        yield return Uri.EscapeDataString(key);
        yield return JavaScriptEncoder.Default.Encode(key);
        var bytes = Encoding.UTF8.GetBytes(key);
        // In the middle of something longer, base64 of the same bytes comes out in three ways; what depends on the neighbours is left off.
        for (var before = 0; before < 3 && bytes.Length > Shown; before++)
        {
            var whole = Convert.ToBase64String([.. new byte[before], .. bytes]).TrimEnd('=');
            var inner = whole[(before == 0 ? 0 : before + 1)..(whole.Length - ((bytes.Length + before) % 3 == 0 ? 0 : 1))];
            yield return inner;
            yield return inner.Replace('+', '-').Replace('/', '_');
        }

        if (bytes.Length > Shown)
        {
            yield return Convert.ToHexStringLower(bytes);
        }
    }
}
