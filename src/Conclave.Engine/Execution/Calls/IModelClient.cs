namespace Conclave.Engine.Execution.Calls;

/// <summary>One vendor's way of answering. Implementations are thread-safe.</summary>
public interface IModelClient
{
    /// <summary>
    /// Makes one network attempt, without retries of its own. Nothing is sent before the first event is asked for. The events end with exactly
    /// one <see cref="ModelEvent.Ended"/>; expected failures are outcomes, never exceptions.
    /// </summary>
    /// <param name="cancel">Aborts the request; then <see cref="OperationCanceledException"/> is thrown and the call is in doubt.</param>
    IAsyncEnumerable<ModelEvent> Stream(ModelRequest request, CancellationToken cancel);
}
