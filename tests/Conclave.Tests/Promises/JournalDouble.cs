using Conclave.Engine.Journal;

namespace Conclave.Tests.Promises;

/// <summary>A journal that does what another one does, except for what a broken one overrides.</summary>
internal abstract class JournalDouble(IJournal inner) : IJournal
{
    protected IJournal Inner { get; } = inner;

    public virtual Task<long> Acquire(SessionId session, string owner, CancellationToken cancel) => Inner.Acquire(session, owner, cancel);

    public virtual Task<AppendResult> Append(SessionId session, long epoch, long expectedSequence, IReadOnlyList<NewEntry> entries, CancellationToken cancel) =>
        Inner.Append(session, epoch, expectedSequence, entries, cancel);

    public virtual Task Send(SessionId session, Signal signal, CancellationToken cancel) => Inner.Send(session, signal, cancel);

    public virtual Task<IReadOnlyList<Signal>> Inbox(SessionId session, CancellationToken cancel) => Inner.Inbox(session, cancel);

    public virtual IAsyncEnumerable<Signal> Signals(SessionId session, CancellationToken cancel) => Inner.Signals(session, cancel);

    public virtual IAsyncEnumerable<JournalEntry> Read(SessionId session, long after, CancellationToken cancel) => Inner.Read(session, after, cancel);

    public virtual IAsyncEnumerable<JournalEntry> Follow(SessionId session, long after, CancellationToken cancel) => Inner.Follow(session, after, cancel);

    public virtual Task<IReadOnlyList<SessionSummary>> List(SessionQuery query, CancellationToken cancel) => Inner.List(query, cancel);

    public virtual Task<Blob?> ReadBlob(BlobId id, CancellationToken cancel) => Inner.ReadBlob(id, cancel);
}

/// <summary>A whole journal under which the process dies at one append: before it reaches the disk, or after it did and before anybody knows.</summary>
internal sealed class MortalJournal(IJournal inner) : JournalDouble(inner)
{
    private int left = int.MaxValue;

    /// <summary>Every append counts twice: before and after.</summary>
    public void DieAfter(int points) => left = points;

    public void Live() => left = int.MaxValue;

    public override async Task<AppendResult> Append(SessionId session, long epoch, long expectedSequence, IReadOnlyList<NewEntry> entries, CancellationToken cancel)
    {
        Step();
        var result = await Inner.Append(session, epoch, expectedSequence, entries, cancel);
        Step();
        return result;
    }

    private void Step()
    {
        if (left != int.MaxValue && Interlocked.Decrement(ref left) < 0)
        {
            throw new IOException("killed");
        }
    }
}
