using System.Runtime.CompilerServices;
using Conclave.Engine.Journal;
using Conclave.Engine.Observation;

namespace Conclave.Cli;

/// <summary>Plays a recorded session as if it went on now.</summary>
/// <param name="speed">How many times as fast as it was; null for at once.</param>
/// <param name="clock">Measures the waits.</param>
internal sealed class SessionReplay(SessionBundle bundle, double? speed, TimeProvider clock)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3);

    private readonly RecordedClock recorded = new(clock);

    /// <summary>The time of the recording, for views that say how long something takes.</summary>
    public TimeProvider Clock => recorded;

    /// <summary>The entries in their order and, if wanted, at their pace.</summary>
    public async IAsyncEnumerable<FeedItem> Items([EnumeratorCancellation] CancellationToken cancel)
    {
        DateTimeOffset? last = null;
        foreach (var (entry, state) in bundle.Read())
        {
            cancel.ThrowIfCancellationRequested();
            if (speed is { } times && entry.Time - last is { } gap && gap > TimeSpan.Zero)
            {
                var wait = gap / times;
                await Task.Delay(wait < LongestWait ? wait : LongestWait, clock, cancel);
            }

            last = entry.Time;
            recorded.Now = entry.Time;
            yield return new FeedItem.Entry(entry, state);
        }
    }

    // Its timers are real, its time is that of the entry shown last.
    private sealed class RecordedClock(TimeProvider clock) : TimeProvider
    {
        private long ticks;

        public DateTimeOffset Now
        {
            set => Volatile.Write(ref ticks, value.UtcTicks);
        }

        public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref ticks), TimeSpan.Zero);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => clock.CreateTimer(callback, state, dueTime, period);
    }
}
