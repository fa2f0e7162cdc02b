using Microsoft.Data.Sqlite;

namespace Conclave.Storage.Sqlite;

/// <summary>How connections are opened, and short ways to use them.</summary>
internal static class SqliteSchema
{
    /// <summary>The one connection that writes and checkpoints. Creates the tables in a new file and brings an older one up to date.</summary>
    /// <exception cref="NewerFormatException">The file was made by a newer version.</exception>
    public static SqliteConnection OpenWriter(string file)
    {
        var connection = Open(file, SqliteOpenMode.ReadWriteCreate);
        connection.Run("PRAGMA journal_mode=WAL");
        connection.Run("PRAGMA synchronous=FULL");
        try
        {
            SqliteUpgrades.Apply(connection, file);
        }
        catch
        {
            connection.Dispose();
            throw;
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
