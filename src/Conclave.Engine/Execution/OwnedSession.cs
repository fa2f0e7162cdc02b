using Conclave.Engine.Journal;
using Conclave.Engine.Observation;

namespace Conclave.Engine.Execution;

/// <summary>
/// A session in the hands of its owner: the only way to append to it. Appends of parallel steps take turns, each sees the state after the one
/// before it, and what is appended is durable before it is folded, published or used. Thread-safe.
/// </summary>
internal sealed class OwnedSession : IDisposable
{
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly IJournal journal;
    private readonly SessionFeed feed;
    private readonly TimeProvider clock;
    private readonly Func<SessionState?, JournalEntry, SessionState> fold;
    private readonly long epoch;
    private SessionState? state;
    private JournalUnavailableException? broken;
    private TaskCompletionSource changed = NewChange();

    private OwnedSession(IJournal journal, SessionFeed feed, TimeProvider clock, Func<SessionState?, JournalEntry, SessionState> fold, SessionId id, long epoch)
    {
        this.journal = journal;
        this.feed = feed;
        this.clock = clock;
        this.fold = fold;
        this.epoch = epoch;
        Id = id;
    }

    public SessionId Id { get; }

    public IJournal Journal => journal;

    public SessionFeed Feed => feed;

    public TimeProvider Clock => clock;

    /// <summary>The state after the last durable entry.</summary>
    public SessionState State => Volatile.Read(ref state) ?? throw new InvalidOperationException($"Session {Id} has no entries.");

    /// <summary>Takes the session and folds what the journal holds.</summary>
    /// <exception cref="JournalDamagedException">Its record can't be trusted, so nothing may be built on it.</exception>
    public static async Task<OwnedSession> Acquire(
        IJournal journal, SessionFeed feed, TimeProvider clock, Func<SessionState?, JournalEntry, SessionState> fold, SessionId id, string owner, CancellationToken cancel)
    {
        var session = new OwnedSession(journal, feed, clock, fold, id, await journal.Acquire(id, owner, cancel));
        session.state = await journal.FoldTrusted(id, cancel, fold);
        return session;
    }

    /// <summary>Appends entries of one phase and step.</summary>
    public Task Append(Place place, params IReadOnlyList<EntryBody> bodies) =>
        Append(_ => bodies.Select(body => place.Entry(body)));

    /// <summary>Appends what <paramref name="decide"/> makes of the state; nothing may come between the two.</summary>
    public async Task Append(Func<SessionState?, IEnumerable<PlacedBody>> decide)
    {
        await turn.WaitAsync(CancellationToken.None);
        try
        {
            var bodies = decide(state).ToList();
            if (bodies.Count > 0)
            {
                await AppendNow(bodies);
            }
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Waits until there are entries after this number.</summary>
    public Task Changed(long after, CancellationToken cancel)
    {
        var next = Volatile.Read(ref changed);
        return State.Seq > after ? Task.CompletedTask : next.Task.WaitAsync(cancel);
    }

    /// <inheritdoc />
    public void Dispose() => turn.Dispose();

    // Continuations run elsewhere, never inside the append that wakes them.
    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task AppendNow(List<PlacedBody> bodies)
    {
        var seq = state?.Seq ?? 0;
        var now = Later(clock.GetUtcNow(), state?.Time);
        var entries = bodies.ConvertAll(body => new NewEntry(now, body.Place.Phase, body.Place.StepOrNull, body.Body, body.Blobs));
        if (await Write(seq, entries) is not AppendResult.Appended)
        {
            throw new OwnershipLostException(Id);
        }

        foreach (var entry in entries)
        {
            var numbered = new JournalEntry(++seq, Id, entry.Time, entry.Phase, entry.Step, entry.Body);
            var next = fold(state, numbered);
            Volatile.Write(ref state, next);
            feed.Publish(new FeedItem.Entry(numbered, next));
        }

        Interlocked.Exchange(ref changed, NewChange()).SetResult();
    }

    // After one failure nothing is written any more, by any step: what is durable must be read anew by the next owner.
    private async Task<AppendResult> Write(long seq, List<NewEntry> entries)
    {
        if (broken is not null)
        {
            throw broken;
        }

        try
        {
            return await journal.Append(Id, epoch, seq, entries, CancellationToken.None);
        }
        catch (Exception error)
        {
            throw broken = error as JournalUnavailableException ?? new JournalUnavailableException($"session {Id} can't be written: {error.Message}", error);
        }
    }

    // Clocks go back at times; a journal's times don't. Whole milliseconds, as they are stored.
    private static DateTimeOffset Later(DateTimeOffset now, DateTimeOffset? last)
    {
        var whole = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds());
        return last > whole ? last.Value : whole;
    }
}
