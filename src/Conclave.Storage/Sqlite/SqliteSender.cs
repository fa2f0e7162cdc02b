using Conclave.Engine.Journal;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Conclave.Storage.Sqlite;

/// <summary>
/// Puts signals into the inbox of a database that another process owns: one short transaction on a connection of its own. It never checkpoints,
/// neither after its commit nor when it closes as the last one: only the owner's writer does (https://sqlite.org/wal.html#ckpt).
/// </summary>
internal static class SqliteSender
{
    public static bool Send(string file, SessionId session, Signal signal)
    {
        using var connection = SqliteSchema.OpenSender(file);
        using var transaction = connection.BeginTransaction(deferred: false);
        using var statements = new PreparedStatements(connection) { Transaction = transaction };
        var isNew = new SqliteBatch(statements, new SessionHeads(statements)).Send(session, signal);
        transaction.Commit();
        return isNew;
    }

    /// <summary>Makes the connection leave the write-ahead log as it is, whatever happens.</summary>
    public static SqliteConnection NeverCheckpoint(SqliteConnection connection)
    {
        connection.Run("PRAGMA wal_autocheckpoint=0");
        connection.Run("PRAGMA synchronous=FULL");
        return raw.sqlite3_db_config(connection.Handle, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _) == raw.SQLITE_OK
            ? connection
            : throw new InvalidOperationException("this SQLite can't close a database without a checkpoint");
    }
}
