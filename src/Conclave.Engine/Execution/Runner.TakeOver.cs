using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;

namespace Conclave.Engine.Execution;

public sealed partial class Runner
{
    // Wishes that came while no process ran are known before anything is started, and before the session is resumed: that takes back an old pause.
    private async Task EmptyInbox(OwnedSession session, CancellationToken cancel)
    {
        foreach (var signal in await journal.Inbox(session.Id, cancel))
        {
            await session.Append(state => Inbox.Entries(state!, signal));
        }
    }

    private async Task TakeOver(OwnedSession session, decimal? budgetUsd, string? outputDirectory)
    {
        var state = session.State;
        if (state.Status == SessionStatus.Queued && budgetUsd is null && outputDirectory is null)
        {
            return;
        }

        var lost = state.Calls.Values.SelectMany(call => call.Attempts).Where(attempt => attempt.Outcome is null).Select(attempt => attempt.Intent);
        var reason = state.Status is SessionStatus.Paused or SessionStatus.Waiting ? ResumeReason.Resumed : ResumeReason.Recovered;
        await session.Append(_ =>
        [
            Place.Session.Entry(new EntryBody.SessionResumed(reason, owner, budgetUsd, outputDirectory)),
            .. lost.Select(intent => PlaceOf(state, intent.Call).Entry(new EntryBody.AttemptEnded(
                intent.Call, intent.Attempt, new CallOutcome.InDoubt("the process died while the call was under way", null), intent.ReservedUsd, 0))),
        ]);
    }

    private static Place PlaceOf(SessionState state, DoorKey call) => new(state.Calls[call].Phase, state.Calls[call].Step ?? "");
}
