using System.Text.Json;
using Conclave.Engine;
using Conclave.Engine.Journal;

namespace Conclave.Cli;

/// <summary>
/// A session that would run if its process had not gone away. The journal can't know it, so readers see it by the data directory's lock: what was
/// under way while nobody held it is interrupted, and <c>resume</c> goes on.
/// </summary>
internal static class Interruption
{
    /// <summary>The word for it, beside the statuses.</summary>
    public const string Word = "interrupted";

    /// <summary>Whether it is; a damaged session is not: it can't go on.</summary>
    /// <param name="unowned">Whether no process held the data directory, neither before nor after the summary was read.</param>
    public static bool Of(SessionSummary session, bool unowned) => unowned && session.Damage is null && (session.Status is SessionStatus.Running or SessionStatus.Queued);

    /// <summary>The summary as JSON on one line, with <c>interrupted</c>.</summary>
    public static string ToJson(SessionSummary session, bool unowned)
    {
        var json = JsonSerializer.SerializeToNode(session, EngineJson.Options)!.AsObject();
        json[Word] = Of(session, unowned);
        return json.ToJsonString(EngineJson.Options);
    }
}
