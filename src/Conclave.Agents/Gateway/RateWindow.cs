using Conclave.Engine.Execution.Calls;

namespace Conclave.Agents.Gateway;

/// <summary>
/// The calls of the last minute, counted one by one: unlike a bucket that fills up again it never lets more through than the limit in any minute, wherever
/// that minute begins. Mutable, not thread-safe.
/// </summary>
/// <param name="requests">The most calls in a minute; null for no limit.</param>
/// <param name="tokens">The most tokens in a minute; null for no limit. A call that needs more than that by itself gets a minute for itself.</param>
internal sealed class RateWindow(int? requests, long? tokens)
{
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(1);

    private readonly LinkedList<Use> uses = [];
    private long used;

    /// <summary>What keeps a call of so many tokens out, and until when; null for nothing.</summary>
    public Obstacle? Against(TimeSpan now, long amount)
    {
        Forget(now);
        if (requests is { } mostRequests && uses.Count >= mostRequests)
        {
            return new Obstacle(WaitReason.Requests, uses.ElementAt(uses.Count - mostRequests).At + Length);
        }

        return tokens is { } mostTokens && used > 0 && used + amount > mostTokens
            ? new Obstacle(WaitReason.Tokens, FreeAt(mostTokens - amount))
            : null;
    }

    /// <summary>Counts a call.</summary>
    public Use Take(TimeSpan now, long amount)
    {
        var use = new Use(now) { Tokens = amount };
        uses.AddLast(use);
        used += amount;
        return use;
    }

    /// <summary>Says how many tokens a call needed after all.</summary>
    public void Correct(Use use, long amount)
    {
        if (!use.IsForgotten)
        {
            used += amount - use.Tokens;
            use.Tokens = amount;
        }
    }

    /// <summary>Takes a call back: it was never made.</summary>
    public void Return(Use use)
    {
        Correct(use, 0);
        if (!use.IsForgotten)
        {
            uses.Remove(use);
            use.IsForgotten = true;
        }
    }

    private void Forget(TimeSpan now)
    {
        while (uses.First is { Value: var oldest } && now - oldest.At >= Length)
        {
            used -= oldest.Tokens;
            oldest.IsForgotten = true;
            uses.RemoveFirst();
        }
    }

    // The time at which no more than this is left of what is used now; of a negative amount, the time at which nothing is.
    private TimeSpan FreeAt(long allowed)
    {
        var left = used;
        foreach (var use in uses)
        {
            left -= use.Tokens;
            if (left <= Math.Max(0, allowed))
            {
                return use.At + Length;
            }
        }

        throw new InvalidOperationException("The uses do not sum up to what is used.");
    }

    /// <summary>One call that counts. Mutable.</summary>
    internal sealed class Use(TimeSpan at)
    {
        public TimeSpan At { get; } = at;

        public long Tokens { get; set; }

        public bool IsForgotten { get; set; }
    }
}
