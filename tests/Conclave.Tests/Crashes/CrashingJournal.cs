using Conclave.Engine.Journal;

namespace Conclave.Tests.Crashes;

/// <summary>
/// A process's door to the journal. Each append has three places: <c>before</c> (nothing is durable), <c>inside</c> (it is durable and the process never
/// learns it) and <c>after</c> (the process knows, and dies before it does the next thing that lasts).
/// </summary>
internal sealed class CrashingJournal(IJournal inner, World world, Life life) : IJournal
{
    public async Task<long> Acquire(SessionId session, string owner, CancellationToken cancel)
    {
        await life.Pass("acquire:before");
        var epoch = await inner.Acquire(session, owner, cancel);
        await life.Pass("acquire:inside");
        return epoch;
    }

    public async Task<AppendResult> Append(SessionId session, long epoch, long expectedSequence, IReadOnlyList<NewEntry> entries, CancellationToken cancel)
    {
        var name = $"append:{string.Join('+', entries.Select(entry => entry.Body.Kind().Split('/')[0]).Distinct(StringComparer.Ordinal))}";
        if (!life.Visit($"{name}:before"))
        {
            return await life.Late(() => inner.Append(session, epoch, expectedSequence, entries, cancel));
        }

        var result = await inner.Append(session, epoch, expectedSequence, entries, cancel);
        if (result is AppendResult.Appended appended)
        {
            world.Wrote(appended.LastSeq, entries);
        }

        await life.Pass($"{name}:inside");
        await life.Pass($"{name}:after");
        return result;
    }

    public Task Send(SessionId session, Signal signal, CancellationToken cancel) => inner.Send(session, signal, cancel);

    public Task<IReadOnlyList<Signal>> Inbox(SessionId session, CancellationToken cancel) => inner.Inbox(session, cancel);

    public IAsyncEnumerable<Signal> Signals(SessionId session, CancellationToken cancel) => inner.Signals(session, cancel);

    public IAsyncEnumerable<JournalEntry> Read(SessionId session, long after, CancellationToken cancel) => inner.Read(session, after, cancel);

    public IAsyncEnumerable<JournalEntry> Follow(SessionId session, long after, CancellationToken cancel) => inner.Follow(session, after, cancel);

    public Task<IReadOnlyList<SessionSummary>> List(SessionQuery query, CancellationToken cancel) => inner.List(query, cancel);

    public Task<Blob?> ReadBlob(BlobId id, CancellationToken cancel) => inner.ReadBlob(id, cancel);
}
