namespace Conclave.Tests.Fakes;

/// <summary>A clock that moves only when it is told to; timers fire while it moves.</summary>
public sealed class FakeTimeProvider(DateTimeOffset start) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<FakeTimer> timers = [];
    private DateTimeOffset now = start;
    private long looks;

    public FakeTimeProvider()
        : this(new DateTimeOffset(2026, 11, 22, 9, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>When set, a timer fires as soon as it is made and moves the clock to its time: waits take no time but are seen.</summary>
    public bool SkipsWaits { get; init; }

    /// <summary>How often somebody looked at it so far: a loop that spins until its time has come shows here.</summary>
    public long Looks => Interlocked.Read(ref looks);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        Interlocked.Increment(ref looks);
        lock (gate)
        {
            return now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        List<FakeTimer> due;
        lock (gate)
        {
            now += by;
            due = [.. timers.Where(timer => timer.Due <= now)];
            due.ForEach(timer => timers.Remove(timer));
        }

        due.ForEach(timer => timer.Fire());
    }

    /// <summary>Moves to the next short wait and ends it; false when nobody waits. Deadlines of minutes stay asleep.</summary>
    public bool AdvanceToNextWait()
    {
        TimeSpan wait;
        lock (gate)
        {
            if (timers.Where(timer => timer.IsWait).MinBy(timer => timer.Due) is not { } next)
            {
                return false;
            }

            wait = next.Due - now;
        }

        Advance(wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
        return true;
    }

    // What is waited for is short; deadlines are longer.
    private static bool IsShort(TimeSpan dueTime) => dueTime > TimeSpan.Zero && dueTime < TimeSpan.FromMinutes(6);

    private sealed class FakeTimer(FakeTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public bool IsWait { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            IsWait = IsShort(dueTime);
            var skip = clock.SkipsWaits && IsWait;
            lock (clock.gate)
            {
                clock.timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan)
                {
                    return true;
                }

                Due = clock.now + dueTime;
                if (skip)
                {
                    clock.now = Due;
                }
                else
                {
                    clock.timers.Add(this);
                    return true;
                }
            }

            ThreadPool.QueueUserWorkItem(_ => Fire());
            return true;
        }

        public void Fire() => callback(state);

        public void Dispose()
        {
            lock (clock.gate)
            {
                clock.timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
