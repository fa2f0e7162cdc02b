using System.Text.Json;
using Conclave.Engine;
using Conclave.Engine.Journal;
using Microsoft.Data.Sqlite;

namespace Conclave.Storage.Sqlite;

/// <summary>The statements of one transaction. A request that is refused writes nothing, so the others of the batch go through.</summary>
internal sealed partial class SqliteBatch(SqliteConnection connection, SqliteTransaction transaction)
{
    public long Acquire(SessionId session, string owner)
    {
        using var command = Command(
            """
            INSERT INTO sessions (id, epoch, owner, last_seq, last_hash, created_at) VALUES ($id, 1, $owner, 0, $start, 0)
            ON CONFLICT (id) DO UPDATE SET epoch = epoch + 1, owner = $owner
            RETURNING epoch
            """,
            ("$id", session.Value),
            ("$owner", owner),
            ("$start", EntryHash.Start.ToArray()));
        return (long)command.ExecuteScalar()!;
    }

    public AppendResult Append(SessionId session, long epoch, long expectedSequence, IReadOnlyList<NewEntry> entries)
    {
        var head = ReadHead(session);
        if (head.Epoch != epoch)
        {
            return new AppendResult.Fenced(head.Epoch);
        }

        if (head.Seq != expectedSequence)
        {
            return new AppendResult.SequenceMoved(head.Seq);
        }

        foreach (var entry in entries)
        {
            head = Write(session, epoch, head, entry);
        }

        WriteHead(session, head);
        return new AppendResult.Appended(head.Seq);
    }

    public bool Send(SessionId session, Signal signal)
    {
        using var command = Command(
            """
            INSERT INTO signals (session_id, signal_id, number, time, body)
            VALUES ($session, $signal, (SELECT coalesce(max(number), 0) + 1 FROM signals WHERE session_id = $session), $time, $body)
            ON CONFLICT (session_id, signal_id) DO NOTHING
            """,
            ("$session", session.Value),
            ("$signal", signal.SignalId),
            ("$time", signal.Time.ToUnixTimeMilliseconds()),
            ("$body", JsonSerializer.Serialize(signal.Body, EngineJson.Options)));
        return command.ExecuteNonQuery() == 1;
    }

    private Head Write(SessionId session, long epoch, Head head, NewEntry entry)
    {
        foreach (var blob in entry.AllBlobs())
        {
            Write(blob);
        }

        var (seq, kind, body) = (head.Seq + 1, entry.Body.Kind(), entry.Body.ToBytes());
        var hash = EntryHash.Of(head.Hash, seq, kind, body);
        Write(session, epoch, new StoredEntry(seq, entry.Time, kind, entry.Phase, entry.Step, body, hash));
        var numbered = new JournalEntry(seq, session, entry.Time, entry.Phase, entry.Step, entry.Body);
        return head with { Seq = seq, Hash = hash, Summary = SessionSummary.Apply(head.Summary, numbered) };
    }

    private void Write(Blob blob)
    {
        using var insert = Command("INSERT INTO blobs (id, content) VALUES ($id, $content) ON CONFLICT (id) DO NOTHING", ("$id", blob.Id.Value), ("$content", blob.Content.ToArray()));
        insert.ExecuteNonQuery();
    }

    private void Write(SessionId session, long epoch, StoredEntry entry)
    {
        using var insert = Command(
            "INSERT INTO entries (session_id, seq, epoch, time, kind, phase, step, body, hash) VALUES ($session, $seq, $epoch, $time, $kind, $phase, $step, $body, $hash)",
            ("$session", session.Value),
            ("$seq", entry.Seq),
            ("$epoch", epoch),
            ("$time", entry.Time.ToUnixTimeMilliseconds()),
            ("$kind", entry.Kind),
            ("$phase", entry.Phase?.Value),
            ("$step", entry.Step),
            ("$body", entry.Body.ToArray()),
            ("$hash", entry.Hash.ToArray()));
        insert.ExecuteNonQuery();
    }

    private Head ReadHead(SessionId session)
    {
        using var command = Command("SELECT epoch, last_seq, last_hash, summary FROM sessions WHERE id = $id", ("$id", session.Value));
        using var reader = command.ExecuteReader();
        return reader.Read()
            ? new Head(reader.GetInt64(0), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2), reader.IsDBNull(3) ? null : SqliteJournal.Summary(reader.GetString(3)) ?? Rebuilt(session))
            : new Head(0, 0, [], null);
    }

    private void WriteHead(SessionId session, Head head)
    {
        using var command = Command(
            "UPDATE sessions SET last_seq = $seq, last_hash = $hash, created_at = $created, summary = $summary WHERE id = $id",
            ("$seq", head.Seq),
            ("$hash", head.Hash),
            ("$created", head.Summary?.CreatedAt.ToUnixTimeMilliseconds() ?? 0),
            ("$summary", JsonSerializer.Serialize(head.Summary, EngineJson.Options)),
            ("$id", session.Value));
        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.Command(sql, parameters);
        command.Transaction = transaction;
        return command;
    }

    private sealed record Head(long Epoch, long Seq, byte[] Hash, SessionSummary? Summary);
}
