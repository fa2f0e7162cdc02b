using Microsoft.Data.Sqlite;

namespace Conclave.Storage.Sqlite;

/// <summary>
/// The statements of one connection, each prepared once. A command that it gives belongs to it and is good until the same statement is asked for
/// again: nobody else disposes it. For one thread.
/// </summary>
internal sealed class PreparedStatements(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> commands = new(StringComparer.Ordinal);

    /// <summary>The transaction in which the statements run; null between transactions.</summary>
    public SqliteTransaction? Transaction { get; set; }

    /// <summary>A statement with its values, which come in the same order each time.</summary>
    public SqliteCommand Command(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (commands.TryGetValue(sql, out var command))
        {
            for (var i = 0; i < parameters.Length; i++)
            {
                command.Parameters[i].Value = parameters[i].Value ?? DBNull.Value;
            }
        }
        else
        {
            command = connection.Command(sql, parameters);
            commands.Add(sql, command);
        }

        command.Transaction = Transaction;
        return command;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var command in commands.Values)
        {
            command.Dispose();
        }
    }
}
