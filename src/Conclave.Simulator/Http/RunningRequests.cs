namespace Conclave.Simulator.Http;

/// <summary>Counts the requests that are being served, so that a server can wait for the last one. Thread-safe.</summary>
internal sealed class RunningRequests
{
    private readonly Lock gate = new();
    private readonly TaskCompletionSource drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int count;
    private bool closing;

    /// <summary>One more, until the result is disposed.</summary>
    public IDisposable Enter()
    {
        lock (gate)
        {
            count++;
        }

        return new Request(this);
    }

    /// <summary>Completes when none is left. Call it when no new ones can come.</summary>
    public Task Drain()
    {
        lock (gate)
        {
            closing = true;
            CompleteIfDrained();
        }

        return drained.Task;
    }

    private void Leave()
    {
        lock (gate)
        {
            count--;
            CompleteIfDrained();
        }
    }

    private void CompleteIfDrained()
    {
        if (closing && count == 0)
        {
            drained.TrySetResult();
        }
    }

    private sealed class Request(RunningRequests owner) : IDisposable
    {
        public void Dispose() => owner.Leave();
    }
}
