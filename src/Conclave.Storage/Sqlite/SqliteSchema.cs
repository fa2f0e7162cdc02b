using Microsoft.Data.Sqlite;

namespace Conclave.Storage.Sqlite;

/// <summary>The tables, and how connections are opened.</summary>
internal static class SqliteSchema
{
    /// <summary>The version of the tables, kept in <c>user_version</c>.</summary>
    public const int Version = 1;

    private const string Tables = """
        CREATE TABLE sessions (
            id         TEXT PRIMARY KEY,
            epoch      INTEGER NOT NULL,          -- raised by each owner; an append with an older one is refused
            owner      TEXT NOT NULL,
            last_seq   INTEGER NOT NULL,
            last_hash  BLOB NOT NULL,
            created_at INTEGER NOT NULL,          -- Unix milliseconds; 0 until the first entry
            summary    TEXT                       -- JSON; a fold of the entries, written with them
        ) STRICT;
        CREATE TABLE entries (
            session_id TEXT NOT NULL,
            seq        INTEGER NOT NULL,          -- from 1, without gaps
            epoch      INTEGER NOT NULL,
            time       INTEGER NOT NULL,          -- Unix milliseconds
            kind       TEXT NOT NULL,
            phase      TEXT,
            step       TEXT,
            body       BLOB NOT NULL,             -- JSON, the exact bytes that are hashed
            hash       BLOB NOT NULL,             -- SHA-256 over the hash before, seq, kind and body
            PRIMARY KEY (session_id, seq)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE blobs (
            id      TEXT PRIMARY KEY,             -- SHA-256 in hexadecimal
            content BLOB NOT NULL
        ) STRICT;
        CREATE TABLE signals (
            session_id TEXT NOT NULL,
            signal_id  TEXT NOT NULL,
            number     INTEGER NOT NULL,          -- the order in which they came
            time       INTEGER NOT NULL,
            body       TEXT NOT NULL,
            PRIMARY KEY (session_id, signal_id)
        ) STRICT;
        CREATE INDEX sessions_by_age ON sessions (created_at DESC);
        """;

    /// <summary>The one connection that writes and checkpoints. Creates the tables in a new file.</summary>
    /// <exception cref="InvalidOperationException">The file was made by a newer version.</exception>
    public static SqliteConnection OpenWriter(string file)
    {
        var connection = Open(file, SqliteOpenMode.ReadWriteCreate);
        connection.Run("PRAGMA journal_mode=WAL");
        connection.Run("PRAGMA synchronous=FULL");
        switch (Convert.ToInt64(connection.Scalar("PRAGMA user_version"), System.Globalization.CultureInfo.InvariantCulture))
        {
            case 0:
                using (var transaction = connection.BeginTransaction())
                {
                    connection.Run(Tables);
                    connection.Run($"PRAGMA user_version={Version}");
                    transaction.Commit();
                }

                break;
            case Version:
                break;
            case var other:
                connection.Dispose();
                throw new InvalidOperationException($"CONC704 the database {file} has format {other}; this version reads format {Version}. Use the version of conclave that made it.");
        }

        return connection;
    }

    /// <summary>A connection that can only read; it sees the last commit.</summary>
    public static SqliteConnection OpenReader(string file) => Open(file, SqliteOpenMode.ReadOnly);

    /// <summary>A connection of another process than the owner's, for one short write. It is not kept in a pool.</summary>
    public static SqliteConnection OpenSender(string file) => SqliteSender.NeverCheckpoint(Open(file, SqliteOpenMode.ReadWrite, pooling: false));

    private static SqliteConnection Open(string file, SqliteOpenMode mode, bool pooling = true)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, DefaultTimeout = 10, Pooling = pooling }.ToString());
        connection.Open();
        return connection;
    }

    public static void Run(this SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public static object? Scalar(this SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    public static SqliteCommand Command(this SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        return command;
    }
}
