using Microsoft.Data.Sqlite;

namespace Conclave.Storage.Sqlite;

/// <summary>
/// The tables of each format, kept in <c>user_version</c>, and the way from one to the next. A file is brought up to date when its owner opens it, in
/// one transaction; what was released is never changed here, only followed.
/// </summary>
internal static class SqliteUpgrades
{
    // Each takes a file from the format before it; the first one makes a new file.
    private static readonly string[] Steps =
    [
        """
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
        """,
        """
        CREATE TABLE cache (
            key       TEXT PRIMARY KEY,           -- SHA-256 of the whole request
            answer    BLOB NOT NULL,              -- JSON
            hash      BLOB NOT NULL,              -- SHA-256 of the answer's bytes
            stored_at INTEGER NOT NULL            -- Unix milliseconds
        ) STRICT, WITHOUT ROWID;
        """,
    ];

    /// <summary>The format that this version writes.</summary>
    public static int Version => Steps.Length;

    /// <summary>Brings a file up to date, all or nothing.</summary>
    /// <exception cref="NewerFormatException">It was made by a newer version.</exception>
    public static void Apply(SqliteConnection connection, string file)
    {
        var found = Check(connection, file);
        if (found == Version)
        {
            return;
        }

        using var transaction = connection.BeginTransaction();
        foreach (var step in Steps[found..])
        {
            connection.Run(step);
        }

        connection.Run($"PRAGMA user_version={Version}");
        transaction.Commit();
    }

    /// <summary>The file's format; an older one can be read as it is.</summary>
    /// <exception cref="NewerFormatException">It was made by a newer version.</exception>
    public static int Check(SqliteConnection connection, string file)
    {
        var found = Convert.ToInt32(connection.Scalar("PRAGMA user_version"), System.Globalization.CultureInfo.InvariantCulture);
        return found <= Version ? found : throw new NewerFormatException(file, found, Version);
    }
}
