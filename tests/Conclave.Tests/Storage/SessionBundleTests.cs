using System.Buffers.Binary;
using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;
using Conclave.Engine.Journal;
using Conclave.Storage.Bundles;
using Conclave.Tests.Engine.Journal;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Storage;

/// <summary>A session as a file: the same bytes for the same session, and nothing in a file is believed before it was checked.</summary>
public sealed class SessionBundleTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly SessionId Id = new("20261122-bundle");

    private static async Task<SessionBundle> Bundle()
    {
        var journal = new InMemoryJournal();
        var text = StoredText.From(new string('t', 9000) + "\u2028 \\ \" ü");
        var file = Blob.Of([0, 1, 2, 255]);
        EntryBody[] bodies =
        [
            SampleEntries.Created,
            new EntryBody.EffectStarted(new("k")),
            new EntryBody.EffectDone(new("k"), text),
            new EntryBody.AlertRaised("CONC601", "a\nb\tc \u2028 \ud83d\ude00"),
            new EntryBody.SessionPaused("later", null, null),
        ];
        var epoch = await journal.Acquire(Id, "owner", None);
        await journal.Append(Id, epoch, 0, [.. bodies.Select((body, i) => new NewEntry(DateTimeOffset.FromUnixTimeMilliseconds(1_795_000_000_123 + i), null, null, body, [])),], None);
        var phase = new Conclave.Engine.Definition.PhaseId("plan");
        await journal.Append(
            Id,
            epoch,
            5,
            [
                new NewEntry(DateTimeOffset.FromUnixTimeMilliseconds(1_795_000_001_000), phase, null, new EntryBody.PhaseStarted(["x"]), []),
                new NewEntry(DateTimeOffset.FromUnixTimeMilliseconds(1_795_000_001_001), phase, "x", new EntryBody.StepSucceeded(1, StoredText.From("1"), [new FileChange("a", file.Id, null, null, [])], null, []), [file]),
            ],
            None);
        return await SessionBundle.Of(journal, Id, None);
    }

    private static byte[] Write(SessionBundle bundle)
    {
        using var stream = new MemoryStream();
        BundleFile.Write(bundle, "0.1.0", stream);
        return stream.ToArray();
    }

    private static BundleReading Read(byte[] file, BundleLimits? limits = null) => BundleReader.Read(new MemoryStream(file), limits);

    private static JournalFinding Refused(byte[] file, BundleLimits? limits = null) => Assert.IsType<BundleReading.Refused>(Read(file, limits)).Finding;

    // Writes the zip anew with its parts changed, as somebody would who tampers with it.
    private static byte[] Rewrite(byte[] file, Func<string, byte[], IEnumerable<(string Name, byte[] Content)>> change)
    {
        using var read = new ZipArchive(new MemoryStream(file));
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var part in read.Entries)
            {
                using var content = new MemoryStream();
                using (var open = part.Open())
                {
                    open.CopyTo(content);
                }

                foreach (var (name, bytes) in change(part.FullName, content.ToArray()))
                {
                    using var target = zip.CreateEntry(name).Open();
                    target.Write(bytes);
                }
            }
        }

        return stream.ToArray();
    }

    private static byte[] RewriteEntries(byte[] file, Func<string, string> change) => Rewrite(file, (name, content) =>
        [(name, name == "entries.ndjson" ? Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(content))) : content)]);

    [Fact]
    public async Task A_file_gives_back_every_byte_and_the_same_session_gives_the_same_file()
    {
        var bundle = await Bundle();
        var file = Write(bundle);
        Assert.Equal(file, Write(await Bundle()));
        var read = Assert.IsType<BundleReading.Read>(Read(file)).Bundle;
        Assert.True(read.IsSame(bundle));
        Assert.Equal(file, Write(read));
        Assert.Equal(2, read.Blobs.Count);
        using var zip = new ZipArchive(new MemoryStream(file));
        Assert.Equal(["session.json", "entries.ndjson"], zip.Entries.Take(2).Select(part => part.FullName));
        Assert.All(zip.Entries.Skip(2), part => Assert.Matches("^blobs/[0-9a-f]{64}$", part.FullName));
    }

    [Theory]
    [InlineData("\"code\":\"CONC601\"", "\"code\":\"CONC602\"", 4)]
    [InlineData("\"kind\":\"session-paused/1\"", "\"kind\":\"session-queued/1\"", 5)]
    [InlineData("{\"seq\":2,", "{\"seq\":7,", 2)]
    [InlineData("{\"seq\":3,", "[3,", 3)]
    [InlineData("effect-done/1", "effect-dane/1", 3)]
    public async Task A_changed_entry_is_named(string from, string to, long entry)
    {
        var finding = Refused(RewriteEntries(Write(await Bundle()), text => text.Replace(from, to, StringComparison.Ordinal)));
        Assert.Equal(("CONC701", (SessionId?)Id, (long?)entry), (finding.Code, finding.Session, finding.Entry));
    }

    [Fact]
    public async Task A_time_or_a_phase_that_the_chain_does_not_cover_can_not_be_changed_either()
    {
        var file = Write(await Bundle());
        Assert.Equal("CONC708", Refused(RewriteEntries(file, text => text.Replace("\"time\":1795000000124", "\"time\":1795000000125", StringComparison.Ordinal))).Code);
        Assert.Equal("CONC708", Refused(RewriteEntries(file, text => text.Replace("\"phase\":\"plan\"", "\"phase\":\"vote\"", StringComparison.Ordinal))).Code);
    }

    [Fact]
    public async Task Entries_missing_at_the_end_in_the_middle_or_twice_are_found()
    {
        var file = Write(await Bundle());
        Assert.Equal("CONC708", Refused(RewriteEntries(file, text => string.Concat(text.Split('\n').SkipLast(2).Select(line => line + "\n")))).Code);
        Assert.Equal(3, Refused(RewriteEntries(file, text => string.Join('\n', text.Split('\n').Where((_, i) => i != 2)))).Entry);
        Assert.Equal(3, Refused(RewriteEntries(file, text => string.Join('\n', text.Split('\n').SelectMany((line, i) => i == 1 ? [line, line] : new[] { line })))).Entry);
        Assert.Equal("CONC708", Refused(RewriteEntries(file, _ => "")).Code);
    }

    [Fact]
    public async Task A_blob_that_is_missing_changed_or_named_by_no_entry_is_found()
    {
        var file = Write(await Bundle());
        Assert.Contains("blobs", Refused(Rewrite(file, (name, content) => name.StartsWith("blobs/", StringComparison.Ordinal) ? [] : [(name, content)])).What, StringComparison.Ordinal);
        Assert.Contains("other bytes", Refused(Rewrite(file, (name, content) => [(name, name.StartsWith("blobs/", StringComparison.Ordinal) ? [9] : content)])).What, StringComparison.Ordinal);
        var stray = Blob.Of("stray");
        var finding = (await Bundle()) is var bundle ? (bundle with { Blobs = bundle.Blobs.Add(stray.Id.Value, stray) }).Check() : null;
        Assert.Contains(stray.Id.Value, finding!.What, StringComparison.Ordinal);
        var lost = (bundle with { Blobs = ImmutableSortedDictionary<string, Blob>.Empty }).Check();
        Assert.Equal(("CONC705", (long?)3), (lost!.Code, lost.Entry));
    }

    [Theory]
    [InlineData("../../evil")]
    [InlineData("/etc/passwd")]
    [InlineData("blobs/../../evil")]
    [InlineData("blobs\\evil")]
    [InlineData("blobs/")]
    [InlineData("blobs/ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789")]
    [InlineData("session.json/x")]
    public async Task A_part_with_a_name_that_no_session_file_has_is_refused(string name)
    {
        var file = Rewrite(Write(await Bundle()), (part, content) => part == "session.json" ? [(part, content), (name, [1])] : [(part, content)]);
        var finding = Refused(file);
        Assert.Equal("CONC708", finding.Code);
        Assert.Contains($"`{name}`", finding.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_that_is_there_twice_is_refused() =>
        Assert.Contains("twice", Refused(Rewrite(Write(await Bundle()), (name, content) => name == "session.json" ? [(name, content), (name, content)] : [(name, content)])).What, StringComparison.Ordinal);

    [Fact]
    public async Task A_bomb_is_refused_by_what_it_unpacks_to_and_not_by_what_it_says()
    {
        var bomb = new byte[2 << 20];
        var file = Rewrite(Write(await Bundle()), (name, content) => [(name, name == "entries.ndjson" ? bomb : content)]);
        Assert.Contains("larger than", Refused(file, BundleLimits.Default with { PartBytes = 1 << 20 }).What, StringComparison.Ordinal);
        Assert.Contains("unpacked", Refused(file, BundleLimits.Default with { AllBytes = 1 << 20 }).What, StringComparison.Ordinal);
        Assert.Contains("larger than", Refused(file, BundleLimits.Default with { FileBytes = 100 }).What, StringComparison.Ordinal);

        // The same with a size in the directory that lies.
        var lying = file.ToArray();
        for (var i = 0; i < lying.Length - 30; i++)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(lying.AsSpan(i)) == 0x02014b50)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(lying.AsSpan(i + 24), 10);
            }
        }

        Assert.IsType<BundleReading.Refused>(Read(lying, BundleLimits.Default with { PartBytes = 1 << 20 }));
    }

    [Fact]
    public async Task Too_many_parts_or_entries_are_refused()
    {
        var file = Write(await Bundle());
        Assert.Contains("parts", Refused(file, BundleLimits.Default with { Parts = 3 }).What, StringComparison.Ordinal);
        Assert.Contains("entries", Refused(file, BundleLimits.Default with { Entries = 4 }).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_a_newer_format_and_a_session_with_a_hostile_name_are_refused()
    {
        var file = Write(await Bundle());
        byte[] Changed(string from, string to) => Rewrite(file, (name, content) => [(name, name == "session.json" ? Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(content).Replace(from, to, StringComparison.Ordinal)) : content)]);
        Assert.Contains("format 2", Refused(Changed("\"format\": 1", "\"format\": 2")).What, StringComparison.Ordinal);
        Assert.Contains("name", Refused(Changed("20261122-bundle", "../../x")).What, StringComparison.Ordinal);
        Assert.Equal("CONC708", Refused("no zip at all"u8.ToArray()).Code);
        Assert.Equal("CONC708", Refused([]).Code);
    }

    [Fact]
    public async Task A_file_with_any_one_byte_changed_is_refused_or_means_the_same()
    {
        var bundle = await Bundle();
        var file = Write(bundle);
        for (var at = 0; at < file.Length; at++)
        {
            var damaged = file.ToArray();
            damaged[at] ^= (byte)(1 << (at % 8));
            var reading = Read(damaged);
            Assert.True(reading is BundleReading.Refused || ((BundleReading.Read)reading).Bundle.IsSame(bundle), $"byte {at}");
        }
    }

    [Theory]
    [InlineData("session-created/1", 1)]
    [InlineData("step-succeeded/1", 7)]
    [InlineData("attempt-ended/1", 7)]
    [InlineData("phase-kept/1", 7)]
    public async Task A_body_that_lacks_what_it_must_have_is_refused_even_with_a_true_hash(string kind, int seq)
    {
        var bundle = await Bundle();
        var rows = bundle.Entries.Select((row, i) => i == seq - 1 ? row with { Kind = kind, Body = "{}"u8.ToArray() } : row).ToList();
        var previous = EntryHash.Start;
        for (var i = 0; i < rows.Count; i++)
        {
            rows[i] = rows[i] with { Hash = EntryHash.Of(previous.Span, rows[i].Seq, rows[i].Kind, rows[i].Body.Span) };
            previous = rows[i].Hash;
        }

        var finding = (bundle with { Entries = [.. rows] }).Check();
        Assert.Equal(("CONC701", (long?)seq), (finding?.Code, finding?.Entry));
    }

    [Fact]
    public async Task A_file_cut_short_anywhere_is_refused()
    {
        var file = Write(await Bundle());
        Assert.All(Enumerable.Range(0, file.Length), length => Assert.IsType<BundleReading.Refused>(Read(file[..length])));
    }
}
