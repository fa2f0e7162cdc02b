using System.Globalization;

namespace Conclave.Workspace.GitHub;

/// <summary>
/// How long GitHub's limits want us to wait. A limit comes as 429, or as 403 with <c>retry-after: 30</c>, with <c>x-ratelimit-remaining: 0</c> and
/// <c>x-ratelimit-reset: 1790000000</c> (a time since 1970 in seconds), or with words alone ("You have exceeded a secondary rate limit"), when a minute is
/// the least. https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
/// </summary>
internal static class GitHubLimit
{
    private static readonly TimeSpan Least = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Most = TimeSpan.FromDays(1);

    /// <summary>The wait; null when the reply is no limit.</summary>
    /// <param name="again">How often a limit was met before, in this request; without a number the waits double.</param>
    public static TimeSpan? WaitOf(GitHubReply reply, int again, DateTimeOffset now)
    {
        if (reply.Status is not (403 or 429))
        {
            return null;
        }

        if (Number(reply, "retry-after") is { } seconds)
        {
            return Bounded(seconds);
        }

        if (Number(reply, "x-ratelimit-remaining") == 0 && Number(reply, "x-ratelimit-reset") is { } reset)
        {
            return Bounded(reset - now.ToUnixTimeSeconds() + 1);
        }

        return reply.Status == 429 || reply.Message.Contains("rate limit", StringComparison.OrdinalIgnoreCase) ? Least * Math.Pow(2, again) : null;
    }

    private static TimeSpan Bounded(long seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, 1, (long)Most.TotalSeconds));

    private static long? Number(GitHubReply reply, string header) =>
        long.TryParse(reply.Header(header), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
