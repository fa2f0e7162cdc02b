using System.Collections.Immutable;
using System.Text;
using Conclave.Engine.Budget;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Engine.Observation;
using Conclave.Engine.Planning;

namespace Conclave.Engine.Execution;

public sealed partial class StepContext
{
    /// <summary>As <see cref="TryAsk{T}"/>, for a step that can't do without the answer.</summary>
    /// <exception cref="StepFailedException">There is no answer.</exception>
    public async Task<AskResult<T>.Answered> Ask<T>(AskRequest<T> request, CancellationToken cancel) => await TryAsk(request, cancel) switch
    {
        AskResult<T>.Answered answered => answered,
        AskResult<T>.Unanswered none => throw new StepFailedException(none.Code, none.Reason),
        _ => throw new InvalidOperationException("No rule for this result."),
    };

    /// <summary>
    /// Asks an agent. This is the only place where calls are repeated: <see cref="CallPolicy"/> decides from the journal, and each attempt is an entry
    /// before it is sent and another before its answer is used. After a restart it goes on where the journal ends.
    /// </summary>
    /// <exception cref="StepSuspendedException">A human must mend something first, or the session is being stopped.</exception>
    public Task<AskResult<T>> TryAsk<T>(AskRequest<T> request, CancellationToken cancel) => Converse(request, absentWhenDown: false, cancel);

    /// <summary>The same for an agent that the step can do without: a vendor that is down gives no answer instead of a pause.</summary>
    public Task<AskResult<T>> AskIfUp<T>(AskRequest<T> request, CancellationToken cancel) => Converse(request, absentWhenDown: true, cancel);

    private async Task<AskResult<T>> Converse<T>(AskRequest<T> request, bool absentWhenDown, CancellationToken cancel)
    {
        var plan = PlanCall(request);
        using var door = time.Door();
        while (true)
        {
            var attempts = await LoadedAttempts(plan.Key, cancel);
            // An absence once seen stays one: a later process must not come to another result from the same entries.
            switch (CallPolicy.Next(plan, attempts, absentWhenDown ? 0 : State.Resumes))
            {
                case CallAction.Send send:
                    ThrowIfStopping();
                    if (!await AnsweredFromCache(plan, send, attempts.Length + 1, cancel))
                    {
                        await Attempt(plan, send, attempts.Length + 1, cancel);
                    }

                    break;
                case CallAction.Done done:
                    await Remember(attempts[^1], done.Text, cancel);
                    var value = ((Reading<T>.Read)request.Read(done.Text)).Value;
                    return new AskResult<T>.Answered(value, done.Text, done.Agent, attempts.Sum(attempt => attempt.CostUsd));
                case CallAction.Fail fail:
                    return new AskResult<T>.Unanswered(fail.Code, fail.Reason);
                case CallAction.Pause pause when absentWhenDown:
                    return new AskResult<T>.Unanswered(pause.Code, pause.Reason);
                case CallAction.Pause pause:
                    throw new StepSuspendedException(new StatusReason(pause.Reason, pause.Code, pause.Fix, Phase.Id));
                default:
                    throw new InvalidOperationException("No rule for this action.");
            }
        }
    }

    private CallPlan PlanCall<T>(AskRequest<T> request)
    {
        var agent = State.Seat(request.Agent).Agent;
        return new CallPlan(
            Door(request.Name),
            [agent, .. agent.Fallback.Select(id => State.Seat(id).Agent)],
            request.Prompt.Text,
            request.Output,
            Phase.MaxOutputTokens ?? TaskLimits.For(request.Task),
            Phase.Retry,
            Phase.OnInDoubt,
            text => request.Read(text) is Reading<T>.Unreadable unreadable ? unreadable.Problem : null)
        {
            Continues = request.Continues,
            Salt = session.Id.Value,
            SharedLength = request.Prompt.SharedLength,
        };
    }

    private async Task<ImmutableArray<AttemptState>> LoadedAttempts(DoorKey call, CancellationToken cancel)
    {
        var attempts = State.Attempts(call);
        foreach (var text in attempts.SelectMany(attempt => attempt.Outcome?.Texts() ?? []))
        {
            await session.Journal.Load(text, cancel);
        }

        return attempts;
    }

