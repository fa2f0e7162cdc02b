using System.Collections.Immutable;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;

namespace Conclave.Engine.Execution;

/// <summary>The effects of one run of one session: its step tasks, its inbox, and how it stops or ends. Used by one loop; not thread-safe.</summary>
internal sealed class SessionRun : IDisposable
{
    private readonly OwnedSession session;
    private readonly Workflow workflow;
    private readonly ImmutableDictionary<string, IStep> steps;
    private readonly IModelGateway gateway;
    private readonly IProjectDelivery delivery;
    private readonly IResponseCache? cache;
    private readonly CancellationToken stop;
    private readonly CancellationToken now;
    private readonly CancellationTokenSource abort;
    private readonly CancellationTokenSource halt;
    private readonly CancellationTokenSource over = new();
    private readonly Dictionary<(PhaseId Phase, string Step), Task<StatusReason?>> running = [];
    private readonly Task inbox;
    private Task waits = Task.CompletedTask;
    private TaskCompletionSource wake = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SessionRun(
        OwnedSession session,
        Workflow workflow,
        ImmutableDictionary<string, IStep> steps,
        IModelGateway gateway,
        IProjectDelivery delivery,
        IResponseCache? cache,
        CancellationToken stop,
        CancellationToken now)
    {
        this.session = session;
        this.workflow = workflow;
        this.steps = steps;
        this.gateway = gateway;
        this.delivery = delivery;
        this.cache = cache;
        this.stop = stop;
        this.now = now;
        abort = CancellationTokenSource.CreateLinkedTokenSource(now);
        halt = CancellationTokenSource.CreateLinkedTokenSource(stop, abort.Token);
        inbox = ReadInbox();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        over.Cancel();
        over.Dispose();
        halt.Dispose();
        abort.Dispose();
    }

    /// <summary>Why the session should stop now; null when it should go on. Also notices steps that ended.</summary>
    public async Task<EntryBody?> ReasonToStop()
    {
        StatusReason? pause = null;
        foreach (var (step, task) in running.Where(pair => pair.Value.IsCompleted).ToList())
        {
            running.Remove(step);
            pause ??= await task;
        }

        if (inbox.IsFaulted)
        {
            await inbox;
        }

        return (session.State.StopWish, pause) switch
        {
            (SignalBody.Cancel cancel, _) => new EntryBody.SessionCancelled(cancel.Reason),
            (SignalBody.Pause wish, _) => new EntryBody.SessionPaused(wish.Reason, null, null),
            (_, not null) => new EntryBody.SessionPaused(pause.Text, pause.Code, pause.Fix, pause.Phase),
            _ when stop.IsCancellationRequested || now.IsCancellationRequested => new EntryBody.SessionPaused("stopped by the user", null, null),
            _ => null,
        };
    }

    /// <summary>Lets what is in flight end, starts nothing more, and writes the reason.</summary>
    public async Task<SessionState> Stop(EntryBody reason)
    {
        await halt.CancelAsync();
        await Task.WhenAll(running.Values);
        running.Clear();
        if (reason is EntryBody.SessionCancelled)
        {
            return await End(reason);
        }

        await session.Append(Place.Session, reason);
        return session.State;
    }

    /// <summary>Delivers what there is, then writes the last entry.</summary>
    public async Task<SessionState> End(EntryBody ending)
    {
        var key = DoorKey.OfSession("deliver");
        DeliveryOrder Order() => new(session.State, ending, session.State.Effects[key].StartedAt, session.Journal.RequireBlob);
        try
        {
            await Effects.Once(
                session, Place.Session, key, cancel => delivery.Probe(Order(), cancel), cancel => delivery.Deliver(Order(), cancel), now);
            await session.Append(Place.Session, ending);
        }
        catch (StepSuspendedException undelivered)
        {
            var why = undelivered.Pause!;
            await session.Append(Place.Session, new EntryBody.SessionPaused(why.Text, why.Code, why.Fix));
        }

        return session.State;
    }

