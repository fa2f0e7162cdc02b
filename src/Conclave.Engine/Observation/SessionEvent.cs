using System.Text.Json;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;

namespace Conclave.Engine.Observation;

/// <summary>What every surface shows: one JSON form for the terminal's <c>--json</c>, the streams and the dashboard.</summary>
/// <param name="Seq">The entry's number; null for what is not journaled.</param>
/// <param name="Progress">0 to 100: the share of the phases that are done.</param>
public sealed record SessionEvent(
    long? Seq,
    SessionId SessionId,
    DateTimeOffset Time,
    string Kind,
    PhaseId? Phase,
    string? Step,
    int Progress,
    JsonElement Body)
{
    /// <summary>The event of an entry.</summary>
    public static SessionEvent Of(JournalEntry entry, SessionState state) => new(
        entry.Seq,
        entry.SessionId,
        entry.Time,
        entry.Body.Kind(),
        entry.Phase,
        entry.Step,
        ProgressOf(state),
        JsonSerializer.SerializeToElement(entry.Body, entry.Body.GetType(), EngineJson.Options));

    /// <summary>The event of a call that waits to be sent, or goes on: <c>{call, agent, wait: {reason, provider, model, until, text}}</c>, no <c>wait</c> at its end.</summary>
    public static SessionEvent Of(FeedItem.Waiting waiting, SessionState state, DateTimeOffset now) => new(
        null,
        waiting.SessionId,
        now,
        "call-waiting",
        waiting.Phase,
        null,
        ProgressOf(state),
        JsonSerializer.SerializeToElement(new { waiting.Call, waiting.Agent, waiting.Wait }, EngineJson.Options));

    /// <summary>One line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, EngineJson.Options);

    /// <summary>The share of the phases that are done; 100 only when the session succeeded.</summary>
    public static int ProgressOf(SessionState state) => state.Status == SessionStatus.Succeeded
        ? 100
        : Math.Min(99, 100 * state.Phases.Values.Count(phase => phase.IsDone) / Math.Max(1, state.Created.Phases.Length));
}
