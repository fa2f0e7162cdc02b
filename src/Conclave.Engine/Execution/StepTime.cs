namespace Conclave.Engine.Execution;

/// <summary>
/// The time that one try of a step may take. It stands still while all that the step does is to wait for others: for the limit of a rate, for the wait that
/// a vendor asked for, for room in the budget, for people. As long as one of its doors is at work, it runs. Thread-safe; mutable.
/// </summary>
internal sealed class StepTime : IDisposable
{
    private readonly Lock gate = new();
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource over;
    private TimeSpan left;
    private long? runningSince;
    private bool isStarted;
    private bool isDisposed;
    private int open;
    private int waiting;

    public StepTime(TimeSpan limit, TimeProvider clock)
    {
        this.clock = clock;
        left = limit;
        over = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        Over = over.Token;
    }

    /// <summary>Cancelled when the time is over.</summary>
    public CancellationToken Over { get; }

    /// <summary>From here on it counts.</summary>
    public void Start() => Change(() => isStarted = true);

    /// <summary>A door is open, at work unless it waits, until this is disposed.</summary>
    public IDisposable Door() => new Span(this, door: 1, wait: 0);

    /// <summary>A door waits for others until this is disposed.</summary>
    public IDisposable Wait() => new Span(this, door: 0, wait: 1);

    public void Dispose()
    {
        lock (gate)
        {
            isDisposed = true;
            over.Dispose();
        }
    }

    private void Change(Action change)
    {
        lock (gate)
        {
            change();
            var runs = isStarted && (waiting == 0 || waiting < open);
            if (isDisposed || runs == runningSince.HasValue)
            {
                return;
            }

            if (runningSince is { } since)
            {
                var used = clock.GetElapsedTime(since);
                left = used < left ? left - used : TimeSpan.Zero;
            }

            runningSince = runs ? clock.GetTimestamp() : null;
            over.CancelAfter(runs ? left : Timeout.InfiniteTimeSpan);
        }
    }

    private sealed class Span : IDisposable
    {
        private readonly StepTime time;
        private readonly int door;
        private readonly int wait;

        public Span(StepTime time, int door, int wait)
        {
            (this.time, this.door, this.wait) = (time, door, wait);
            Count(1);
        }

        public void Dispose() => Count(-1);

        private void Count(int by) => time.Change(() => (time.open, time.waiting) = (time.open + (by * door), time.waiting + (by * wait)));
    }
}
