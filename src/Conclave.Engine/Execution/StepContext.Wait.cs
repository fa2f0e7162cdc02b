namespace Conclave.Engine.Execution;

public sealed partial class StepContext
{
    /// <summary>Waits for something outside that asks for patience; the time does not count for the step's timeout. It ends at once when the session is being stopped; after a restart nothing of it is left.</summary>
    /// <exception cref="StepSuspendedException">The session is being stopped.</exception>
    public Task Wait(TimeSpan time, CancellationToken cancel) => ForOthers(token => Task.Delay(time, Clock, token), cancel);

    private async Task WaitUntil(DateTimeOffset? time, CancellationToken cancel)
    {
        if (time - Clock.GetUtcNow() is { } wait && wait > TimeSpan.Zero)
        {
            await ForOthers(token => Task.Delay(wait, Clock, token), cancel);
        }
    }

    // Takes nothing of the step's own time.
    private async Task ForOthers(Func<CancellationToken, Task> wait, CancellationToken cancel)
    {
        using var waiting = time.Wait();
        await Stoppable(wait, cancel);
    }

    // A wait ends at once when the session is being stopped: nothing has been sent yet.
    private async Task Stoppable(Func<CancellationToken, Task> wait, CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, cancel);
        try
        {
            await wait(either.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new StepSuspendedException(null);
        }
    }
}
