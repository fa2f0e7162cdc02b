using Conclave.Engine.Journal;

namespace Conclave.Engine.Execution;

/// <summary>What a signal becomes in the session's record. Pure.</summary>
internal static class Inbox
{
    /// <summary>
    /// The entries of a signal: that it came, and with it, all or none, what it answers. None when it was folded in before: the inbox keeps its
    /// signals, so each owner sees all of them again.
    /// </summary>
    public static IEnumerable<PlacedBody> Entries(SessionState state, Signal signal)
    {
        if (state.Signals.Contains(signal.SignalId))
        {
            return [];
        }

        var received = Place.Session.Entry(new EntryBody.SignalReceived(signal.SignalId, signal.Body));
        return signal.Body is SignalBody.Approve answer ? [received, Answer(state, answer)] : [received];
    }

    private static PlacedBody Answer(SessionState state, SignalBody.Approve answer) => GateChoice.Of(state, answer.Gate, answer.Choice) switch
    {
        GateChoice.Taken taken => new Place(taken.Gate.Phase, taken.Gate.Step ?? "").Entry(
            new EntryBody.ApprovalGiven(taken.Gate.Key, taken.Choice, answer.Comment, GateAnswerer.User)),
        GateChoice.Refused refused => Place.Session.Entry(new EntryBody.AlertRaised(refused.Code, $"an answer came too late: {refused.Text} ({refused.Fix})")),
        _ => throw new InvalidOperationException("No rule for this choice."),
    };
}