    /// <summary>
    /// Writes down all that can be decided, then starts every step that should run and does not: the new ones, those that the end of another step led to,
    /// and after a restart the old ones.
    /// </summary>
    public async Task Decide()
    {
        await session.Append(state => Decisions(state!), Decisions);
        foreach (var phase in workflow.Phases.Where(phase => !phase.IsWorkflow))
        {
            foreach (var step in session.State.Phase(phase.Id).Steps.Where(step => step.Status == StepStatus.Running && !running.ContainsKey((phase.Id, step.Label))))
            {
                running[(phase.Id, step.Label)] = RunStep(phase, step);
            }
        }
    }

    /// <summary>Whether nothing but people keeps the session.</summary>
    public bool WaitsForPeople() => WaitsForPeople(session.State);

    /// <summary>
    /// Gives the session up while it waits for people: the steps that stand at gates are unwound and nothing is written. False when it went on at that
    /// very moment; then a new run must take it up.
    /// </summary>
    public async Task<bool> Leave()
    {
        // In this order: an answer that was folded in has somebody who acts on it, and one that comes later waits for the next owner.
        await over.CancelAsync();
        await inbox;
        await halt.CancelAsync();
        await Task.WhenAll(running.Values);
        running.Clear();
        return session.State.Status == SessionStatus.Waiting;
    }

