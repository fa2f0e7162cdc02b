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
public sealed partial class Runner(
    IJournal journal,
    SessionFeed feed,
    TimeProvider clock,
    ImmutableDictionary<string, IStep> steps,
    PlanningCatalog catalog,
    IProjectDelivery delivery,
    string owner,
    IResponseCache? cache = null)
{
    private readonly PlannedWorkflows workflows = new(catalog);

    /// <summary>What an entry means for the state that everything is decided from.</summary>
    internal Func<SessionState?, JournalEntry, SessionState> Fold { get; init; } = SessionFold.Apply;

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

            await run.Decide();
            if (Scheduler.Decide(workflow, session.State) is [SchedulerDecision.EndSession end])
            {
                return await run.End(end.Ending);
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

        var planned = workflows.Of(created);
        return planned.Value ?? throw new InvalidOperationException($"The workflow of session {session.Id} is not valid for this version: {string.Join("; ", planned.Problems)}");
    }
}
