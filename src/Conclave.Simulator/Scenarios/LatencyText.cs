using System.Globalization;
using Conclave.Engine.Definition;

namespace Conclave.Simulator.Scenarios;

/// <summary>Durations below a second as well: <c>0</c>, <c>300ms</c>, else what <see cref="DurationText"/> reads.</summary>
internal static class LatencyText
{
    /// <summary>The duration; null when the text is none.</summary>
    public static TimeSpan? Parse(string text)
    {
        if (text == "0")
        {
            return TimeSpan.Zero;
        }

        if (!text.EndsWith("ms", StringComparison.Ordinal))
        {
            return DurationText.Parse(text);
        }

        return int.TryParse(text.AsSpan(0, text.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? TimeSpan.FromMilliseconds(number)
            : null;
    }
}
