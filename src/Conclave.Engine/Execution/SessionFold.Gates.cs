using Conclave.Engine.Definition;
using Conclave.Engine.Journal;

namespace Conclave.Engine.Execution;

public static partial class SessionFold
{
    // What follows from the activity is a projection, not an entry of its own.
    private static SessionState Projected(SessionState state, JournalEntry entry)
    {
        var activity = state.Activity.After(entry);
        return state with { Activity = activity, Status = activity.Status(state.Status) };
    }

    private static SessionState Asked(SessionState state, JournalEntry entry, EntryBody.ApprovalAsked asked) => state with
    {
        Gates = state.Gates.SetItem(asked.Gate, new GateState(asked, entry.Time, entry.Phase!.Value, entry.Step)),
    };

    private static SessionState Given(SessionState state, EntryBody.ApprovalGiven given)
    {
        var gate = state.Gates[given.Gate] with { Given = given };
        var answered = state with { Gates = state.Gates.SetItem(given.Gate, gate) };
        return gate.Asked.Purpose == GatePurpose.Escalation && given.Choice == Escalation.Retry ? TryAgain(answered, gate.Phase) : answered;
    }

    // The steps that failed begin anew; those that their failure kept from starting follow.
    private static SessionState TryAgain(SessionState state, PhaseId id)
    {
        var phase = state.Phase(id);
        var steps = phase.Steps.Select(step => step.Status == StepStatus.Failed ? step with { Status = StepStatus.Pending, NotBefore = null } : step);
        return state with { Phases = state.Phases.SetItem(id, phase with { Steps = [.. steps] }) };
    }

    // A wish to stop stays until it is fulfilled; a pause that comes after a cancellation does not take that back.
    private static SignalBody? Wish(SignalBody? before, SignalBody signal) => signal switch
    {
        SignalBody.Approve => before,
        SignalBody.Pause when before is SignalBody.Cancel => before,
        _ => signal,
    };
}
