using System.Runtime.CompilerServices;
using System.Text.Json;
using Conclave.Engine;
using Conclave.Engine.Definition;
using Conclave.Engine.Journal;
using Microsoft.Data.Sqlite;

namespace Conclave.Storage.Sqlite;

public sealed partial class SqliteJournal
{
    private const int DamagedDatabase = 11;
    private const int NoDatabase = 26;

    /// <inheritdoc />
    public async IAsyncEnumerable<StoredEntry> ReadStored(SessionId session, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var (row, _) in ReadRows(session, 0, cancel))
        {
            yield return row;
        }
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<SessionSummary>> List(SessionQuery query, CancellationToken cancel)
    {
        using var connection = SqliteSchema.OpenReader(file);
        using var command = connection.Command(
            "SELECT summary, id, created_at FROM sessions WHERE summary IS NOT NULL AND substr(id, 1, length($prefix)) = $prefix ORDER BY created_at DESC, id DESC LIMIT $limit",
            ("$prefix", query.IdPrefix ?? ""),
            ("$limit", query.Limit));
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var summaries = new List<SessionSummary>();
        while (await reader.ReadAsync(cancel))
        {
            summaries.Add(Summary(reader.GetString(0)) ?? await Rebuilt(new SessionId(reader.GetString(1)), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(2)), cancel));
        }

        return summaries;
    }

    /// <summary>A stored summary; null when it can't be read, so that it must be made anew from the entries.</summary>
    internal static SessionSummary? Summary(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<SessionSummary>(json, EngineJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // One damaged session must not keep the others from being listed.
    private async Task<SessionSummary> Rebuilt(SessionId session, DateTimeOffset createdAt, CancellationToken cancel)
    {
        SessionSummary? summary = null;
        try
        {
            await foreach (var entry in Read(session, 0, cancel))
            {
                if (entry.Body is EntryBody.SessionCreated created)
                {
                    await this.Load(created.Description, cancel);
                }

                summary = SessionSummary.Apply(summary, entry);
            }
        }
        catch (Exception error) when (error is JournalDamagedException or BlobDamagedException)
        {
            return (summary ?? SessionSummary.Unreadable(session, createdAt, error.Message)) with { Damage = error.Message };
        }

        return summary ?? SessionSummary.Unreadable(session, createdAt, "it has no entries");
    }

    private async IAsyncEnumerable<(StoredEntry Row, JournalEntry Entry)> ReadRows(SessionId session, long after, [EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask;
        using var connection = SqliteSchema.OpenReader(file);
        var last = after;
        while (true)
        {
            List<(StoredEntry Row, JournalEntry Entry)> page;
            try
            {
                page = ReadPage(connection, session, last);
            }
            catch (SqliteException error) when (error.SqliteErrorCode is DamagedDatabase or NoDatabase)
            {
                throw new JournalDamagedException(session, last + 1, $"the database can't be read there ({error.Message})");
            }
            catch (SqliteException error)
            {
                throw new JournalUnavailableException($"the journal can't be read: {error.Message}", error);
            }

            foreach (var pair in page)
            {
                cancel.ThrowIfCancellationRequested();
                last = pair.Row.Seq;
                yield return pair;
            }

            if (page.Count < PageSize)
            {
                yield break;
            }
        }
    }

    // Each row is checked against the hash of the row before it, and the last one against the session's own row, so that damage is found before
    // anything is built on it. Both are read as of the same moment.
    private static List<(StoredEntry Row, JournalEntry Entry)> ReadPage(SqliteConnection connection, SessionId session, long after)
    {
        using var moment = connection.BeginTransaction(deferred: true);
        using var command = connection.Command(
            "SELECT seq, time, kind, phase, step, body, hash FROM entries WHERE session_id = $id AND seq >= $from ORDER BY seq LIMIT $limit",
            ("$id", session.Value),
            ("$from", after),
            ("$limit", after == 0 ? PageSize : PageSize + 1));
        command.Transaction = moment;
        using var reader = command.ExecuteReader();
        var entries = new List<(StoredEntry, JournalEntry)>();
        EntryChain? chain = after == 0 ? EntryChain.Of(session) : null;
        while (reader.Read())
        {
            var row = Row(reader);
            if (chain is not null)
            {
                entries.Add((row, chain.Next(row)));
            }
            else if (row.Seq == after)
            {
                // It is read only for its hash.
                chain = new EntryChain(session, after, row.Hash);
            }
            else
            {
                throw new JournalDamagedException(session, after, "it is missing");
            }
        }

        if (entries.Count < PageSize)
        {
            CheckEnd(connection, moment, session, after, chain);
        }

        return entries;
    }

    private static void CheckEnd(SqliteConnection connection, SqliteTransaction moment, SessionId session, long after, EntryChain? chain)
    {
        using var command = connection.Command("SELECT last_seq, last_hash FROM sessions WHERE id = $id", ("$id", session.Value));
        command.Transaction = moment;
        using var reader = command.ExecuteReader();
        if (!reader.Read())
        {
            if (chain?.LastSeq > 0)
            {
                throw new JournalDamagedException(session, 1, "the session itself is missing");
            }
        }
        else if (after <= reader.GetInt64(0) || chain?.LastSeq > after)
        {
            (chain ?? new EntryChain(session, after - 1, default)).MustEndAt(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1));
        }
    }

    internal static StoredEntry Row(SqliteDataReader reader) => new(
        reader.GetInt64(0),
        DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(1)),
        reader.GetString(2),
        reader.IsDBNull(3) ? null : new PhaseId(reader.GetString(3)),
        reader.IsDBNull(4) ? null : reader.GetString(4),
        reader.GetFieldValue<byte[]>(5),
        reader.GetFieldValue<byte[]>(6));
}
