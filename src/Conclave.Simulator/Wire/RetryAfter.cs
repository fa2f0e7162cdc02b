using System.Collections.Immutable;
using System.Globalization;
using Conclave.Simulator.Scenarios;

namespace Conclave.Simulator.Wire;

/// <summary>The headers in which servers ask to wait.</summary>
internal static class RetryAfter
{
    public static (string Name, string? Value) Seconds(decimal seconds) => ("retry-after", string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(seconds):0}"));

    public static (string Name, string? Value) Milliseconds(decimal seconds) => ("retry-after-ms", string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000m:0}"));

    /// <summary>The one header of a form; none when no wait is named, or in the vendor's own form, which has more to it.</summary>
    public static ImmutableArray<(string Name, string? Value)> Of(decimal? seconds, WaitForm form, DateTimeOffset now) => (seconds, form) switch
    {
        (null, _) or (_, WaitForm.Vendor) => [],
        ({ } wait, WaitForm.Milliseconds) => [Milliseconds(wait)],
        ({ } wait, WaitForm.Date) => [("retry-after", now.AddSeconds((double)wait).ToString("R", CultureInfo.InvariantCulture))],
        ({ } wait, _) => [Seconds(wait)],
    };

    /// <summary>The same for failures, where seconds are the vendors' own form.</summary>
    public static ImmutableArray<(string Name, string? Value)> OfFailure(decimal? seconds, WaitForm form, DateTimeOffset now) =>
        Of(seconds, form is WaitForm.Vendor ? WaitForm.Seconds : form, now);
}