    /// <summary>Waits until a step ends, a wish arrives, the session is to stop, or (if that matters) nothing but people keeps it.</summary>
    public async Task SomethingHappens(WhenWaiting waiting)
    {
        if (waiting == WhenWaiting.Leave && waits.IsCompleted)
        {
            waits = UntilItWaits();
        }

        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = halt.Token.Register(stopped.SetResult);
        await Task.WhenAny([.. running.Values, wake.Task, stopped.Task, .. waiting == WhenWaiting.Leave ? [waits] : Array.Empty<Task>(), .. inbox.IsCompleted ? [] : new[] { inbox }]);
        if (wake.Task.IsCompleted)
        {
            wake = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    // A gate that is past its time waits for nobody: its step is about to take the default, or to fail.
    private bool WaitsForPeople(SessionState state) =>
        state.Status == SessionStatus.Waiting && state.OpenGates.All(gate => !(gate.Asked.DueAt <= session.Clock.GetUtcNow()));

    // One watch lasts for many rounds of the loop; it goes with the session.
    private async Task UntilItWaits()
    {
        for (var seen = session.State; !WaitsForPeople(seen); seen = session.State)
        {
            await session.Changed(seen.Seq, CancellationToken.None);
        }
    }

    /// <summary>What stands in the journal for a decision.</summary>
    internal static PlacedBody Entry(SchedulerDecision decision) => decision switch
    {
        SchedulerDecision.StartPhase start => new Place(start.Phase.Id, "").Entry(new EntryBody.PhaseStarted(
            [.. start.Cells.Select(cell => cell.Label)], start.Phase.MatrixSource is null ? null : StoredText.From(MatrixCells.ToJson(start.Cells)))),
        SchedulerDecision.StartRound round => new Place(round.Phase.Id, "").Entry(new EntryBody.RoundStarted(round.Round)),
        SchedulerDecision.EndStep end => new Place(end.Phase.Id, end.Step).Entry(end.Result),
        SchedulerDecision.SkipPhase skip => new Place(skip.Phase.Id, "").Entry(new EntryBody.PhaseSkipped(skip.Why)),
        SchedulerDecision.StartStep step => new Place(step.Phase.Id, step.Step).Entry(new EntryBody.StepStarted(step.Iteration, step.NotBefore) { IsAround = step.Phase.IsWorkflow }),
        SchedulerDecision.SucceedPhase done => new Place(done.Phase.Id, "").Entry(new EntryBody.PhaseSucceeded()),
        SchedulerDecision.FailPhase failed => new Place(failed.Phase.Id, "").Entry(new EntryBody.PhaseFailed(failed.Code, failed.Reason, failed.Tolerated) { Output = failed.Output, Note = failed.Note }),
        SchedulerDecision.Escalate ask => new Place(ask.Phase.Id, "").Entry(ask.Question),
        _ => throw new InvalidOperationException($"No entry for {decision.GetType().Name}."),
    };

    // Gives the reason to pause the session, or null. What it throws is a fault of the journal, which ends the run.
    private async Task<StatusReason?> RunStep(Phase phase, StepState step)
    {
        // Off the loop's own flow: a step's synchronous start must not hold the others back.
        await Task.Yield();
        var place = new Place(phase.Id, step.Label);
        using var time = new StepTime(phase.Timeout, session.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Over, abort.Token);
        StepResult result;
        try
        {
            await UntilItMayStart(step.NotBefore);
            time.Start();
            var context = new StepContext(session, gateway, workflow, phase, step.Label, step.Iteration, cache, time, halt.Token);
            result = await steps[phase.Kind.Name].Run(context, either.Token);
        }
        catch (StepSuspendedException suspended)
        {
            return suspended.Pause;
        }
        catch (OperationCanceledException) when (halt.IsCancellationRequested)
        {
            return null;
        }
        catch (OperationCanceledException) when (time.Over.IsCancellationRequested)
        {
            result = new StepResult.Failed("CONC034", $"step took longer than {DurationText.Format(phase.Timeout)}");
        }
        catch (StepFailedException failed)
        {
            result = new StepResult.Failed(failed.Code, failed.Message);
        }
        catch (Exception bug) when (bug is not (OwnershipLostException or JournalUnavailableException or JournalDamagedException or BlobDamagedException))
        {
            // The step boundary: a bug in one step fails that step, in the open, and nothing else.
            result = new StepResult.Failed("CONC500", $"a bug in step `{phase.Kind.Name}`: {bug.GetType().Name}: {bug.Message}");
        }

        // With what follows from its end: what comes next is decided in the same commit.
        await session.Append(_ => [Ended(place, phase, step, result)], Decisions);
        return null;
    }

    // Nothing new begins in a session that is to stop, and its end is no decision like others: something must be delivered first.
    private IEnumerable<PlacedBody> Decisions(SessionState state) =>
        halt.IsCancellationRequested || state.StopWish is not null
            ? []
            : Scheduler.Decide(workflow, state).Where(decision => decision is not SchedulerDecision.EndSession).Select(Entry);

    private PlacedBody Ended(Place place, Phase phase, StepState step, StepResult result)
    {
        ImmutableArray<FileChange> files = [.. result.Files.Select(file => file.Change)];
        EntryBody body = result switch
        {
            StepResult.Succeeded done => new EntryBody.StepSucceeded(
                step.Iteration, StoredText.From(done.Output?.ToJsonString(EngineJson.Options) ?? "null"), files, done.Verification, done.Notes),
            StepResult.Failed failed => new EntryBody.StepFailed(
                step.Iteration, failed.Code, failed.Reason, RetryAt(phase, step, failed), files, failed.Verification),
            _ => throw new InvalidOperationException($"No entry for {result.GetType().Name}."),
        };
        return place.Entry(body, [.. result.Files.Select(file => file.Content).OfType<Blob>()]);
    }

    private DateTimeOffset? RetryAt(Phase phase, StepState step, StepResult.Failed failed) => failed.Retryable && step.Iteration < phase.Retry.Attempts
        ? session.Clock.GetUtcNow() + phase.Retry.Wait(step.Iteration)
        : null;

    private async Task UntilItMayStart(DateTimeOffset? time)
    {
        if (time - session.Clock.GetUtcNow() is { } wait && wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, session.Clock, halt.Token);
        }
    }

    // At once and not on another thread: what is in flight must not get any further after the wish is in the journal.
    private void Abort() => abort.Cancel();

    private async Task ReadInbox()
    {
        try
        {
            await foreach (var signal in session.Journal.Signals(session.Id, over.Token))
            {
                await session.Append(state => Inbox.Entries(state!, signal));
                wake.TrySetResult();
                if (session.State.StopWish is SignalBody.Cancel { Now: true })
                {
                    Abort();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over; a wish that comes later waits for the next owner.
        }
    }
}
