using System.Collections.Immutable;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;

namespace Conclave.Server.Hosting;

/// <summary>
/// Runs the sessions of one process side by side, so many at once; the others wait their turn in the order in which they came. Thread-safe.
/// </summary>
/// <param name="atOnce">How many run at once, at least 1.</param>
public sealed class SessionPool(ConclaveHost host, int atOnce) : IAsyncDisposable
{
    private readonly Lock turn = new();
    private readonly Dictionary<SessionId, Task<SessionState>> known = [];
    private readonly SemaphoreSlim places = new(atOnce);
    private readonly CancellationTokenSource stop = new();
    private readonly CancellationTokenSource now = new();

    /// <summary>The sessions that run or wait their turn.</summary>
    public ImmutableHashSet<SessionId> Sessions
    {
        get
        {
            lock (turn)
            {
                return [.. known.Keys];
            }
        }
    }

    /// <summary>Lets a session run when it is its turn; one that runs or waits already goes on as it is. The task is its run.</summary>
    public Task<SessionState> Add(SessionId id, decimal? budgetUsd = null)
    {
        lock (turn)
        {
            return known.TryGetValue(id, out var running) ? running : known[id] = Run(id, budgetUsd);
        }
    }

    /// <summary>Lets the calls under way end, then stops: sessions that have not ended can be resumed by the next owner. Cancelling breaks the calls off.</summary>
    public async Task Drain(CancellationToken abort)
    {
        await using var registration = abort.Register(now.Cancel);
        await stop.CancelAsync();
        Task[] running;
        lock (turn)
        {
            running = [.. known.Values];
        }

        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Drain(CancellationToken.None);
        stop.Dispose();
        now.Dispose();
        places.Dispose();
    }

    private async Task<SessionState> Run(SessionId id, decimal? budgetUsd)
    {
        // Off the caller's flow, which holds the lock.
        await Task.Yield();
        try
        {
            await places.WaitAsync(stop.Token);
            try
            {
                return await host.Run(id, budgetUsd, null, WhenWaiting.Stay, stop.Token, now.Token);
            }
            finally
            {
                places.Release();
            }
        }
        finally
        {
            lock (turn)
            {
                known.Remove(id);
            }
        }
    }
}
