using Conclave.Engine.Definition;
using Conclave.Engine.Journal;
using Conclave.Tests.Engine.Journal;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Storage;

/// <summary>What every journal must do. An implementation earns its place by passing it.</summary>
public abstract partial class JournalConformance : IAsyncDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly SessionId Id = new("20261122-aaaaaa");

    protected abstract ISessionArchive Journal { get; }

    /// <summary>Closes the journal and opens it again; one in memory stays as it is.</summary>
    protected abstract Task Reopen();

    public abstract ValueTask DisposeAsync();

    private static NewEntry Entry(EntryBody body, params Blob[] blobs) => new(DateTimeOffset.FromUnixTimeMilliseconds(1_795_000_000_123), null, null, body, blobs);

    private static NewEntry Paused(string reason) => Entry(new EntryBody.SessionPaused(reason, null, null));

    private async Task<List<JournalEntry>> Read(SessionId id, long after = 0)
    {
        var entries = new List<JournalEntry>();
        await foreach (var entry in Journal.Read(id, after, None))
        {
            entries.Add(entry);
        }

        return entries;
    }

    private async Task<long> Create(SessionId id, DateTimeOffset? time = null)
    {
        var epoch = await Journal.Acquire(id, "owner", None);
        await Journal.Append(id, epoch, 0, [Entry(SampleEntries.Created) with { Time = time ?? DateTimeOffset.FromUnixTimeMilliseconds(1_795_000_000_000) }], None);
        return epoch;
    }

    [Fact]
    public async Task Entries_come_back_as_they_were_written_numbered_from_1_without_gaps()
    {
        var epoch = await Journal.Acquire(Id, "owner", None);
        var bodies = SampleEntries.All.Take(20).ToList();
        Assert.Equal(new AppendResult.Appended(1), await Journal.Append(Id, epoch, 0, [Entry(bodies[0].Body)], None));
        Assert.Equal(new AppendResult.Appended(20), await Journal.Append(Id, epoch, 1, [.. bodies.Skip(1).Select(body => Entry(body.Body) with { Phase = body.Phase, Step = "s" })], None));
        await Reopen();
        var entries = await Read(Id);
        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), entries.Select(entry => entry.Seq));
        Assert.Equal(bodies.Select(body => body.Body.ToBytes()), entries.Select(entry => entry.Body.ToBytes()));
        Assert.Equal(new PhaseId("plan"), entries[2].Phase);
        Assert.Equal("s", entries[2].Step);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1_795_000_000_123), entries[2].Time);
    }

    [Fact]
    public async Task An_owner_whose_session_was_taken_over_can_write_nothing_more()
    {
        var old = await Create(Id);
        var young = await Journal.Acquire(Id, "other", None);
        Assert.True(young > old);
        Assert.Equal(new AppendResult.Fenced(young), await Journal.Append(Id, old, 1, [Paused("late")], None));
        Assert.Equal(new AppendResult.Appended(2), await Journal.Append(Id, young, 1, [Paused("in time")], None));
        Assert.Equal(2, (await Read(Id)).Count);
    }

    [Fact]
    public async Task An_append_at_another_place_than_the_end_is_refused()
    {
        var epoch = await Create(Id);
        Assert.Equal(new AppendResult.SequenceMoved(1), await Journal.Append(Id, epoch, 0, [Paused("a")], None));
        Assert.Equal(new AppendResult.SequenceMoved(1), await Journal.Append(Id, epoch, 7, [Paused("a")], None));
        Assert.Single(await Read(Id));
    }

    [Fact]
    public async Task Reading_after_a_number_gives_what_comes_after_it()
    {
        var epoch = await Create(Id);
        await Journal.Append(Id, epoch, 1, [.. Enumerable.Range(0, 1200).Select(i => Paused($"{i}"))], None);
        Assert.Equal(1201, (await Read(Id)).Count);
        Assert.Equal([1200L, 1201L], (await Read(Id, 1199)).Select(entry => entry.Seq));
        Assert.Empty(await Read(Id, 1201));
    }

    [Fact]
    public async Task Blobs_are_there_as_soon_as_the_entry_that_names_them()
    {
        var epoch = await Create(Id);
        var text = StoredText.From(new string('ü', 5000));
        var file = Blob.Of([1, 2, 3]);
        await Journal.Append(Id, epoch, 1, [Entry(new EntryBody.EffectStarted(new("k"))), Entry(new EntryBody.EffectDone(new("k"), text), file)], None);
        await Reopen();
        var read = ((EntryBody.EffectDone)(await Read(Id))[2].Body).Result;
        Assert.Equal(text.Text, await Journal.Load(read, None));
        Assert.Equal(file.Content.ToArray(), (await Journal.ReadBlob(file.Id, None))!.Content.ToArray());
        Assert.Null(await Journal.ReadBlob(BlobId.Of("nothing"u8), None));
    }

    [Fact]
    public async Task A_signal_is_kept_once_however_often_it_is_sent_and_comes_in_order()
    {
        await Create(Id);
        var first = new Signal("a", DateTimeOffset.FromUnixTimeMilliseconds(5), new SignalBody.Pause("x"));
        await Journal.Send(Id, first, None);
        await Journal.Send(Id, first, None);
        await Reopen();
        Assert.Equal(["a"], (await Journal.Inbox(Id, None)).Select(signal => signal.SignalId));
        Assert.Empty(await Journal.Inbox(new SessionId("20261122-zzzzzz"), None));
        using var enough = new CancellationTokenSource();
        var seen = new List<string>();
        var reading = Task.Run(async () =>
        {
            await foreach (var signal in Journal.Signals(Id, enough.Token))
            {
                seen.Add(signal.SignalId);
                if (seen.Count == 2)
                {
                    return;
                }
            }
        });
        await Journal.Send(Id, new Signal("b", DateTimeOffset.FromUnixTimeMilliseconds(6), new SignalBody.Cancel("y")), None);
        await reading;
        Assert.Equal(["a", "b"], seen);
    }

    [Fact]
    public async Task Following_gives_what_is_there_and_then_what_comes()
    {
        var epoch = await Create(Id);
        var following = Task.Run(async () =>
        {
            await foreach (var entry in Journal.Follow(Id, 0, None))
            {
                if (entry.Body is EntryBody.SessionPaused { Reason: "last" })
                {
                    return entry.Seq;
                }
            }

            return 0;
        });
        await Journal.Append(Id, epoch, 1, [Paused("a")], None);
        await Journal.Append(Id, epoch, 2, [Paused("last")], None);
        Assert.Equal(3, await following);
    }

    [Fact]
    public async Task The_list_has_the_newest_session_first_with_the_fold_of_its_entries()
    {
        var old = await Create(new SessionId("20261120-bbbbbb"), DateTimeOffset.FromUnixTimeSeconds(1_000));
        await Create(Id, DateTimeOffset.FromUnixTimeSeconds(2_000));
        await Journal.Acquire(new SessionId("20261123-cccccc"), "owner", None);
        await Journal.Append(new SessionId("20261120-bbbbbb"), old, 1, [Paused("money")], None);
        await Reopen();
        var all = await Journal.List(new SessionQuery(), None);
        Assert.Equal(["20261122-aaaaaa Queued ", "20261120-bbbbbb Paused money"], all.Select(summary => $"{summary.Id} {summary.Status} {summary.Reason}"));
        Assert.Equal("20261120-bbbbbb", Assert.Single(await Journal.List(new SessionQuery("20261120"), None)).Id.Value);
        Assert.Empty(await Journal.List(new SessionQuery("%"), None));
    }

    [Fact]
    public async Task Many_sessions_append_at_the_same_time_without_mixing()
    {
        await Task.WhenAll(Enumerable.Range(0, 40).Select(async n =>
        {
            var id = new SessionId($"20261122-n{n:00000}");
            var epoch = await Create(id);
            for (var i = 1; i <= 25; i++)
            {
                Assert.Equal(new AppendResult.Appended(i + 1), await Journal.Append(id, epoch, i, [Paused($"{n}-{i}")], None));
            }
        }));
        await Reopen();
        for (var n = 0; n < 40; n++)
        {
            var reasons = (await Read(new SessionId($"20261122-n{n:00000}"))).Skip(1).Select(entry => ((EntryBody.SessionPaused)entry.Body).Reason);
            Assert.Equal(Enumerable.Range(1, 25).Select(i => $"{n}-{i}"), reasons);
        }
    }
}

public sealed class InMemoryJournalTests : JournalConformance
{
    private readonly InMemoryJournal journal = new();

    protected override ISessionArchive Journal => journal;

    protected override void Spoil(SessionId session, long seq, Func<StoredEntry, StoredEntry?> change) => journal.Spoil(session, seq, change);

    protected override void Spoil(BlobId blob, byte[]? content) => journal.Spoil(blob, content);

    protected override Task Reopen() => Task.CompletedTask;

    public override ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
