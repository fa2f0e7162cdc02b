using Conclave.Engine.Execution;
using Conclave.Engine.Journal;

namespace Conclave.Tests.Storage;

public abstract partial class JournalConformance
{
    private static readonly SessionId Other = new("20261122-bbbbbb");

    /// <summary>Gives a stored row other content, or takes it out when there is none; nothing else is changed.</summary>
    protected abstract void Spoil(SessionId session, long seq, Func<StoredEntry, StoredEntry?> change);

    /// <summary>Gives a blob other bytes, or takes it out.</summary>
    protected abstract void Spoil(BlobId blob, byte[]? content);

    /// <summary>A session with a text that is a blob (entry 3) and a file (entry 6).</summary>
    private async Task<(BlobId Text, BlobId File)> CreateWithBlobs(SessionId id)
    {
        var epoch = await Create(id);
        var text = StoredText.From(new string('t', 5000));
        var file = Blob.Of("print(1)");
        var phase = new Conclave.Engine.Definition.PhaseId("plan");
        await Journal.Append(
            id,
            epoch,
            1,
            [
                Entry(new EntryBody.EffectStarted(new DoorKey("k"))),
                Entry(new EntryBody.EffectDone(new DoorKey("k"), text)),
                Entry(new EntryBody.PhaseStarted([""])) with { Phase = phase },
                Entry(new EntryBody.StepStarted(1, null)) with { Phase = phase },
                Entry(new EntryBody.StepSucceeded(1, StoredText.From("1"), [new FileChange("a.py", file.Id, null, null, [])], null, []), file) with { Phase = phase },
                Entry(new EntryBody.PhaseSucceeded()) with { Phase = phase },
            ],
            None);
        return (text.Blob!.Value, file.Id);
    }

    public static TheoryData<string, string, long, Func<StoredEntry, StoredEntry?>> Damages => new()
    {
        { "a changed body", "fit its hash", 4, row => row with { Body = row.Body.ToArray().Append((byte)' ').ToArray() } },
        { "another kind", "fit its hash", 7, row => row with { Kind = "session-queued/1" } },
        { "a gap", "missing", 4, _ => null },
        { "the first one gone", "missing", 1, _ => null },
        { "the last one gone", "missing", 7, _ => null },
        { "the last one another", "fit its hash", 7, row => row with { Hash = new byte[32] } },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_damaged_session_is_named_with_its_first_bad_entry_and_the_others_go_on(string what, string message, long seq, Func<StoredEntry, StoredEntry?> damage)
    {
        await CreateWithBlobs(Id);
        await CreateWithBlobs(Other);
        Spoil(Id, seq, damage);
        await Reopen();
        var finding = Assert.Single(await Journal.ExamineAll(None));
        Assert.Equal((what, "CONC701", (SessionId?)Id, (long?)seq), (what, finding.Code, finding.Session, finding.Entry));
        Assert.Contains(message, finding.What, StringComparison.Ordinal);
        Assert.NotEmpty(finding.Fix);
        var error = await Assert.ThrowsAsync<JournalDamagedException>(() => Journal.FoldTrusted(Id, None));
        Assert.Equal((Id, seq), (error.Session, error.Seq));
        Assert.Equal(7, (await Journal.FoldTrusted(Other, None))!.Seq);
        var epoch = await Journal.Acquire(Other, "next", None);
        Assert.Equal(new AppendResult.Appended(8), await Journal.Append(Other, epoch, 7, [Paused("goes on")], None));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task A_blob_that_is_missing_or_another_is_named_with_the_entry_that_wants_it(bool file, bool missing)
    {
        var blobs = await CreateWithBlobs(Id);
        Spoil(file ? blobs.File : blobs.Text, missing ? null : [1, 2, 3]);
        await Reopen();
        var finding = Assert.Single(await Journal.Examine(Id, None));
        Assert.Equal(("CONC705", (SessionId?)Id, (long?)(file ? 6 : 3)), (finding.Code, finding.Session, finding.Entry));
        Assert.Contains((file ? blobs.File : blobs.Text).Value, finding.What, StringComparison.Ordinal);
        await Assert.ThrowsAsync<JournalDamagedException>(() => Journal.FoldTrusted(Id, None));
    }

    [Fact]
    public async Task An_entry_that_can_not_follow_those_before_it_is_damage_and_not_a_bug()
    {
        var epoch = await Create(Id);
        await Journal.Append(Id, epoch, 1, [Entry(new EntryBody.EffectDone(new DoorKey("never begun"), StoredText.From("{}")))], None);
        var finding = Assert.Single(await Journal.Examine(Id, None));
        Assert.Equal(("CONC701", (long?)2), (finding.Code, finding.Entry));
    }

    [Fact]
    public async Task The_end_of_a_record_is_looked_at_without_reading_the_rest()
    {
        await CreateWithBlobs(Id);
        var summary = Assert.Single(await Journal.List(new SessionQuery(), None));
        Assert.Null(await Journal.ExamineEnd(summary, None));
        Spoil(Id, 3, _ => null);
        await Reopen();
        Assert.Null(await Journal.ExamineEnd(summary, None));
        Assert.Single(await Journal.Examine(Id, None));
        Spoil(Id, summary.Seq, _ => null);
        await Reopen();
        Assert.Equal(("CONC701", summary.Seq), (await Journal.ExamineEnd(summary, None) is { } finding ? (finding.Code, finding.Entry!.Value) : default));
    }

    [Fact]
    public async Task A_sound_journal_has_no_findings()
    {
        await CreateWithBlobs(Id);
        await CreateWithBlobs(Other);
        Assert.Empty(await Journal.ExamineAll(None));
    }

    [Fact]
    public async Task A_session_taken_out_and_put_in_elsewhere_is_the_same_byte_for_byte()
    {
        await CreateWithBlobs(Id);
        var bundle = await SessionBundle.Of(Journal, Id, None);
        Assert.Null(bundle.Check());
        Assert.Equal(new ImportResult.Identical(), await Journal.Import(bundle, None));
        var renamed = bundle with { Id = Other };
        Assert.Equal(new ImportResult.Imported(), await Journal.Import(renamed, None));
        await Reopen();
        Assert.True((await SessionBundle.Of(Journal, Other, None)).IsSame(renamed));
        var summaries = await Journal.List(new SessionQuery(), None);
        Assert.Equal(summaries[0] with { Id = Id }, summaries[1] with { Id = Id });

        var epoch = await Journal.Acquire(Other, "next", None);
        Assert.Equal(new AppendResult.Appended(8), await Journal.Append(Other, epoch, 7, [Paused("here")], None));
        Assert.Equal(new ImportResult.Occupied(8), await Journal.Import(renamed, None));
        Assert.Equal(8, (await Read(Other)).Count);
    }
}
