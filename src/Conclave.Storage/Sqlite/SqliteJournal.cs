using System.Runtime.CompilerServices;
using System.Text.Json;
using Conclave.Engine;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Microsoft.Data.Sqlite;

namespace Conclave.Storage.Sqlite;

/// <summary>
/// The embedded journal: one SQLite file in WAL mode with <c>synchronous=FULL</c>. One writer commits the appends of many sessions together;
/// readers have read-only connections of their own, also in other processes.
/// </summary>
public sealed partial class SqliteJournal : ISessionArchive, IResponseCache, IAsyncDisposable
{
    private const int PageSize = 500;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    private readonly string file;
    private readonly TimeProvider clock;
    private readonly SqliteWriter? writer;
    private readonly SignalWatch watch;

    private SqliteJournal(string file, TimeProvider clock, SqliteWriter? writer)
    {
        this.file = file;
        this.clock = clock;
        this.writer = writer;
        watch = new SignalWatch(file, clock, PollInterval);
    }

    /// <summary>How often the writer has committed; one commit carries what many sessions append at a time.</summary>
    internal long Commits => Writer.Commits;

    /// <summary>Opens the journal as its one writer; the caller holds the lock of the data directory. A new file is made when there is none.</summary>
    public static SqliteJournal Open(string file, TimeProvider clock) => new(file, clock, new SqliteWriter(file));

    /// <summary>Opens an existing journal to read it and to send signals, beside a writer or without one.</summary>
    /// <exception cref="NewerFormatException">The file was made by a newer version.</exception>
    public static SqliteJournal OpenReadOnly(string file, TimeProvider clock)
    {
        using var connection = SqliteSchema.OpenReader(file);
        SqliteUpgrades.Check(connection, file);
        return new SqliteJournal(file, clock, null);
    }

    /// <inheritdoc />
    public Task<long> Acquire(SessionId session, string owner, CancellationToken cancel) => Writer.Acquire(session, owner);

    /// <inheritdoc />
    public Task<AppendResult> Append(SessionId session, long epoch, long expectedSequence, IReadOnlyList<NewEntry> entries, CancellationToken cancel) =>
        Writer.Append(session, epoch, expectedSequence, entries);

    /// <inheritdoc />
    public Task<ImportResult> Import(SessionBundle bundle, CancellationToken cancel) => Writer.Import(bundle, bundle.Summary());

    /// <inheritdoc />
    public Task Send(SessionId session, Signal signal, CancellationToken cancel) =>
        writer?.Send(session, signal) ?? Task.FromResult(SqliteSender.Send(file, session, signal));

    /// <inheritdoc />
    public async IAsyncEnumerable<JournalEntry> Read(SessionId session, long after, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var (_, entry) in ReadRows(session, after, cancel))
        {
            yield return entry;
        }
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<JournalEntry> Follow(SessionId session, long after, [EnumeratorCancellation] CancellationToken cancel)
    {
        var last = after;
        while (true)
        {
            await foreach (var entry in Read(session, last, cancel))
            {
                last = entry.Seq;
                yield return entry;
            }

            await Task.Delay(PollInterval, clock, cancel);
        }
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<Signal>> Inbox(SessionId session, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<Signal>>(ReadSignals(session, 0).ConvertAll(pair => pair.Signal));

    /// <inheritdoc />
    public async IAsyncEnumerable<Signal> Signals(SessionId session, [EnumeratorCancellation] CancellationToken cancel)
    {
        var last = 0L;
        while (true)
        {
            var arrived = Task.WhenAny(watch.Arrived, writer?.SignalArrived ?? watch.Arrived);
            foreach (var (number, signal) in ReadSignals(session, last))
            {
                last = number;
                yield return signal;
            }

            await await arrived.WaitAsync(cancel);
        }
    }

    /// <inheritdoc />
    public async Task<Blob?> ReadBlob(BlobId id, CancellationToken cancel)
    {
        using var connection = SqliteSchema.OpenReader(file);
        using var command = connection.Command("SELECT content FROM blobs WHERE id = $id", ("$id", id.Value));
        if (await command.ExecuteScalarAsync(cancel) is not byte[] content)
        {
            return null;
        }

        var blob = Blob.Of(content);
        return blob.Id == id
            ? blob
            : throw new BlobDamagedException(id, "has other bytes than its name says");
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await watch.DisposeAsync();
        if (writer is not null)
        {
            await writer.DisposeAsync();
        }

        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, DefaultTimeout = 10 }.ToString());
        SqliteConnection.ClearPool(connection);
    }

    private SqliteWriter Writer => writer ?? throw new InvalidOperationException("This journal is open for reading only.");

    private List<(long Number, Signal Signal)> ReadSignals(SessionId session, long after)
    {
        using var connection = SqliteSchema.OpenReader(file);
        using var command = connection.Command(
            "SELECT number, signal_id, time, body FROM signals WHERE session_id = $id AND number > $after ORDER BY number", ("$id", session.Value), ("$after", after));
        using var reader = command.ExecuteReader();
        var signals = new List<(long, Signal)>();
        while (reader.Read())
        {
            var body = JsonSerializer.Deserialize<SignalBody>(reader.GetString(3), EngineJson.Options)!;
            signals.Add((reader.GetInt64(0), new Signal(reader.GetString(1), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(2)), body)));
        }

        return signals;
    }
}
