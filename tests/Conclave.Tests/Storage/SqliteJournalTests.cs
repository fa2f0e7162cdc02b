using Conclave.Engine.Journal;
using Conclave.Storage;
using Conclave.Storage.Sqlite;
using Conclave.Tests.Engine.Journal;
using Microsoft.Data.Sqlite;

namespace Conclave.Tests.Storage;

public sealed partial class SqliteJournalTests : JournalConformance
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("conclave-journal-");
    private SqliteJournal journal;

    public SqliteJournalTests() => journal = SqliteJournal.Open(File, TimeProvider.System);

    private string File => Path.Combine(folder.FullName, "conclave.db");

    protected override ISessionArchive Journal => journal;

    protected override void Spoil(SessionId session, long seq, Func<StoredEntry, StoredEntry?> change)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.Command(
            "SELECT seq, time, kind, phase, step, body, hash FROM entries WHERE session_id = $id AND seq = $seq", ("$id", session.Value), ("$seq", seq));
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        var changed = change(SqliteJournal.Row(reader));
        reader.Close();
        using var write = changed is null
            ? connection.Command("DELETE FROM entries WHERE session_id = $id AND seq = $seq", ("$id", session.Value), ("$seq", seq))
            : connection.Command(
                "UPDATE entries SET kind = $kind, body = $body, hash = $hash WHERE session_id = $id AND seq = $seq",
                ("$id", session.Value), ("$seq", seq), ("$kind", changed.Kind), ("$body", changed.Body.ToArray()), ("$hash", changed.Hash.ToArray()));
        Assert.Equal(1, write.ExecuteNonQuery());
    }

    protected override void Spoil(BlobId blob, byte[]? content)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = content is null
            ? connection.Command("DELETE FROM blobs WHERE id = $id", ("$id", blob.Value))
            : connection.Command("UPDATE blobs SET content = $content WHERE id = $id", ("$id", blob.Value), ("$content", content));
        Assert.Equal(1, command.ExecuteNonQuery());
    }

    protected override async Task Reopen()
    {
        await journal.DisposeAsync();
        journal = SqliteJournal.Open(File, TimeProvider.System);
    }

    public override async ValueTask DisposeAsync()
    {
        await journal.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private async Task<SessionId> Write(string name, int entries = 5)
    {
        var id = new SessionId(name);
        var epoch = await journal.Acquire(id, "owner", None);
        var all = SampleEntries.All.Take(entries).Select(entry => new NewEntry(DateTimeOffset.UnixEpoch, entry.Phase, entry.Step, entry.Body, [])).ToList();
        await journal.Append(id, epoch, 0, all, None);
        return id;
    }

    private async Task<int> Count(SessionId id)
    {
        var count = 0;
        await foreach (var _ in journal.Read(id, 0, None))
        {
            count++;
        }

        return count;
    }

    private void Sql(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    [Theory]
    [InlineData("UPDATE entries SET body = CAST(replace(CAST(body AS TEXT), '\"iteration\":1', '\"iteration\":2') AS BLOB) WHERE session_id = 'damaged' AND seq = 4", 4)]
    [InlineData("UPDATE entries SET kind = 'phase-succeeded/1' WHERE session_id = 'damaged' AND seq = 3", 3)]
    [InlineData("DELETE FROM entries WHERE session_id = 'damaged' AND seq = 2", 2)]
    public async Task A_damaged_row_is_found_and_named_and_the_other_sessions_go_on(string damage, long seq)
    {
        var damaged = await Write("damaged");
        var sound = await Write("sound");
        Sql(damage);
        var error = await Assert.ThrowsAsync<JournalDamagedException>(() => Count(damaged));
        Assert.Equal((damaged, seq), (error.Session, error.Seq));
        Assert.Equal(5, await Count(sound));
    }

    [Fact]
    public async Task The_rows_bear_the_documented_chain_of_hashes_and_the_epoch()
    {
        await Write("chained");
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT seq, kind, body, hash, epoch FROM entries WHERE session_id = 'chained' ORDER BY seq";
        using var reader = command.ExecuteReader();
        var previous = EntryHash.Start.ToArray();
        while (reader.Read())
        {
            var hash = EntryHash.Of(previous, reader.GetInt64(0), reader.GetString(1), reader.GetFieldValue<byte[]>(2));
            Assert.Equal(hash, reader.GetFieldValue<byte[]>(3));
            Assert.Equal(1, reader.GetInt64(4));
            previous = hash;
        }
    }

    [Fact]
    public async Task It_is_durable_in_the_strict_mode_of_sqlite()
    {
        await Write("x");
        using var connection = SqliteSchema.OpenWriter(File);
        Assert.Equal("wal", connection.Scalar("PRAGMA journal_mode"));
        Assert.Equal(2L, connection.Scalar("PRAGMA synchronous"));
    }

    [Fact]
    public async Task Another_process_may_read_while_the_owner_writes_and_after_it_is_gone()
    {
        var id = await Write("shared");
        var reader = SqliteJournal.OpenReadOnly(File, TimeProvider.System);
        Assert.Single(await reader.List(new SessionQuery(), None));
        await journal.DisposeAsync();
        Assert.Single(await reader.List(new SessionQuery(), None));
        await foreach (var entry in reader.Read(id, 4, None))
        {
            Assert.Equal(5, entry.Seq);
        }

        await reader.DisposeAsync();
        journal = SqliteJournal.Open(File, TimeProvider.System);
    }

    [Fact]
    public async Task A_signal_of_another_process_reaches_the_owner_while_it_waits()
    {
        var id = await Write("signalled");
        await using var other = SqliteJournal.OpenReadOnly(File, TimeProvider.System);
        await using var signals = journal.Signals(id, None).GetAsyncEnumerator(None);
        var next = signals.MoveNextAsync();
        Assert.False(next.IsCompleted);
        await other.Send(id, new Signal("s", DateTimeOffset.UnixEpoch, new SignalBody.Pause("lunch")), None);
        Assert.True(await next);
        Assert.Equal("s", signals.Current.SignalId);
    }

    [Fact]
    public async Task Another_process_that_sends_a_signal_never_checkpoints_not_even_when_it_is_the_last_to_close()
    {
        var id = await Write("left alone");
        await journal.DisposeAsync();
        var before = await System.IO.File.ReadAllBytesAsync(File);
        Assert.False(System.IO.File.Exists($"{File}-wal"));
        await using (var other = SqliteJournal.OpenReadOnly(File, TimeProvider.System))
        {
            await other.Send(id, new Signal("s", DateTimeOffset.UnixEpoch, new SignalBody.Pause("lunch")), None);
        }

        Assert.Equal(before, await System.IO.File.ReadAllBytesAsync(File));
        Assert.True(new FileInfo($"{File}-wal").Length > 0);
        journal = SqliteJournal.Open(File, TimeProvider.System);
        Assert.Equal("s", Assert.Single(await journal.Inbox(id, None)).SignalId);
    }

    [Fact]
    public async Task A_file_of_a_newer_version_is_refused_and_left_alone()
    {
        await journal.DisposeAsync();
        Sql("PRAGMA user_version=99");
        Assert.StartsWith("CONC704", Assert.Throws<NewerFormatException>(() => SqliteJournal.Open(File, TimeProvider.System)).Message, StringComparison.Ordinal);
        Assert.StartsWith("CONC704", Assert.Throws<NewerFormatException>(() => SqliteJournal.OpenReadOnly(File, TimeProvider.System)).Message, StringComparison.Ordinal);
        Sql($"PRAGMA user_version={SqliteUpgrades.Version}");
        journal = SqliteJournal.Open(File, TimeProvider.System);
    }

    [Fact]
    public async Task After_a_write_error_nothing_is_retried_and_the_next_process_goes_on_from_disk()
    {
        var id = await Write("brave");
        Sql("CREATE TRIGGER full BEFORE INSERT ON entries BEGIN SELECT RAISE(ABORT, 'disk full'); END");
        var epoch = await journal.Acquire(id, "owner", None);
        var entry = new NewEntry(DateTimeOffset.UnixEpoch, null, null, new EntryBody.SessionPaused("x", null, null), []);
        Assert.Contains("disk full", (await Assert.ThrowsAsync<JournalUnavailableException>(() => journal.Append(id, epoch, 5, [entry], None))).Message, StringComparison.Ordinal);
        Sql("DROP TRIGGER full");
        await Assert.ThrowsAsync<JournalUnavailableException>(() => journal.Append(id, epoch, 5, [entry], None));
        await Reopen();
        Assert.Equal(5, await Count(id));
        Assert.Equal(new AppendResult.Appended(6), await journal.Append(id, await journal.Acquire(id, "next", None), 5, [entry], None));
    }

    [Fact]
    public void A_data_directory_has_one_owner_at_a_time()
    {
        var directory = DataDirectory.Open(Path.Combine(folder.FullName, "data"));
        using (var held = directory.TryLock())
        {
            Assert.NotNull(held);
            Assert.Null(directory.TryLock());
            Assert.Equal(Environment.ProcessId, directory.Owner()?.Pid);
        }

        using var again = directory.TryLock();
        Assert.NotNull(again);
    }

    [Fact]
    public void A_data_directory_is_for_its_user_only()
    {
        var directory = DataDirectory.Open(Path.Combine(folder.FullName, "private"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, System.IO.File.GetUnixFileMode(directory.Path));
        using var held = directory.TryLock();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(Path.Combine(directory.Path, "owner.json")));
    }
}
