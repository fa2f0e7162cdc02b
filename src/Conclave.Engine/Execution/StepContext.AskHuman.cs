using Conclave.Engine.Definition;
using Conclave.Engine.Journal;

namespace Conclave.Engine.Execution;

public sealed partial class StepContext
{
    // Long waits are cut: a timer can't hold more than some weeks, and a machine that slept should look at the clock soon after.
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>
    /// Asks a human and waits, without a thread, for the answer; the time does not count for the step's timeout. The question is an entry before
    /// anybody is shown it, and so is the answer before it is used; after a restart the gate stands open as before. A time that passed while no
    /// process ran is late, not lost: the default is taken as soon as one does. In an unattended session it is taken at once.
    /// </summary>
    /// <exception cref="StepFailedException">The time is past and there is no default.</exception>
    /// <exception cref="StepSuspendedException">The session is being stopped, or its process does not wait for people.</exception>
    public async Task<EntryBody.ApprovalGiven> AskHuman(GateRequest request, CancellationToken cancel)
    {
        var key = Door(request.Name);
        ThrowIfStopping();
        await session.Append(state => state!.Gates.ContainsKey(key) ? [] : Opening(key, request, state.Created.Settings.Unattended));
        using var door = time.Door();
        using var waiting = time.Wait();
        return await Answer(key, cancel);
    }

    private IEnumerable<PlacedBody> Opening(DoorKey key, GateRequest request, bool unattended)
    {
        yield return place.Entry(new EntryBody.ApprovalAsked(
            key, GatePurpose.Approval, StoredText.From(request.Question), request.Options, Clock.GetUtcNow() + request.DueAfter, request.Default));
        if (unattended && request.Default is { } answer)
        {
            yield return place.Entry(new EntryBody.ApprovalGiven(key, answer, null, GateAnswerer.Unattended));
        }
    }

    private async Task<EntryBody.ApprovalGiven> Answer(DoorKey key, CancellationToken cancel)
    {
        while (true)
        {
            var seen = State;
            var gate = seen.Gates[key];
            if (gate.Given is { } given)
            {
                return given;
            }

            ThrowIfStopping();
            var left = gate.Asked.DueAt - Clock.GetUtcNow();
            if (left <= TimeSpan.Zero)
            {
                await TakeDefault(gate);
                continue;
            }

            await Stoppable(token => SomethingOrDue(seen.Seq, left, token), cancel);
        }
    }

    // The user may answer at the same moment: what is appended first counts.
    private Task TakeDefault(GateState gate) => gate.Asked.Default is { } answer
        ? session.Append(state => stop.IsCancellationRequested || state!.Gates[gate.Key].Given is not null
            ? []
            : [place.Entry(new EntryBody.ApprovalGiven(gate.Key, answer, null, GateAnswerer.Timeout))])
        : throw new StepFailedException("CONC054", $"nobody answered gate `{gate.Name}` within {DurationText.Format(gate.Asked.DueAt!.Value - gate.AskedAt)}, and it has no default");

    private async Task SomethingOrDue(long seen, TimeSpan? left, CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var changed = session.Changed(seen, either.Token);
        var wait = left is { } due ? Task.Delay(due < LongestWait ? due : LongestWait, Clock, either.Token) : Task.Delay(Timeout.InfiniteTimeSpan, Clock, either.Token);
        try
        {
            await await Task.WhenAny(changed, wait);
        }
        finally
        {
            await either.CancelAsync();
            await Task.WhenAll(changed, wait).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
