using System.Text;
using System.Text.Json;

namespace Conclave.Agents.Wire;

/// <summary>Parses JSON from the wire.</summary>
internal static class JsonText
{
    /// <summary>Parses a text; the values can be read without surprises afterwards.</summary>
    /// <exception cref="JsonException">It is not JSON, or deeper than 64 levels.</exception>
    public static JsonElement Parse(string json) => JsonElement.Parse(WithoutLoneSurrogates(json));

    /// <summary>The same; an undefined element when it is not JSON.</summary>
    public static JsonElement TryParse(string json)
    {
        try
        {
            return json.Length == 0 ? default : Parse(json);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    /// <summary>
    /// Replaces half an escaped character, such as <c>\ud83d</c> without its other half, by U+FFFD. It is legal JSON, and reading it would throw long
    /// after parsing.
    /// </summary>
    private static string WithoutLoneSurrogates(string json)
    {
        if (!json.Contains("\\ud", StringComparison.OrdinalIgnoreCase))
        {
            return json;
        }

        var clean = new StringBuilder(json.Length);
        for (var i = 0; i < json.Length; i++)
        {
            if (json[i] != '\\' || i + 1 == json.Length)
            {
                clean.Append(json[i]);
                continue;
            }

            var (taken, text) = Escape(json.AsSpan(i));
            clean.Append(text);
            i += taken - 1;
        }

        return clean.ToString();
    }

    private static (int Taken, string Text) Escape(ReadOnlySpan<char> rest)
    {
        if (Unit(rest) is not { } unit || !char.IsSurrogate(unit))
        {
            return (2, rest[..2].ToString());
        }

        return char.IsHighSurrogate(unit) && rest.Length > 6 && Unit(rest[6..]) is { } low && char.IsLowSurrogate(low)
            ? (12, rest[..12].ToString())
            : (6, "\\uFFFD");
    }

    private static char? Unit(ReadOnlySpan<char> escape) =>
        escape.Length >= 6 && escape[0] == '\\' && escape[1] == 'u' && ushort.TryParse(escape[2..6], System.Globalization.NumberStyles.AllowHexSpecifier, null, out var unit)
            ? (char)unit
            : null;
}
