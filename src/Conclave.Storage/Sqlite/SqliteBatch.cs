using System.Runtime.InteropServices;
using System.Text.Json;
using Conclave.Engine;
using Conclave.Engine.Journal;

namespace Conclave.Storage.Sqlite;

/// <summary>The statements of one transaction. A request that is refused writes nothing, so the others of the batch go through.</summary>
internal sealed partial class SqliteBatch(PreparedStatements statements, SessionHeads heads)
{
    public long Acquire(SessionId session, string owner)
    {
        heads.Forget(session);
        return (long)statements.Command(
            """
            INSERT INTO sessions (id, epoch, owner, last_seq, last_hash, created_at) VALUES ($id, 1, $owner, 0, $start, 0)
            ON CONFLICT (id) DO UPDATE SET epoch = epoch + 1, owner = $owner
            RETURNING epoch
            """,
            ("$id", session.Value),
            ("$owner", owner),
            ("$start", EntryHash.Start.ToArray())).ExecuteScalar()!;
    }

    public AppendResult Append(SessionId session, long epoch, long expectedSequence, IReadOnlyList<PackedEntry> entries)
    {
        var head = HeadOf(session);
        if (head.Epoch != epoch)
        {
            return new AppendResult.Fenced(head.Epoch);
        }

        if (head.Seq != expectedSequence)
        {
            return new AppendResult.SequenceMoved(head.Seq);
        }

        if (head.Seq == 0 && entries.Count > 0)
        {
            statements.Command("UPDATE sessions SET created_at = $time WHERE id = $id", ("$time", entries[0].Entry.Time.ToUnixTimeMilliseconds()), ("$id", session.Value)).ExecuteNonQuery();
        }

        foreach (var entry in entries)
        {
            head = Write(session, epoch, head, entry);
        }

        heads.Move(session, head);
        return new AppendResult.Appended(head.Seq);
    }

    public bool Send(SessionId session, Signal signal)
    {
        return statements.Command(
            """
            INSERT INTO signals (session_id, signal_id, number, time, body)
            VALUES ($session, $signal, (SELECT coalesce(max(number), 0) + 1 FROM signals WHERE session_id = $session), $time, $body)
            ON CONFLICT (session_id, signal_id) DO NOTHING
            """,
            ("$session", session.Value),
            ("$signal", signal.SignalId),
            ("$time", signal.Time.ToUnixTimeMilliseconds()),
            ("$body", JsonSerializer.Serialize(signal.Body, EngineJson.Options))).ExecuteNonQuery() == 1;
    }

    private Head Write(SessionId session, long epoch, Head head, PackedEntry packed)
    {
        var entry = packed.Entry;
        foreach (var blob in entry.AllBlobs())
        {
            Write(blob);
        }

        var seq = head.Seq + 1;
        var hash = EntryHash.Of(head.Hash, seq, packed.Kind, packed.Body);
        Write(session, epoch, new StoredEntry(seq, entry.Time, packed.Kind, entry.Phase, entry.Step, packed.Body, hash));
        var numbered = new JournalEntry(seq, session, entry.Time, entry.Phase, entry.Step, entry.Body);
        return head with { Seq = seq, Hash = hash, Summary = SessionSummary.Apply(head.Summary, numbered) };
    }

    private void Write(Blob blob) =>
        statements.Command("INSERT INTO blobs (id, content) VALUES ($id, $content) ON CONFLICT (id) DO NOTHING", ("$id", blob.Id.Value), ("$content", blob.Content.ToArray())).ExecuteNonQuery();

    private void Write(SessionId session, long epoch, StoredEntry entry) => statements.Command(
        "INSERT INTO entries (session_id, seq, epoch, time, kind, phase, step, body, hash) VALUES ($session, $seq, $epoch, $time, $kind, $phase, $step, $body, $hash)",
        ("$session", session.Value),
        ("$seq", entry.Seq),
        ("$epoch", epoch),
        ("$time", entry.Time.ToUnixTimeMilliseconds()),
        ("$kind", entry.Kind),
        ("$phase", entry.Phase?.Value),
        ("$step", entry.Step),
        ("$body", Bytes(entry.Body)),
        ("$hash", Bytes(entry.Hash))).ExecuteNonQuery();

    private Head HeadOf(SessionId session)
    {
        if (heads.TryGet(session, out var known))
        {
            return known;
        }

        using var reader = statements.Command("SELECT epoch, last_seq, last_hash, summary FROM sessions WHERE id = $id", ("$id", session.Value)).ExecuteReader();
        if (!reader.Read())
        {
            return Head.None;
        }

        var head = new Head(reader.GetInt64(0), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2), reader.IsDBNull(3) ? null : SqliteJournal.Summary(reader.GetString(3)) ?? Rebuilt(session));
        heads.Know(session, head);
        return head;
    }

    // The array behind the bytes, without a copy where it holds nothing else.
    private static byte[] Bytes(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length ? segment.Array : memory.ToArray();
}

/// <summary>An entry ready to be written: its JSON is made by whoever appends, not by the one writer.</summary>
internal sealed record PackedEntry(NewEntry Entry, string Kind, byte[] Body)
{
    public static PackedEntry Of(NewEntry entry) => new(entry, entry.Body.Kind(), entry.Body.ToBytes());
}
