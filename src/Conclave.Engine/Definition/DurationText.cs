using System.Globalization;

namespace Conclave.Engine.Definition;

/// <summary>Durations as users write them: a whole number and <c>s</c>, <c>m</c> or <c>h</c>.</summary>
public static class DurationText
{
    /// <summary>The duration, or null when the text is none or is not between one second and a year.</summary>
    public static TimeSpan? Parse(string text)
    {
        if (text.Length < 2 || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        long? seconds = text[^1] switch
        {
            's' => number,
            'm' when number < 1_000_000 => number * 60,
            'h' when number < 1_000_000 => number * 3600,
            _ => null,
        };
        return seconds is >= 1 and <= 365 * 86_400 ? TimeSpan.FromSeconds(seconds.Value) : null;
    }

    /// <summary>The shortest text that <see cref="Parse"/> reads back.</summary>
    public static string Format(TimeSpan duration) => (long)duration.TotalSeconds switch
    {
        var s when s % 3600 == 0 => string.Create(CultureInfo.InvariantCulture, $"{s / 3600}h"),
        var s when s % 60 == 0 => string.Create(CultureInfo.InvariantCulture, $"{s / 60}m"),
        var s => string.Create(CultureInfo.InvariantCulture, $"{s}s"),
    };
}
