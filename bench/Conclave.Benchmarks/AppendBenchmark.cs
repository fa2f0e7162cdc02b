using System.Diagnostics;
using Conclave.Engine.Journal;
using Conclave.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Conclave.Benchmarks;

/// <summary>Durable appends per second of many sessions at a time, beside plain SQLite rows of the same size in commits of the same number of rows.</summary>
internal static class AppendBenchmark
{
    private const int Sessions = 100;
    private const int EntriesEach = 200;

    public static async Task Run(string folder)
    {
        var (appends, commits) = await Journal(Path.Combine(folder, "journal.db"));
        var rows = Sessions * EntriesEach;
        var perCommit = Math.Max(1, (int)Math.Round(rows / (double)commits));
        var bodies = SampleSession.Entries(EntriesEach).Select(entry => entry.Body.ToBytes()).ToArray();
        var ceiling = PlainRows(Path.Combine(folder, "plain.db"), rows, perCommit, Sessions, bodies);
        Console.WriteLine(FormattableString.Invariant($"appends: {appends:0} entries/s of {Sessions} sessions ({perCommit} per commit); plain rows in commits of {perCommit}: {ceiling:0}/s; ratio {appends / ceiling:0.00}"));
    }

    private static async Task<(double PerSecond, long Commits)> Journal(string file)
    {
        await using var journal = SqliteJournal.Open(file, TimeProvider.System);
        var entries = SampleSession.Entries(EntriesEach);
        var epochs = await Task.WhenAll(Enumerable.Range(0, Sessions).Select(n => journal.Acquire(SampleSession.Id(n), "bench", CancellationToken.None)));
        var before = journal.Commits;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Sessions).Select(async n =>
        {
            for (var i = 0; i < entries.Count; i++)
            {
                if (await journal.Append(SampleSession.Id(n), epochs[n], i, [entries[i]], CancellationToken.None) is not AppendResult.Appended)
                {
                    throw new InvalidOperationException("an append was refused");
                }
            }
        }));
        return (Sessions * EntriesEach / watch.Elapsed.TotalSeconds, journal.Commits - before);
    }

    /// <summary>The machine's own ceiling, in rows per second: one table, one prepared statement, WAL and <c>synchronous=FULL</c>; the bodies come in turn.</summary>
    internal static double PlainRows(string file, int rows, int perCommit, int sessions, params byte[][] bodies)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        Execute(connection, "PRAGMA journal_mode=WAL");
        Execute(connection, "PRAGMA synchronous=FULL");
        Execute(connection, "CREATE TABLE entries (session_id TEXT, seq INTEGER, body BLOB, PRIMARY KEY (session_id, seq)) WITHOUT ROWID");
        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO entries VALUES ($session, $seq, $body)";
        var (session, seq, body) = (insert.Parameters.Add("$session", SqliteType.Text), insert.Parameters.Add("$seq", SqliteType.Integer), insert.Parameters.Add("$body", SqliteType.Blob));
        var watch = Stopwatch.StartNew();
        for (var done = 0; done < rows;)
        {
            using var transaction = connection.BeginTransaction();
            insert.Transaction = transaction;
            for (var i = 0; i < perCommit && done < rows; i++, done++)
            {
                (session.Value, seq.Value, body.Value) = (SampleSession.Id(done % sessions).Value, done / sessions, bodies[done / sessions % bodies.Length]);
                insert.ExecuteNonQuery();
            }

            transaction.Commit();
        }

        return rows / watch.Elapsed.TotalSeconds;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
