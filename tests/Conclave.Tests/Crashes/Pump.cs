namespace Conclave.Tests.Crashes;

/// <summary>
/// Runs everything that one simulated process does on the test's own thread, one piece after the other. So a run is the same each time, and a process
/// that is killed stops between two pieces with all that it had in memory. A seed other than 0 picks the next piece by chance.
/// </summary>
internal sealed class Pump(int seed) : SynchronizationContext
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly object gate = new();
    private readonly List<(SendOrPostCallback Work, object? State)> ready = [];
    private readonly Random? order = seed == 0 ? null : new Random(seed);

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (gate)
        {
            ready.Add((d, state));
            Monitor.Pulse(gate);
        }
    }

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs until <paramref name="done"/>; when nothing is ready, <paramref name="idle"/> may bring something about.</summary>
    public void Run(Action start, Func<bool> done, Func<bool> idle)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            start();
            while (!done())
            {
                if (Next() is { } next)
                {
                    next.Work(next.State);
                }
                else if (!idle())
                {
                    WaitForWorkFromOutside();
                }
            }
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    private (SendOrPostCallback Work, object? State)? Next()
    {
        lock (gate)
        {
            if (ready.Count == 0)
            {
                return null;
            }

            var at = order?.Next(ready.Count) ?? 0;
            var next = ready[at];
            ready.RemoveAt(at);
            return next;
        }
    }

    // A database's writer, a program, the cancelling of a token: these run on threads of their own and come back here.
    private void WaitForWorkFromOutside()
    {
        lock (gate)
        {
            if (ready.Count == 0 && !Monitor.Wait(gate, Patience))
            {
                throw new TimeoutException("the simulated process waits for something that never comes");
            }
        }
    }
}
