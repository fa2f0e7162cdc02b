using Conclave.Engine.Execution.Calls;

namespace Conclave.Agents.Gateway;

/// <content>Who is let in next.</content>
internal sealed partial class AdmissionLine
{
    // Looks at everybody in line once, in order. It is called after everything that may let somebody in, and by the timer, so no wake-up is lost.
    private void MoveOn()
    {
        lock (gate)
        {
            var now = Now;
            TimeSpan? wake = null;
            Obstacle? forAll = null;
            var forModel = new Dictionary<string, Obstacle>(StringComparer.Ordinal);
            for (var node = waiting.First; node is not null;)
            {
                var (current, waiter) = (node, node.Value);
                node = node.Next;
                var lane = Lane(waiter.Request.Model);
                var down = lane.Down(now);
                if (waiter.PatienceFor(down, now) is { } left && left <= TimeSpan.Zero)
                {
                    waiting.Remove(current);
                    Finish(waiter, new Admission.Held(Seen(down!, waiter), (down!.Until ?? now) - now));
                    continue;
                }

                var obstacle = down ?? forAll ?? forModel.GetValueOrDefault(waiter.Request.Model) ?? Against(waiter, lane, now);
                if (obstacle is null)
                {
                    waiting.Remove(current);
                    Finish(waiter, new Admission.Granted(LetIn(waiter, lane, now)));
                    continue;
                }

                waiter.Tell(Seen(obstacle, waiter));
                wake = Sooner(wake, obstacle.Until, waiter.GivesUpAt);
                if (obstacle.IsOfModel)
                {
                    forModel.TryAdd(waiter.Request.Model, obstacle);
                }
                else
                {
                    forAll ??= obstacle;
                }
            }

            Sleep(wake is { } time ? time - now : null);
        }
    }

    private Obstacle? Against(Waiter waiter, ModelLane lane, TimeSpan now) =>
        now < closedUntil ? new Obstacle(WaitReason.VendorWait, closedUntil)
        : placesTaken >= settings.MaxConcurrentCalls ? new Obstacle(WaitReason.Places, null)
        : lane.Against(now, waiter.Size) ?? window.Against(now, waiter.Size.Total);

    private Lease LetIn(Waiter waiter, ModelLane lane, TimeSpan now)
    {
        var ticket = new Ticket(waiter.Request, waiter.Size, window.Take(now, waiter.Size.Total), lane.Start(waiter.Size));
        placesTaken++;
        underWay.TryAdd(waiter.Request, ticket);
        return new Lease(this, ticket);
    }

    private static void Finish(Waiter waiter, Admission admission)
    {
        waiter.Tell(null);
        // Not disposed: that would wait for a cancellation that waits for our lock.
        waiter.Cancelling.Unregister();
        waiter.Done.TrySetResult(admission);
    }

    private AdmissionWait Seen(Obstacle obstacle, Waiter waiter) =>
        new(obstacle.Reason, provider, waiter.Request.Model, obstacle.Until is { } until ? startedAt + until : null);

    private static TimeSpan? Sooner(params ReadOnlySpan<TimeSpan?> times)
    {
        TimeSpan? soonest = null;
        foreach (var time in times)
        {
            soonest = soonest is null || time < soonest ? time ?? soonest : soonest;
        }

        return soonest;
    }

    // A timer that counts milliseconds must not ring before its time.
    private void Sleep(TimeSpan? time) => timer.Change(
        time switch
        {
            null => Timeout.InfiniteTimeSpan,
            { } far when far > LongestSleep => LongestSleep,
            { } near => TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(near.TotalMilliseconds))),
        },
        Timeout.InfiniteTimeSpan);

    private sealed class Lease(AdmissionLine line, Ticket ticket) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            line.Leave(ticket);
            return ValueTask.CompletedTask;
        }
    }
}
