using System.Collections.Immutable;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Engine.Observation;
using Conclave.Engine.Planning;

namespace Conclave.Engine.Execution;

/// <summary>Runs sessions: the only loop with effects. What to do is decided by <see cref="Scheduler"/>; what was done stands in the journal.</summary>
/// <param name="steps">The kinds of steps by name.</param>
/// <param name="owner">Names this process in the journal.</param>
/// <param name="cache">Answers given before, for phases that want them; null for none.</param>
public sealed class Runner(
    IJournal journal,
    SessionFeed feed,
    TimeProvider clock,
    ImmutableDictionary<string, IStep> steps,
    PlanningCatalog catalog,
    IProjectDelivery delivery,
    string owner,
    IResponseCache? cache = null)
{
    /// <summary>What an entry means for the state that everything is decided from.</summary>
    internal Func<SessionState?, JournalEntry, SessionState> Fold { get; init; } = SessionFold.Apply;

    /// <summary>Writes a session's first entry, and at once with it the phases that it keeps from another. Nothing runs yet.</summary>
    public async Task Create(SessionId id, EntryBody.SessionCreated created, CancellationToken cancel, params IReadOnlyList<KeptPhase> kept)
    {
        var entries = new List<PlacedBody> { Place.Session.Entry(created) };
        foreach (var phase in kept)
        {
            var files = new List<Blob>();
            foreach (var blob in phase.FileBlobs().Distinct())
            {
                files.Add(await journal.RequireBlob(blob, cancel));
            }

            foreach (var text in phase.Body.Texts())
            {
                await journal.Load(text, cancel);
            }

            entries.Add(new Place(phase.Phase, "").Entry(phase.Body, files));
        }

        using var session = await OwnedSession.Acquire(journal, feed, clock, Fold, id, owner, cancel);
        await session.Append(_ => entries);
    }

    /// <summary>Takes a session over and runs it until it ends, pauses, is stopped or (if this run leaves then) waits for people; returns its state then.</summary>
    /// <param name="budgetUsd">A new budget; null keeps the old one.</param>
    /// <param name="outputDirectory">Another place for the result, absolute; null keeps the old one.</param>
    /// <param name="waiting">What to do when nothing but open gates keeps the session.</param>
    /// <param name="stop">Lets what is in flight end, then pauses the session.</param>
    /// <param name="now">Aborts what is in flight, then pauses the session.</param>
    public async Task<SessionState> Run(SessionId id, IModelGateway gateway, decimal? budgetUsd, string? outputDirectory, WhenWaiting waiting, CancellationToken stop, CancellationToken now)
    {
        using var session = await OwnedSession.Acquire(journal, feed, clock, Fold, id, owner, now);
        if (session.State.IsEnded)
        {
            return session.State;
        }

        var workflow = await Reload(session, now);
        await EmptyInbox(session, now);
        await TakeOver(session, budgetUsd, outputDirectory);
        while (true)
        {
            using var run = new SessionRun(session, workflow, steps, gateway, delivery, cache, stop, now);
            if (await GoOn(run, session, workflow, waiting) is { } state)
            {
                return state;
            }
        }
    }

    // The state when the run is over; null when it was left waiting and went on at that very moment.
    private static async Task<SessionState?> GoOn(SessionRun run, OwnedSession session, Workflow workflow, WhenWaiting waiting)
    {
        while (true)
        {
            if (await run.ReasonToStop() is { } reason)
            {
                return await run.Stop(reason);
            }

            var decisions = Scheduler.Decide(workflow, session.State);
            if (decisions is [SchedulerDecision.EndSession end])
            {
                return await run.End(end.Ending);
            }

            await run.CarryOut(decisions);
            if (!decisions.IsEmpty)
            {
                continue;
            }

            if (waiting == WhenWaiting.Leave && run.WaitsForPeople())
            {
                return await run.Leave() ? session.State : null;
            }

            await run.SomethingHappens(waiting);
        }
    }

    private async Task<Workflow> Reload(OwnedSession session, CancellationToken cancel)
    {
        var (created, phases) = (session.State.Created, session.State.Phases.Values);
        foreach (var text in created.Texts().Concat(phases.SelectMany(phase => phase.Texts())).Concat(session.State.Gates.Values.Select(gate => gate.Asked.Question)))
        {
            await journal.Load(text, cancel);
        }

        var planned = StoredWorkflow.Plan(created, catalog);
        return planned.Value ?? throw new InvalidOperationException($"The workflow of session {session.Id} is not valid for this version: {string.Join("; ", planned.Problems)}");
    }

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
