using System.Collections.Immutable;
using Conclave.Engine.Execution;

namespace Conclave.Engine.Journal;

/// <summary>Looks through what the journal holds, entry by entry and blob by blob. What is wrong comes as data, one session apart from the others.</summary>
public static class SessionExamination
{
    /// <summary>Every session's findings, those of the newest session first; nothing when all can be trusted.</summary>
    public static async Task<ImmutableArray<JournalFinding>> ExamineAll(this IJournal journal, CancellationToken cancel)
    {
        var findings = ImmutableArray.CreateBuilder<JournalFinding>();
        foreach (var summary in await journal.List(new SessionQuery(Limit: int.MaxValue), cancel))
        {
            findings.AddRange(await journal.Examine(summary.Id, cancel));
        }

        return findings.ToImmutable();
    }

    /// <summary>What is wrong with one session; nothing when it can be trusted.</summary>
    public static async Task<ImmutableArray<JournalFinding>> Examine(this IJournal journal, SessionId session, CancellationToken cancel) =>
        (await journal.Fold(session, SessionFold.Apply, cancel)).Findings;

    /// <summary>What is wrong with the end of a session's record, where a crash would leave its traces; null for nothing. Reads one entry, however long the record is.</summary>
    /// <param name="summary">The row that lists show, which names the last entry.</param>
    public static async Task<JournalFinding?> ExamineEnd(this IJournal journal, SessionSummary summary, CancellationToken cancel)
    {
        try
        {
            await foreach (var _ in journal.Read(summary.Id, Math.Max(0, summary.Seq - 1), cancel))
            {
            }

            return null;
        }
        catch (JournalDamagedException damaged)
        {
            return damaged.Finding;
        }
    }

    /// <summary>The session's state, from a record that can be trusted.</summary>
    /// <returns>Null when it has no entries.</returns>
    /// <exception cref="JournalDamagedException">It is damaged: nothing may be built on it.</exception>
    public static async Task<SessionState?> FoldTrusted(this IJournal journal, SessionId session, CancellationToken cancel, Func<SessionState?, JournalEntry, SessionState>? fold = null)
    {
        var (state, findings) = await journal.Fold(session, fold ?? SessionFold.Apply, cancel);
        return findings.IsEmpty ? state : throw new JournalDamagedException(findings[0]);
    }

    private static async Task<(SessionState? State, ImmutableArray<JournalFinding> Findings)> Fold(
        this IJournal journal, SessionId session, Func<SessionState?, JournalEntry, SessionState> fold, CancellationToken cancel)
    {
        var findings = ImmutableArray.CreateBuilder<JournalFinding>();
        var seen = new HashSet<BlobId>();
        SessionState? state = null;
        try
        {
            await foreach (var entry in journal.Read(session, 0, cancel))
            {
                foreach (var blob in entry.Body.Blobs().Where(seen.Add))
                {
                    if (await journal.WrongWith(blob, cancel) is { } what)
                    {
                        findings.Add(JournalFinding.BadBlob(session, entry.Seq, blob, what));
                    }
                }

                state = SessionFold.ApplyStored(state, entry, fold);
            }
        }
        catch (JournalDamagedException damaged)
        {
            findings.Add(damaged.Finding);
        }

        return (state, findings.ToImmutable());
    }

    private static async Task<string?> WrongWith(this IJournal journal, BlobId id, CancellationToken cancel)
    {
        try
        {
            return await journal.ReadBlob(id, cancel) is null ? BlobDamagedException.Missing : null;
        }
        catch (BlobDamagedException damaged)
        {
            return damaged.What;
        }
    }
}
