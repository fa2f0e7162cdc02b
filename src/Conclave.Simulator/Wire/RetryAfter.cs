using System.Collections.Immutable;
using System.Globalization;
using Conclave.Simulator.Scenarios;

namespace Conclave.Simulator.Wire;

/// <summary>The headers in which servers ask to wait.</summary>
internal static class RetryAfter
{
    public static (string Name, string? Value) Seconds(decimal seconds) => ("retry-after", string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(seconds):0}"));

    public static (string Name, string? Value) Milliseconds(decimal seconds) => ("retry-after-ms", string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000m:0}"));

    /// <summary>The one header of a form; none when no wait is named.</summary>
    public static ImmutableArray<(string Name, string? Value)> Of(Fault.RateLimit limit, DateTimeOffset now) => limit switch
    {
        { RetryAfterSeconds: null } or { Form: WaitForm.Vendor } => [],
        { Form: WaitForm.Milliseconds, RetryAfterSeconds: { } wait } => [Milliseconds(wait)],
        { Form: WaitForm.Date, RetryAfterSeconds: { } wait } => [("retry-after", now.AddSeconds((double)wait).ToString("R", CultureInfo.InvariantCulture))],
        { RetryAfterSeconds: { } wait } => [Seconds(wait)],
    };
}
