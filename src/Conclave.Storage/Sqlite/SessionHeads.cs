using System.Text.Json;
using Conclave.Engine;
using Conclave.Engine.Journal;

namespace Conclave.Storage.Sqlite;

/// <summary>Where a session's record ends: what the next append goes by.</summary>
/// <param name="Epoch">That of its owner; 0 when there is no such session.</param>
internal sealed record Head(long Epoch, long Seq, byte[] Hash, SessionSummary? Summary)
{
    /// <summary>That of a session which is not there.</summary>
    public static Head None { get; } = new(0, 0, [], null);
}

/// <summary>
/// The ends of the sessions that were written lately, so that an append need not read and parse its session's row. They are good as long as nobody
/// else writes to the file, which SQLite tells by its <c>data_version</c>: then all are forgotten. Mutable; for the writer's thread.
/// </summary>
internal sealed class SessionHeads(PreparedStatements statements)
{
    // About 1 KB each; sessions beyond that are read from their rows again.
    private const int Most = 4096;

    private readonly Dictionary<SessionId, Head> known = [];
    private readonly HashSet<SessionId> changed = [];
    private long version;

    /// <summary>To be called first in each transaction, which holds the right to write.</summary>
    public void Begin()
    {
        var now = (long)statements.Command("PRAGMA data_version").ExecuteScalar()!;
        if (now != version || known.Count > Most)
        {
            known.Clear();
            version = now;
        }
    }

    /// <summary>Where the session ends, if that is known.</summary>
    public bool TryGet(SessionId session, out Head head) => known.TryGetValue(session, out head!);

    /// <summary>Takes notice of what a row says.</summary>
    public void Know(SessionId session, Head head) => known[session] = head;

    /// <summary>What was known of the session no longer holds.</summary>
    public void Forget(SessionId session) => known.Remove(session);

    /// <summary>Moves the session's end; its row follows with <see cref="Write"/>.</summary>
    public void Move(SessionId session, Head head)
    {
        known[session] = head;
        changed.Add(session);
    }

    /// <summary>Writes the rows of the sessions that moved, once each however often they did; to be called last in each transaction.</summary>
    public void Write()
    {
        foreach (var session in changed)
        {
            var head = known[session];
            statements.Command(
                "UPDATE sessions SET last_seq = $seq, last_hash = $hash, summary = $summary WHERE id = $id",
                ("$seq", head.Seq),
                ("$hash", head.Hash),
                ("$summary", JsonSerializer.Serialize(head.Summary, EngineJson.Options)),
                ("$id", session.Value)).ExecuteNonQuery();
        }

        changed.Clear();
    }
}
