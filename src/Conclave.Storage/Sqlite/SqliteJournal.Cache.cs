using System.Security.Cryptography;
using System.Text.Json;
using Conclave.Engine;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Storage.Sqlite;

public sealed partial class SqliteJournal
{
    /// <inheritdoc />
    public async Task<CachedAnswer?> Find(string key, CancellationToken cancel)
    {
        using var connection = SqliteSchema.OpenReader(file);
        using var command = connection.Command("SELECT answer, hash FROM cache WHERE key = $key", ("$key", key));
        await using var reader = await command.ExecuteReaderAsync(cancel);
        if (!await reader.ReadAsync(cancel))
        {
            return null;
        }

        // A damaged answer is as good as none: it is asked for again.
        var answer = await reader.GetFieldValueAsync<byte[]>(0, cancel);
        var hash = await reader.GetFieldValueAsync<byte[]>(1, cancel);
        return SHA256.HashData(answer).AsSpan().SequenceEqual(hash)
            ? JsonSerializer.Deserialize<CachedAnswer>(answer, EngineJson.Options)
            : null;
    }

    /// <inheritdoc />
    public Task Store(CachedAnswer answer, CancellationToken cancel) => Writer.Store(answer);
}
