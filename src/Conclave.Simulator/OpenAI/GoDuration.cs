using System.Globalization;

namespace Conclave.Simulator.OpenAI;

/// <summary>Durations as the <c>x-ratelimit-reset-*</c> headers write them: <c>12ms</c>, <c>1.5s</c>, <c>6m0s</c>, <c>1h0m0s</c>.</summary>
internal static class GoDuration
{
    public static string Format(TimeSpan duration)
    {
        if (duration < TimeSpan.FromSeconds(1))
        {
            return string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, (int)duration.TotalMilliseconds)}ms");
        }

        var seconds = (decimal)duration.TotalMilliseconds % 60_000m / 1000m;
        return duration switch
        {
            { TotalHours: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{(long)duration.TotalHours}h{duration.Minutes}m{seconds:0.###}s"),
            { TotalMinutes: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{duration.Minutes}m{seconds:0.###}s"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.###}s"),
        };
    }
}
