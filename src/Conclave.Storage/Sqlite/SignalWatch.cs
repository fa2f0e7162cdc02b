using Microsoft.Data.Sqlite;

namespace Conclave.Storage.Sqlite;

/// <summary>
/// Notices signals that other processes put into the inbox: one query for all sessions, a few times a second while anybody waits. SQLite has no way
/// to be told (https://sqlite.org/wal.html). Thread-safe.
/// </summary>
internal sealed class SignalWatch(string file, TimeProvider clock, TimeSpan interval) : IAsyncDisposable
{
    private readonly CancellationTokenSource closed = new();
    private readonly Lock gate = new();
    private TaskCompletionSource arrived = NewArrival();
    private Task? watching;

    /// <summary>Completes when a signal arrives after this call.</summary>
    public Task Arrived
    {
        get
        {
            lock (gate)
            {
                watching ??= Watch(Last());
                return arrived.Task;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await closed.CancelAsync();
        if (watching is not null)
        {
            await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        closed.Dispose();
    }

    private static TaskCompletionSource NewArrival() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Signals are never deleted, so the last row's number grows with each.
    private long Last()
    {
        using var connection = SqliteSchema.OpenReader(file);
        return connection.Scalar("SELECT max(rowid) FROM signals") as long? ?? 0;
    }

    private async Task Watch(long last)
    {
        try
        {
            while (true)
            {
                await Task.Delay(interval, clock, closed.Token);
                if (Last() is var now && now != last)
                {
                    last = now;
                    Interlocked.Exchange(ref arrived, NewArrival()).SetResult();
                }
            }
        }
        catch (SqliteException error)
        {
            // Who waits must not wait for ever: the next reading meets the same error and tells it.
            arrived.TrySetException(error);
        }
    }
}
