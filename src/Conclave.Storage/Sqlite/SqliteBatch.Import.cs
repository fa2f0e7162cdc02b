using System.Security.Cryptography;
using System.Text.Json;
using Conclave.Engine;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;

namespace Conclave.Storage.Sqlite;

internal sealed partial class SqliteBatch
{
    public ImportResult Import(SessionBundle bundle, SessionSummary summary)
    {
        var there = HeadOf(bundle.Id);
        if (there.Seq > 0)
        {
            return there.Seq == bundle.Entries.Length && Rows(bundle.Id).Zip(bundle.Entries).All(pair => pair.First.IsSame(pair.Second))
                ? new ImportResult.Identical()
                : new ImportResult.Occupied(there.Seq);
        }

        // Its epoch is older than that of any owner to come.
        statements.Command(
            "INSERT INTO sessions (id, epoch, owner, last_seq, last_hash, created_at) VALUES ($id, 0, 'imported', 0, $start, $created) ON CONFLICT (id) DO UPDATE SET created_at = $created",
            ("$id", bundle.Id.Value),
            ("$start", EntryHash.Start.ToArray()),
            ("$created", summary.CreatedAt.ToUnixTimeMilliseconds())).ExecuteNonQuery();
        foreach (var blob in bundle.Blobs.Values)
        {
            Write(blob);
        }

        foreach (var entry in bundle.Entries)
        {
            Write(bundle.Id, 0, entry);
        }

        heads.Move(bundle.Id, there with { Seq = bundle.Entries[^1].Seq, Hash = bundle.Entries[^1].Hash.ToArray(), Summary = summary });
        return new ImportResult.Imported();
    }

    public bool Store(CachedAnswer answer)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(answer, EngineJson.Options);
        return statements.Command(
            "INSERT INTO cache (key, answer, hash, stored_at) VALUES ($key, $answer, $hash, $time) ON CONFLICT (key) DO NOTHING",
            ("$key", answer.Key),
            ("$answer", bytes),
            ("$hash", SHA256.HashData(bytes)),
            ("$time", answer.Time.ToUnixTimeMilliseconds())).ExecuteNonQuery() == 1;
    }

    // The summary is a fold of the entries and can always be made anew.
    private SessionSummary? Rebuilt(SessionId session)
    {
        SessionSummary? summary = null;
        var chain = EntryChain.Of(session);
        foreach (var row in Rows(session))
        {
            var entry = chain.Next(row);
            if (entry.Body is EntryBody.SessionCreated { Description: { Blob: { } blob } description })
            {
                var content = statements.Command("SELECT content FROM blobs WHERE id = $id", ("$id", blob.Value));
                description.Load(content.ExecuteScalar() is byte[] bytes ? Blob.Of(bytes).Text : "");
            }

            summary = SessionSummary.Apply(summary, entry);
        }

        return summary;
    }

    private List<StoredEntry> Rows(SessionId session)
    {
        var command = statements.Command("SELECT seq, time, kind, phase, step, body, hash FROM entries WHERE session_id = $id ORDER BY seq", ("$id", session.Value));
        using var reader = command.ExecuteReader();
        var rows = new List<StoredEntry>();
        while (reader.Read())
        {
            rows.Add(SqliteJournal.Row(reader));
        }

        return rows;
    }
}
