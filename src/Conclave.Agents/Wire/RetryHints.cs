using System.Globalization;
using System.Text.RegularExpressions;

namespace Conclave.Agents.Wire;

/// <summary>Finds in a reply's headers how long its vendor asks to wait.</summary>
/// <remarks>
/// In this order: <c>retry-after-ms: 1500</c>; <c>retry-after: 20</c> or <c>Wed, 21 Oct 2026 07:28:00 GMT</c>; the resets of limits that are used up:
/// <c>x-ratelimit-reset-tokens: 6m0s</c>, <c>anthropic-ratelimit-requests-reset: 2026-11-22T09:00:00Z</c>, <c>x-ratelimit-reset: 1790000000</c>.
/// </remarks>
internal static partial class RetryHints
{
    // Far above any wait that is honoured; keeps the arithmetic from overflowing.
    private static readonly double Longest = TimeSpan.FromDays(3650).TotalMilliseconds;

    /// <summary>The wait in milliseconds, never negative; null when the vendor does not say.</summary>
    public static long? Read(ReplyHeaders headers, DateTimeOffset now) =>
        Number(headers.Find("retry-after-ms"), 1)
        ?? Number(headers.Find("retry-after"), 1000)
        ?? Date(headers.Find("retry-after"), now)
        ?? Resets(headers, now);

    /// <summary>How long until the time that a reset names, in any of its forms; null when it is none.</summary>
    public static TimeSpan? ResetOf(string? text, DateTimeOffset now) =>
        (text is null ? null : Duration(text) ?? Epoch(text, now) ?? Date(text, now)) is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;

    /// <summary>The wait that an error's words name, as in <c>Please try again in 174ms.</c>; null when they name none.</summary>
    public static TimeSpan? Named(string? message) =>
        message is not null && NamedWait().Match(message) is { Success: true } match && Duration(match.Groups["wait"].Value) is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;

    private static long? Resets(ReplyHeaders headers, DateTimeOffset now) => headers.All
        .Where(header => ResetName().IsMatch(header.Key) && IsUsedUp(headers, header.Key))
        .Max(header => (long?)ResetOf(header.Value, now)?.TotalMilliseconds);

    // A limit with something left is not the one that was hit. Without a number, it may be.
    private static bool IsUsedUp(ReplyHeaders headers, string reset)
    {
        var remaining = headers.Find(reset.Replace("reset", "remaining", StringComparison.OrdinalIgnoreCase));
        return !double.TryParse(remaining, CultureInfo.InvariantCulture, out var left) || left <= 0;
    }

    private static long? Number(string? text, double unitMs) => Parse(text) is { } number ? Bounded(number * unitMs) : null;

    // Small numbers are seconds from now, large ones a time since 1970 in seconds or milliseconds.
    private static long? Epoch(string text, DateTimeOffset now) => Parse(text) switch
    {
        null => null,
        < 1e9 and var seconds => Bounded(seconds * 1000),
        < 1e11 and var seconds => Bounded((seconds * 1000) - now.ToUnixTimeMilliseconds()),
        { } milliseconds => Bounded(milliseconds - now.ToUnixTimeMilliseconds()),
    };

    private static double? Parse(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && !double.IsNaN(number) ? number : null;

    private static long? Date(string? text, DateTimeOffset now) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? Bounded((date - now).TotalMilliseconds) : null;

    private static long? Duration(string text)
    {
        if (text is not [.., 'd' or 'h' or 'm' or 's'] || DurationText().Match(text) is not { Success: true } match)
        {
            return null;
        }

        var units = new (string Name, double Milliseconds)[] { ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1) };
        return Bounded(units.Sum(unit => (Parse(match.Groups[unit.Name].Value) ?? 0) * unit.Milliseconds));
    }

    private static long Bounded(double milliseconds) => (long)Math.Ceiling(Math.Clamp(milliseconds, 0, Longest));

    [GeneratedRegex("try again in (?<wait>[0-9.dhms]*[0-9](?:ms|[dhms]))", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex NamedWait();

    [GeneratedRegex("ratelimit.*reset", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex ResetName();

    [GeneratedRegex("^(?:(?<d>[0-9.]+)d)?(?:(?<h>[0-9.]+)h)?(?:(?<m>[0-9.]+)m)?(?:(?<s>[0-9.]+)s)?(?:(?<ms>[0-9.]+)ms)?$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex DurationText();
}
