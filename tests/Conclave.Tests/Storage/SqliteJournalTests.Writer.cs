using Conclave.Engine.Budget;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Storage.Sqlite;
using Conclave.Tests.Engine.Journal;
using Microsoft.Data.Sqlite;

namespace Conclave.Tests.Storage;

public sealed partial class SqliteJournalTests
{
    [Fact]
    public async Task Appends_of_a_hundred_sessions_at_a_time_share_their_commits()
    {
        var ids = Enumerable.Range(0, 100).Select(n => new SessionId($"20261122-g{n:00000}")).ToList();
        var epochs = await Task.WhenAll(ids.Select(id => journal.Acquire(id, "owner", None)));
        var before = journal.Commits;

        // Another connection holds the file while the appends queue up: what the writer took already is one commit, the rest is the next.
        using (var other = new SqliteConnection($"Data Source={File};Pooling=False"))
        {
            other.Open();
            using var held = other.BeginTransaction(deferred: false);
            var appends = ids.Select((id, n) => journal.Append(id, epochs[n], 0, [new NewEntry(DateTimeOffset.UnixEpoch, null, null, SampleEntries.Created, [])], None)).ToList();
            held.Rollback();
            Assert.All(await Task.WhenAll(appends), result => Assert.Equal(new AppendResult.Appended(1), result));
        }

        Assert.InRange(journal.Commits - before, 1, 2);
        Assert.Equal(100, (await journal.List(new SessionQuery(), None)).Count);
    }

    [Fact]
    public async Task Two_owners_on_one_file_are_fenced_by_epoch_and_number()
    {
        await using var second = SqliteJournal.Open(File, TimeProvider.System);
        var id = await Write("contended");
        var entry = new NewEntry(DateTimeOffset.UnixEpoch, null, null, new EntryBody.SessionPaused("x", null, null), []);
        var first = await journal.Acquire(id, "first", None);
        Assert.Equal(new AppendResult.Appended(6), await journal.Append(id, first, 5, [entry], None));

        var taken = await second.Acquire(id, "second", None);
        Assert.Equal(first + 1, taken);
        Assert.Equal(new AppendResult.Fenced(taken), await journal.Append(id, first, 6, [entry], None));
        Assert.Equal(new AppendResult.SequenceMoved(6), await second.Append(id, taken, 5, [entry], None));
        Assert.Equal(new AppendResult.Appended(7), await second.Append(id, taken, 6, [entry], None));

        // Both at once, with the right epoch: one of them gets the number.
        var results = await Task.WhenAll(journal.Append(id, taken, 7, [entry], None), second.Append(id, taken, 7, [entry], None));
        Assert.Single(results, result => result is AppendResult.Appended { LastSeq: 8 });
        Assert.Single(results, result => result is AppendResult.SequenceMoved { LastSeq: 8 });
        Assert.Equal(8, await Count(id));
    }

    [Fact]
    public async Task A_summary_that_can_not_be_read_is_made_anew_and_stops_nobody()
    {
        var spoiled = await CreateWithTexts("20261122-spoilt");
        var sound = await Write("sound");
        Sql("UPDATE sessions SET summary = '{\"id\":' WHERE id = '20261122-spoilt'");
        var listed = (await journal.List(new SessionQuery("20261122-spoilt"), None))[0];
        Assert.Equal((spoiled, 2L, SessionStatus.Paused, (string?)null), (listed.Id, listed.Seq, listed.Status, listed.Damage));
        Assert.StartsWith("words", listed.Description, StringComparison.Ordinal);

        var epoch = await journal.Acquire(spoiled, "owner", None);
        Assert.Equal(new AppendResult.Appended(3), await journal.Append(spoiled, epoch, 2, [new NewEntry(DateTimeOffset.UnixEpoch, null, null, new EntryBody.SessionQueued(), [])], None));
        Assert.Equal(SessionStatus.Queued, (await journal.List(new SessionQuery("20261122-spoilt"), None))[0].Status);
        Assert.Equal(5, await Count(sound));
    }

    [Fact]
    public async Task A_session_of_which_nothing_can_be_read_is_still_listed_as_damaged_and_stops_nobody()
    {
        var spoiled = await Write("20261122-spoilt");
        var sound = await Write("20261122-sounds");
        Sql("UPDATE sessions SET summary = 'no json' WHERE id = '20261122-spoilt'");
        Sql("UPDATE entries SET body = CAST('{}' AS BLOB) WHERE session_id = '20261122-spoilt' AND seq = 1");
        var listed = await journal.List(new SessionQuery(), None);
        Assert.Contains("at entry 1", Assert.Single(listed, summary => summary.Id == spoiled).Damage, StringComparison.Ordinal);
        Assert.Null(Assert.Single(listed, summary => summary.Id == sound).Damage);

        var entry = new NewEntry(DateTimeOffset.UnixEpoch, null, null, new EntryBody.SessionPaused("x", null, null), []);
        var epochs = (await journal.Acquire(spoiled, "o", None), await journal.Acquire(sound, "o", None));
        await Assert.ThrowsAsync<JournalDamagedException>(() => journal.Append(spoiled, epochs.Item1, 5, [entry], None));
        Assert.Equal(new AppendResult.Appended(6), await journal.Append(sound, epochs.Item2, 5, [entry], None));
    }

    [Fact]
    public async Task A_cached_answer_stays_as_it_was_first_given_and_a_damaged_one_is_as_good_as_none()
    {
        var answer = new CachedAnswer("key", "text", new Usage(1, 2, 3, 4, 5), "model", 0.25m, DateTimeOffset.FromUnixTimeMilliseconds(1_795_000_000_123));
        await journal.Store(answer, None);
        await journal.Store(answer with { Text = "another" }, None);
        await Reopen();
        Assert.Equal(answer, await journal.Find("key", None));
        Assert.Null(await journal.Find("kex", None));
        Sql("UPDATE cache SET answer = CAST(replace(CAST(answer AS TEXT), 'text', 'tent') AS BLOB)");
        Assert.Null(await journal.Find("key", None));
    }

    private async Task<SessionId> CreateWithTexts(string name)
    {
        var id = new SessionId(name);
        var created = SampleEntries.Created with { Description = StoredText.From(string.Join(' ', Enumerable.Repeat("words", 1000))) };
        var entries = new EntryBody[] { created, new EntryBody.SessionPaused("x", null, null) };
        await journal.Append(id, await journal.Acquire(id, "owner", None), 0, [.. entries.Select(body => new NewEntry(DateTimeOffset.UnixEpoch, null, null, body, []))], None);
        return id;
    }
}
