using Conclave.Engine;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;

namespace Conclave.Server.Hosting;

/// <summary>What a user may wish of a session as it stands, for every surface: a signal for its inbox, or why it makes no sense now. Pure.</summary>
public static class SessionWish
{
    /// <summary>An answer to a question. The very gate that stands open now is answered, not one that opens under the same name before the answer arrives.</summary>
    /// <param name="gate">Its key or its name; null for the only open one.</param>
    public static Refusable<SignalBody> Approve(SessionState state, string? gate, string choice, string? comment) => Ended(state) ?? GateChoice.Of(state, gate, choice) switch
    {
        GateChoice.Taken taken => new SignalBody.Approve(taken.Gate.Key.Value, taken.Choice, comment),
        GateChoice.Refused refused => new Refusal(RefusalKind.Conflict, $"{refused.Code} {refused.Text}", refused.Fix),
        _ => throw new InvalidOperationException("No rule for this choice."),
    };

    /// <summary>To stop when the calls under way have ended, for a while.</summary>
    public static Refusable<SignalBody> Pause(SessionState state) =>
        Ended(state) ?? (state.Status == SessionStatus.Paused ? NothingRuns(state.Id) : new Refusable<SignalBody>(new SignalBody.Pause("paused by the user"), null));

    /// <summary>To end for good; what there is is delivered.</summary>
    /// <param name="now">Abort the calls under way instead of letting them end.</param>
    public static Refusable<SignalBody> Cancel(SessionState state, bool now) => Ended(state) ?? new Refusable<SignalBody>(new SignalBody.Cancel("cancelled by the user") { Now = now }, null);

    /// <summary>What is said when nothing is there to pause.</summary>
    public static Refusal NothingRuns(SessionId id) =>
        new(RefusalKind.Conflict, $"CONC213 no process runs session {id}, so there is nothing to pause", $"it stays as it is until: conclave resume {id}");

    /// <summary>What is said of a session that has ended.</summary>
    public static Refusal HasEnded(SessionState state) =>
        new(RefusalKind.Conflict, $"CONC210 session {state.Id} has ended ({EngineText.Snake(state.Status)})", $"conclave show {state.Id} tells how");

    private static Refusable<SignalBody>? Ended(SessionState state) => state.IsEnded ? (Refusable<SignalBody>?)HasEnded(state) : null;
}
