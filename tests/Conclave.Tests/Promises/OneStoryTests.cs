using Conclave.Engine.Journal;
using Conclave.Storage.Sqlite;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Promises;

/// <summary>Everything that is shown comes from one journal; a client that reconnects with its last number misses nothing and sees nothing twice.</summary>
[Promise(5)]
public sealed class OneStoryTests : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("conclave-promise-");
    private readonly SqliteJournal journal;

    public OneStoryTests() => journal = SqliteJournal.Open(Path.Combine(folder.FullName, "conclave.db"), TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        await journal.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_client_that_reconnects_after_any_entry_sees_each_entry_once_and_in_order() => Assert.Null(await Reconnecting(journal));

    [Fact]
    public async Task The_list_says_what_the_story_says() => Assert.Null(await Listing(journal));

    [Fact]
    [Mutation]
    public async Task A_feed_that_drops_an_entry_on_reconnect_is_caught() =>
        Assert.Equal("after entry 1 the client saw entry 3", await Reconnecting(new StartsElsewhere(journal, 1)));

    [Fact]
    [Mutation]
    public async Task A_feed_that_repeats_an_entry_on_reconnect_is_caught() =>
        Assert.Equal("after entry 1 the client saw entry 1", await Reconnecting(new StartsElsewhere(journal, -1)));

    [Fact]
    [Mutation]
    public async Task A_list_that_lags_behind_the_story_is_caught() =>
        Assert.StartsWith("the list says Running at entry", await Listing(new ForgetsTheLastSummary(journal)), StringComparison.Ordinal);

    private static TestSession Session(IJournal journal) => new("""
        name: two
        version: 1
        agents: { pm: { provider: openai, model: m1 } }
        phases:
          a: { agent: pm, prompt: "go on" }
          b: { agent: pm, prompt: "and on", needs: a }
        """) { Gateway = new FakeGateway(_ => "fine"), Journal = journal };

    // The session runs while the client is connected, for one, two, three, ... entries at a time.
    private static async Task<string?> Reconnecting(IJournal journal)
    {
        var session = Session(journal);
        await session.Create();
        var running = session.Run();
        var complaint = await Client(journal);
        await running;
        return complaint;
    }

    private static async Task<string?> Client(IJournal journal)
    {
        var (last, ended) = (0L, false);
        for (var stretch = 1; !ended; stretch++)
        {
            var seen = 0;
            await foreach (var entry in journal.Follow(TestSession.Id, last, CancellationToken.None))
            {
                if (entry.Seq != last + 1)
                {
                    return $"after entry {last} the client saw entry {entry.Seq}";
                }

                last = entry.Seq;
                ended = entry.Body is EntryBody.SessionSucceeded;
                if (ended || ++seen == stretch)
                {
                    break;
                }
            }
        }

        return null;
    }

    private static async Task<string?> Listing(IJournal journal)
    {
        var state = await Session(journal).CreateAndRun();
        var listed = Assert.Single(await journal.List(new SessionQuery(), CancellationToken.None));
        return (listed.Status, listed.Seq, listed.SpentUsd) == (state.Status, state.Seq, state.SpentUsd)
            ? null
            : $"the list says {listed.Status} at entry {listed.Seq}, the story says {state.Status} at entry {state.Seq}";
    }

    private sealed class StartsElsewhere(IJournal inner, int off) : JournalDouble(inner)
    {
        public override IAsyncEnumerable<JournalEntry> Follow(SessionId session, long after, CancellationToken cancel) =>
            Inner.Follow(session, after == 0 ? 0 : after + off, cancel);
    }

    private sealed class ForgetsTheLastSummary(IJournal inner) : JournalDouble(inner)
    {
        public override async Task<IReadOnlyList<SessionSummary>> List(SessionQuery query, CancellationToken cancel)
        {
            var entries = new List<JournalEntry>();
            await foreach (var entry in Inner.Read(TestSession.Id, 0, cancel))
            {
                entries.Add(entry);
            }

            return [entries.SkipLast(1).Aggregate((SessionSummary?)null, SessionSummary.Apply)!];
        }
    }
}
