namespace Conclave.Engine.Execution;

public sealed partial class StepContext
{
    /// <summary>Waits for something outside that asks for patience; the time does not count for the step's timeout. It ends at once when the session is being stopped; after a restart nothing of it is left.</summary>
    /// <exception cref="StepSuspendedException">The session is being stopped.</exception>
    public Task Wait(TimeSpan time, CancellationToken cancel) => ForOthers(token => Task.Delay(time, Clock, token), cancel);
}
