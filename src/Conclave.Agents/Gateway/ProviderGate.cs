using System.Threading.Channels;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Agents.Gateway;

/// <summary>
/// Lets calls to one vendor in: so many at a time, and none before the time that the vendor asked us to wait for. Thread-safe; mutable.
/// </summary>
internal sealed class ProviderGate(int places, TimeProvider clock)
{
    // Each call under way is an item; when it is full, the next one waits.
    private readonly Channel<bool> underWay = Channel.CreateBounded<bool>(places);
    private long closedUntilUtcTicks;

    /// <summary>Waits for a place and for the vendor's time; disposing the lease, once or more often, gives the place back once.</summary>
    public async ValueTask<IAsyncDisposable> Admit(CancellationToken cancel)
    {
        await underWay.Writer.WriteAsync(true, cancel);
        try
        {
            // Whoever holds a place waits in it: nobody else may pass meanwhile. The time may be put off while we wait.
            for (var wait = Wait(); wait > TimeSpan.Zero; wait = Wait())
            {
                await Task.Delay(wait, clock, cancel);
            }
        }
        catch (OperationCanceledException)
        {
            underWay.Reader.TryRead(out _);
            throw;
        }

        return new Lease(underWay.Reader);
    }

    /// <summary>Takes notice of how a call ended: a vendor that asks one call to wait means them all.</summary>
    public void Learn(CallOutcome outcome)
    {
        var asked = outcome switch
        {
            CallOutcome.RateLimited limited => limited.RetryAfterMs,
            CallOutcome.Overloaded overloaded => overloaded.RetryAfterMs,
            _ => null,
        };
        if (asked is > 0)
        {
            // Nobody waits longer than a call itself would: whoever asks for more is down, and that is for the call to find out.
            var wait = TimeSpan.FromMilliseconds(Math.Min(asked.Value, CallPolicy.MaxWait.TotalMilliseconds));
            CloseUntil((clock.GetUtcNow() + wait).UtcTicks);
        }
    }

    private TimeSpan Wait() => TimeSpan.FromTicks(Interlocked.Read(ref closedUntilUtcTicks) - clock.GetUtcNow().UtcTicks);

    private void CloseUntil(long utcTicks)
    {
        var before = Interlocked.Read(ref closedUntilUtcTicks);
        while (before < utcTicks)
        {
            var seen = Interlocked.CompareExchange(ref closedUntilUtcTicks, utcTicks, before);
            if (seen == before)
            {
                return;
            }

            before = seen;
        }
    }

    private sealed class Lease(ChannelReader<bool> underWay) : IAsyncDisposable
    {
        private ChannelReader<bool>? held = underWay;

        public ValueTask DisposeAsync()
        {
            Interlocked.Exchange(ref held, null)?.TryRead(out _);
            return ValueTask.CompletedTask;
        }
    }
}
