using System.Text.Json.Serialization;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Engine.Journal;

/// <summary>One row per session for lists: a left fold of the entries, written in the same transaction, rebuilt when in doubt.</summary>
/// <param name="SpentUsd">The sum of all attempts that ended, with those in doubt at their worst case.</param>
public sealed record SessionSummary(
    SessionId Id,
    string Description,
    string Workflow,
    SessionStatus Status,
    Verdict Verdict,
    string? Reason,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    int Phases,
    int PhasesDone,
    decimal SpentUsd,
    int TestsPassed,
    string OutputDirectory,
    string? Simulated,
    long Seq)
{
    /// <summary>The session that it was forked from; null for one that began by itself.</summary>
    public SessionId? ForkedFrom { get; init; }

    /// <summary>What the phases that it keeps cost there; no part of <see cref="SpentUsd"/>.</summary>
    public decimal KeptUsd { get; init; }

    /// <summary>Calls that were answered from the cache.</summary>
    public int CachedCalls { get; init; }

    /// <summary>Requests whose answers were lost on the way; their worst case is in <see cref="SpentUsd"/>.</summary>
    public int InDoubtCalls { get; init; }

    /// <summary>What is wrong with its record; null when nothing is known to be. Never stored: whoever looks says it.</summary>
    public string? Damage { get; init; }

    /// <summary>What keeps the session from its end; it makes the status <see cref="SessionStatus.Waiting"/> when that is people.</summary>
    public SessionActivity Activity { get; init; } = SessionActivity.None;

    /// <summary>0 to 100: the share of the phases that are done.</summary>
    [JsonIgnore]
    public int Progress => Status is SessionStatus.Succeeded ? 100 : Phases == 0 ? 0 : 100 * PhasesDone / Phases;

    /// <summary>The summary after one more entry; the first must be the session's creation.</summary>
    public static SessionSummary Apply(SessionSummary? summary, JournalEntry entry)
    {
        var next = summary is null ? Create(entry) : Next(summary, entry.Body);
        var activity = next.Activity.After(entry);
        return next with { Activity = activity, Status = activity.Status(next.Status), UpdatedAt = entry.Time, Seq = entry.Seq };
    }

    private static SessionSummary Create(JournalEntry entry) => entry.Body is EntryBody.SessionCreated created
        ? new SessionSummary(
            entry.SessionId,
            Short(created.Description),
            created.WorkflowName,
            SessionStatus.Queued,
            Verdict.None,
            null,
            entry.Time,
            entry.Time,
            created.Phases.Length,
            0,
            0m,
            0,
            created.Settings.OutputDirectory,
            created.Settings.Simulated,
            entry.Seq)
        {
            ForkedFrom = created.Origin?.Session,
        }
        : throw new InvalidOperationException($"The first entry of session {entry.SessionId} is {entry.Body.Kind()}, not its creation.");

    /// <summary>A row for a session of which nothing else can be read.</summary>
    public static SessionSummary Unreadable(SessionId id, DateTimeOffset createdAt, string damage) =>
        new(id, "", "", SessionStatus.Failed, Verdict.None, damage, createdAt, createdAt, 0, 0, 0m, 0, "", null, 0) { Damage = damage };

    private static SessionSummary Next(SessionSummary summary, EntryBody body) => body switch
    {
        EntryBody.PhaseStarted => summary with { Status = SessionStatus.Running },
        EntryBody.PhaseSucceeded or EntryBody.PhaseFailed or EntryBody.PhaseSkipped => summary with { Status = SessionStatus.Running, PhasesDone = summary.PhasesDone + 1 },
        EntryBody.PhaseKept kept => Kept(summary, kept),
        EntryBody.AttemptEnded ended => summary with
        {
            SpentUsd = summary.SpentUsd + ended.CostUsd,
            CachedCalls = summary.CachedCalls + (ended.Cached is null ? 0 : 1),
            InDoubtCalls = summary.InDoubtCalls + (ended.Outcome is CallOutcome.InDoubt ? 1 : 0),
        },
        EntryBody.StepSucceeded { Verification: { } seen } => summary with { TestsPassed = seen.TestsPassed },
        EntryBody.SessionQueued => summary with { Status = SessionStatus.Queued, Reason = null },
        EntryBody.SessionPaused paused => summary with { Status = SessionStatus.Paused, Reason = paused.Reason },
        EntryBody.SessionResumed resumed => summary with { Status = SessionStatus.Running, Reason = null, OutputDirectory = resumed.OutputDirectory ?? summary.OutputDirectory },
        EntryBody.SessionSucceeded ended => summary with { Status = SessionStatus.Succeeded, Verdict = ended.Verdict, Reason = ended.VerdictReason },
        EntryBody.SessionFailed ended => summary with { Status = SessionStatus.Failed, Reason = ended.Reason },
        EntryBody.SessionCancelled ended => summary with { Status = SessionStatus.Cancelled, Reason = ended.Reason },
        _ => summary,
    };

    // Of a kept phase everything counts but its money and its calls, which are another session's.
    private static SessionSummary Kept(SessionSummary summary, EntryBody.PhaseKept kept)
    {
        var after = kept.Entries.Aggregate(summary, (next, entry) => Next(next, entry.Body));
        return after with
        {
            Status = summary.Status,
            SpentUsd = summary.SpentUsd,
            CachedCalls = summary.CachedCalls,
            InDoubtCalls = summary.InDoubtCalls,
            KeptUsd = summary.KeptUsd + after.SpentUsd - summary.SpentUsd,
        };
    }

    private static string Short(StoredText text)
    {
        var line = text.IsLoaded ? string.Join(' ', text.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) : "";
        return line.Length <= 120 ? line : line[..119] + "…";
    }
}

/// <summary>Where a session stands.</summary>
public enum SessionStatus
{
    /// <summary>Created; waits for its turn.</summary>
    Queued,

    /// <summary>Phases run, or would if their process had not gone away.</summary>
    Running,

    /// <summary>Waits for a human.</summary>
    Waiting,

    /// <summary>Stopped; <c>resume</c> goes on.</summary>
    Paused,

    /// <summary>Ended well; the verdict says how well.</summary>
    Succeeded,

    /// <summary>Ended badly.</summary>
    Failed,

    /// <summary>Ended by the user.</summary>
    Cancelled,
}