    private async Task Attempt(CallPlan plan, CallAction.Send send, int number, CancellationToken cancel)
    {
        await WaitUntil(send.NotBefore, cancel);
        var price = PriceOf(send.Agent);
        switch (await Admitted(plan.Key, send, cancel))
        {
            case Admission.Granted granted:
                await using (granted.Lease)
                {
                    await Reserve(plan.Key, send, number, price, cancel);
                    await Receive(plan.Key, send, number, price, cancel);
                }

                break;
            case Admission.Held held:
                await HoldBack(plan.Key, send, number, held);
                break;
            default:
                throw new InvalidOperationException("No rule for this admission.");
        }
    }

    private ModelPrice PriceOf(Agent agent) => gateway.Profile(agent.Provider, agent.Model)?.Price
        ?? throw new StepFailedException("CONC402", $"nobody knows what {agent.Provider}'s {agent.Model} costs, so it is not used; set what it may cost at most under `models:` in config.yaml");

    // Looking at the budget and reserving are one step; else two parallel calls could both take the last dollar.
    private async Task Reserve(DoorKey key, CallAction.Send send, int number, ModelPrice price, CancellationToken cancel)
    {
        var worstCase = BudgetPolicy.WorstCase(price, send.Request.ToJson(), send.Request.MaxOutputTokens);
        var intent = Intent(key, send, number, worstCase);
        while (true)
        {
            var seen = State;
            var reserved = false;
            await session.Append(state =>
            {
                seen = state!;
                reserved = !stop.IsCancellationRequested && Allowance.Of(seen, Phase).All(allowance => allowance.Fits(worstCase));
                return reserved ? [place.Entry(intent)] : [];
            });
            if (reserved)
            {
                return;
            }

            ThrowIfStopping();

            if (Allowance.Of(seen, Phase).FirstOrDefault(allowance => !allowance.CouldFit(worstCase)) is { } exceeded)
            {
                throw OverBudget(exceeded, worstCase);
            }

            // It will fit once calls that are under way turn out cheaper than their worst case.
            await ForOthers(token => session.Changed(seen.Seq, token), cancel);
        }
    }

    private static EntryBody.AttemptStarted Intent(DoorKey key, CallAction.Send send, int number, decimal worstCase)
    {
        var json = send.Request.ToJson();
        return new EntryBody.AttemptStarted(
            key, number, send.Agent.Id, send.Agent.Provider, send.Agent.Model, ModelRequest.Hash(json), StoredText.From(json), worstCase, send.Why);
    }

    private Exception OverBudget(Allowance exceeded, decimal worstCase) => exceeded.OnExceed == BudgetAction.Stop
        ? new StepFailedException(exceeded.Code, exceeded.Refusal(worstCase))
        : new StepSuspendedException(new StatusReason(exceeded.Refusal(worstCase), exceeded.Code, exceeded.Fix(worstCase), Phase.Id));

    private static EntryBody.AlertRaised Miscounted(Agent agent, Usage usage, string wrong, decimal reserved) => new(
        "CONC404",
        FormattableString.Invariant($"the tokens that {agent.Provider} ({agent.Model}) says it counted, {usage.InputTokens} in and {usage.OutputTokens} out, {wrong}; the call is counted at its worst case, ${reserved:0.00##}"));

    private async Task Receive(DoorKey key, CallAction.Send send, int number, ModelPrice price, CancellationToken cancel)
    {
        var text = new StringBuilder();
        var started = Clock.GetTimestamp();
        CallOutcome? outcome = null;
        try
        {
            await foreach (var happening in gateway.Stream(send.Request, cancel))
            {
                switch (happening)
                {
                    case ModelEvent.Delta delta:
                        session.Feed.Publish(new FeedItem.Delta(session.Id, key, send.Agent.Id, text.Length, delta.Text));
                        text.Append(delta.Text);
                        break;
                    case ModelEvent.Ended ended:
                        outcome = ended.Outcome;
                        break;
                    default:
                        break;
                }
            }
        }
        finally
        {
            // Stopped in the middle, or an adapter that broke its promise: the answer may have been paid for and is lost.
            outcome ??= new CallOutcome.InDoubt("the call was stopped while it was under way", text.Length == 0 ? null : StoredText.From(text.ToString()));
            var reserved = State.Attempts(key)[number - 1].Intent.ReservedUsd;
            var duration = (long)Clock.GetElapsedTime(started).TotalMilliseconds;
            var ended = new EntryBody.AttemptEnded(key, number, outcome, BudgetPolicy.Settle(price, outcome, reserved), duration);
            await (BudgetPolicy.WrongCount(price, outcome, reserved) is { } wrong
                ? session.Append(place, ended, Miscounted(send.Agent, outcome.Tokens!, wrong, reserved))
                : session.Append(place, ended));
        }
    }
}
