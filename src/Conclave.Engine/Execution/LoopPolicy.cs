using Conclave.Engine.Definition.Expressions;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Planning;

namespace Conclave.Engine.Execution;

/// <summary>
/// Decides what follows a round of a loop: pure. Its condition ends it well. It ends badly after the last round, and at once when a round brings
/// nothing new: further rounds would cost money and give the same again.
/// </summary>
internal static class LoopPolicy
{
    /// <summary>The decision after a round whose steps all succeeded.</summary>
    public static SchedulerDecision AfterRound(Phase phase, PhaseLoop loop, SessionState state)
    {
        var now = state.Phase(phase.Id);
        try
        {
            if (now.Steps.IsEmpty || ExpressionEvaluator.Condition(loop.Until, SessionContexts.Of(phase, state, [loop.Until])))
            {
                return new SchedulerDecision.SucceedPhase(phase);
            }
        }
        catch (ExpressionException error)
        {
            return new SchedulerDecision.FailPhase(phase, "CONC060", $"`until` of phase `{phase.Id}` can't be evaluated after round {now.Round}: {error.Message}");
        }

        if (now.Round > 1 && now.Steps.All(step => step.Previous is { } before && step.Output!.IsSame(before)))
        {
            return new SchedulerDecision.FailPhase(phase, "CONC062", $"phase `{phase.Id}` is stuck: round {now.Round} gave the same output as round {now.Round - 1}, and `until` is still false");
        }

        if (RepeatsItself(phase, now.Round, state))
        {
            return new SchedulerDecision.FailPhase(phase, "CONC063", $"phase `{phase.Id}` is stuck: in round {now.Round} it asked nothing that it had not asked before, and got the same answers, and `until` is still false");
        }

        return now.Round < loop.Max
            ? new SchedulerDecision.StartRound(phase, now.Round + 1)
            : new SchedulerDecision.FailPhase(phase, "CONC061", $"`until` of phase `{phase.Id}` is still false after all {loop.Max} rounds");
    }

    // Rounds that go in a circle (A, B, A, ...) differ each from the one before, but sooner or later ask the same and hear the same.
    private static bool RepeatsItself(Phase phase, int round, SessionState state)
    {
        var calls = state.Calls.Values.Where(call => call.Phase == phase.Id).ToLookup(call => call.Round == round);
        return calls[true].Any() && calls[true].All(call => calls[false].Any(earlier => earlier.Step == call.Step && IsSame(earlier.Attempts[^1], call.Attempts[^1])));
    }

    private static bool IsSame(AttemptState earlier, AttemptState now) =>
        earlier.Intent.RequestHash == now.Intent.RequestHash
        && (earlier.Outcome, now.Outcome) is (CallOutcome.Answered before, CallOutcome.Answered answer)
        && before.Answer.IsSame(answer.Answer);
}
