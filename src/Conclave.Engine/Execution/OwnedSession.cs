using Conclave.Engine.Journal;
using Conclave.Engine.Observation;

namespace Conclave.Engine.Execution;

/// <summary>
/// A session in the hands of its owner: the only way to append to it. Appends of parallel steps take turns, each sees the state after the one
/// before it, and what is appended is durable before it is the state, published or used. Thread-safe.
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
    /// <param name="follow">
    /// What the entries lead to, asked with the state after them, again and again until there is nothing more: all of it is one append, so that it costs one
    /// commit and is there whole or not at all. Null for nothing.
    /// </param>
    public async Task Append(Func<SessionState?, IEnumerable<PlacedBody>> decide, Func<SessionState, IEnumerable<PlacedBody>>? follow = null)
    {
        await turn.WaitAsync(CancellationToken.None);
        try
        {
            await AppendNow(Batch(decide, follow ?? (_ => [])));
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

    // The entries and, of each, the state after it.
    private List<(NewEntry Entry, JournalEntry Numbered, SessionState After)> Batch(
        Func<SessionState?, IEnumerable<PlacedBody>> decide, Func<SessionState, IEnumerable<PlacedBody>> follow)
    {
        var batch = new List<(NewEntry Entry, JournalEntry Numbered, SessionState After)>();
        var (tip, seq, now) = (state, state?.Seq ?? 0, Later(clock.GetUtcNow(), state?.Time));
        for (var bodies = decide(tip).ToList(); bodies.Count > 0; bodies = follow(tip!).ToList())
        {
            foreach (var (place, body, blobs) in bodies)
            {
                var numbered = new JournalEntry(++seq, Id, now, place.Phase, place.StepOrNull, body);
                tip = fold(tip, numbered);
                batch.Add((new NewEntry(now, place.Phase, place.StepOrNull, body, blobs), numbered, tip));
            }
        }

        return batch;
    }

    private async Task AppendNow(List<(NewEntry Entry, JournalEntry Numbered, SessionState After)> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        if (await Write(state?.Seq ?? 0, batch.ConvertAll(written => written.Entry)) is not AppendResult.Appended)
        {
            throw new OwnershipLostException(Id);
        }

        foreach (var (_, numbered, after) in batch)
        {
            Volatile.Write(ref state, after);
            feed.Publish(new FeedItem.Entry(numbered, after));
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
