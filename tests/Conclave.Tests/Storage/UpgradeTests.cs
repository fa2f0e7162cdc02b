using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Storage.Bundles;
using Conclave.Storage.Sqlite;
using Conclave.Tests.Fakes;
using Conclave.Tests.Workspace.Files;
using Microsoft.Data.Sqlite;

namespace Conclave.Tests.Storage;

/// <summary>What an earlier version wrote stays readable. The files in <c>Fixtures</c> were made by it and are never made anew.</summary>
public sealed class UpgradeTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly SessionId Demo = new("20261122-645ffk");

    private static string Fixture(string name, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Fixtures", name);

    private static string Unpacked(TempFolder folder, string name)
    {
        var file = folder["conclave.db"];
        using var packed = new GZipStream(File.OpenRead(Fixture(name)), CompressionMode.Decompress);
        using var stream = File.Create(file);
        packed.CopyTo(stream);
        return file;
    }

    private static void IsTheDemo(SessionState state)
    {
        Assert.Equal((SessionStatus.Succeeded, Verdict.Verified, 20, 171L), (state.Status, state.Verification?.Verdict, state.Verification?.TestsPassed, state.Seq));
        Assert.Equal((0.4015025m, 0m, 41), (state.SpentUsd, state.ReservedUsd, state.OwnAttempts().Count()));
        Assert.All(state.Created.Phases, phase => Assert.Equal(PhaseStatus.Succeeded, state.Phase(phase).Status));
    }

    [Fact]
    public async Task A_database_of_format_1_is_read_as_it_is_and_brought_up_to_date_by_its_owner()
    {
        using var folder = new TempFolder();
        var file = Unpacked(folder, "format-1.db.gz");
        await using (var reader = SqliteJournal.OpenReadOnly(file, TimeProvider.System))
        {
            IsTheDemo((await reader.FoldTrusted(Demo, None))!);
        }

        await using var journal = SqliteJournal.Open(file, TimeProvider.System);
        using (var connection = SqliteSchema.OpenReader(file))
        {
            Assert.Equal((long)SqliteUpgrades.Version, connection.Scalar("PRAGMA user_version"));
        }

        Assert.Empty(await journal.ExamineAll(None));
        IsTheDemo((await journal.FoldTrusted(Demo, None))!);
        var listed = Assert.Single(await journal.List(new SessionQuery(), None));
        Assert.Equal(listed, (await SessionBundle.Of(journal, Demo, None)).Summary());
        await journal.Store(new CachedAnswer("k", "t", null, null, 0m, DateTimeOffset.UnixEpoch), None);
        Assert.Equal("t", (await journal.Find("k", None))?.Text);
    }

    [Fact]
    public async Task A_session_file_of_format_1_is_read_shown_and_goes_in_and_out_unchanged()
    {
        using var stream = File.OpenRead(Fixture("session-1.zip"));
        var bundle = Assert.IsType<BundleReading.Read>(BundleReader.Read(stream)).Bundle;
        IsTheDemo(bundle.Read().Last().State);
        var journal = new InMemoryJournal();
        Assert.Equal(new ImportResult.Imported(), await journal.Import(bundle, None));
        Assert.True((await SessionBundle.Of(journal, Demo, None)).IsSame(bundle));
    }

    [Fact]
    public async Task The_database_and_the_file_of_the_demo_hold_the_same_session()
    {
        using var folder = new TempFolder();
        await using var journal = SqliteJournal.Open(Unpacked(folder, "format-1.db.gz"), TimeProvider.System);
        using var stream = File.OpenRead(Fixture("session-1.zip"));
        Assert.True(((BundleReading.Read)BundleReader.Read(stream)).Bundle.IsSame(await SessionBundle.Of(journal, Demo, None)));
    }

    /// <summary>One line of each kind as version 0.1 wrote it: reading it and writing it again gives the same bytes, so that hashes stay true.</summary>
    [Fact]
    public void Every_kind_of_the_first_version_keeps_its_wire_form()
    {
        var lines = File.ReadAllLines(Fixture("entries-1.ndjson"));
        Assert.Equal(23, lines.Length);
        foreach (var line in lines)
        {
            var (kind, body) = line.Split(' ', 2) is [var first, var rest] ? (first, rest) : default;
            Assert.Equal(body, Encoding.UTF8.GetString(EntryBody.Read(kind, Encoding.UTF8.GetBytes(body)).ToBytes()));
        }
    }

    [Fact]
    public async Task An_upgrade_that_fails_leaves_the_file_as_it_was()
    {
        using var folder = new TempFolder();
        var file = Unpacked(folder, "format-1.db.gz");
        using (var connection = new SqliteConnection($"Data Source={file};Pooling=False"))
        {
            connection.Open();
            connection.Run("CREATE TABLE cache (oops INTEGER)");
        }

        Assert.Throws<SqliteException>(() => SqliteJournal.Open(file, TimeProvider.System));
        await using var reader = SqliteJournal.OpenReadOnly(file, TimeProvider.System);
        IsTheDemo((await reader.FoldTrusted(Demo, None))!);
        using var after = SqliteSchema.OpenReader(file);
        Assert.Equal(1L, after.Scalar("PRAGMA user_version"));
    }
}
