using Conclave.Engine.Definition;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;

namespace Conclave.Engine.Execution;

public static partial class Scheduler
{
    // What a failure means for the session: what the phase's `on_error` says, or the human whom it asks.
    private static IEnumerable<SchedulerDecision> Failed(Phase phase, SessionState session, string code, string reason)
    {
        var failure = new SchedulerDecision.FailPhase(phase, code, reason);
        switch (phase.OnError)
        {
            case OnError.Continue:
                return [failure with { Tolerated = true }];
            case OnError.Default instead:
                return [failure with { Tolerated = true, Output = StoredText.From(instead.Value?.ToJsonString(EngineJson.Options) ?? "null") }];
            case OnError.Escalate:
                return Escalated(failure, session);
            default:
                return [failure];
        }
    }

    private static IEnumerable<SchedulerDecision> Escalated(SchedulerDecision.FailPhase failure, SessionState session)
    {
        var (phase, state) = (failure.Phase, session.Phase(failure.Phase.Id));
        if (state.Status != PhaseStatus.Running)
        {
            // Its condition can't be evaluated: there is no step to try again, and without a true condition nothing to do without.
            return [failure];
        }

        if (session.Created.Settings.Unattended)
        {
            return [failure with { Note = $"phase `{phase.Id}` failed, and nobody was there to say what to do, so the failure stands" }];
        }

        return session.Gates.GetValueOrDefault(Escalation.Gate(phase, state)) switch
        {
            null => [new SchedulerDecision.Escalate(phase, Escalation.Question(phase, state, failure.Code, failure.Reason))],
            { Given: null } => [],
            { Given.Choice: Escalation.Continue } => [failure with { Tolerated = true, Note = $"phase `{phase.Id}` failed, and the user went on without it" }],
            _ => [failure],
        };
    }
}
