using System.Runtime.CompilerServices;
using Conclave.Engine.Journal;

namespace Conclave.Tests.Fakes;

/// <summary>A journal in memory: the same contract as the durable ones, and entries go through their bytes, as they would on disk.</summary>
public sealed partial class InMemoryJournal : ISessionArchive
{
    private readonly Lock gate = new();
    private readonly Dictionary<SessionId, Session> sessions = [];
    private readonly Dictionary<BlobId, Blob> blobs = [];
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Called before and after every append with the entries' kinds; what it throws is what the owner sees.</summary>
    public Action<string, IReadOnlyList<NewEntry>> OnAppend { get; set; } = (_, _) => { };

    /// <summary>Whether an owner that was taken over is refused; a journal without it is broken, and tests must see that.</summary>
    public bool IsFenced { get; init; } = true;

    /// <summary>A session's rows as they would lie on disk.</summary>
    public IReadOnlyList<StoredRow> Rows(SessionId session)
    {
        lock (gate)
        {
            var from = Get(session);
            return [.. from.Rows.Select(row => new StoredRow(row.Seq, from.Epochs[row.Seq], row.Kind, row.Body.ToArray(), row.Hash.ToArray()))];
        }
    }

    public Task<long> Acquire(SessionId session, string owner, CancellationToken cancel)
    {
        lock (gate)
        {
            return Task.FromResult(++Get(session).Epoch);
        }
    }

    public Task<AppendResult> Append(SessionId session, long epoch, long expectedSequence, IReadOnlyList<NewEntry> entries, CancellationToken cancel)
    {
        OnAppend("before", entries);
        AppendResult result;
        lock (gate)
        {
            result = AppendLocked(Get(session), session, epoch, expectedSequence, entries);
        }

        Interlocked.Exchange(ref changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        OnAppend("after", entries);
        return Task.FromResult(result);
    }

    public Task Send(SessionId session, Signal signal, CancellationToken cancel)
    {
        lock (gate)
        {
            var inbox = Get(session).Inbox;
            if (!inbox.Exists(known => known.SignalId == signal.SignalId))
            {
                inbox.Add(signal);
            }
        }

        Interlocked.Exchange(ref changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<Signal>> Inbox(SessionId session, CancellationToken cancel)
    {
        lock (gate)
        {
            return Task.FromResult<IReadOnlyList<Signal>>([.. Get(session).Inbox]);
        }
    }

    public async IAsyncEnumerable<Signal> Signals(SessionId session, [EnumeratorCancellation] CancellationToken cancel)
    {
        for (var next = 0; ; next++)
        {
            Signal? signal;
            while (true)
            {
                var wait = Volatile.Read(ref changed).Task;
                lock (gate)
                {
                    signal = Get(session).Inbox.ElementAtOrDefault(next);
                }

                if (signal is not null)
                {
                    break;
                }

                await wait.WaitAsync(cancel);
            }

            yield return signal;
        }
    }

    public async IAsyncEnumerable<JournalEntry> Read(SessionId session, long after, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var (_, entry) in ReadRows(session, after))
        {
            yield return entry;
        }
    }

    public async IAsyncEnumerable<StoredEntry> ReadStored(SessionId session, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var (row, _) in ReadRows(session, 0))
        {
            yield return row;
        }
    }

    public async IAsyncEnumerable<JournalEntry> Follow(SessionId session, long after, [EnumeratorCancellation] CancellationToken cancel)
    {
        var last = after;
        while (true)
        {
            var wait = Volatile.Read(ref changed).Task;
            await foreach (var entry in Read(session, last, cancel))
            {
                last = entry.Seq;
                yield return entry;
            }

            await wait.WaitAsync(cancel);
        }
    }

    public Task<IReadOnlyList<SessionSummary>> List(SessionQuery query, CancellationToken cancel)
    {
        lock (gate)
        {
            return Task.FromResult<IReadOnlyList<SessionSummary>>(
            [
                .. sessions.Values
                    .Select(session => session.Summary)
                    .OfType<SessionSummary>()
                    .Where(summary => summary.Id.Value.StartsWith(query.IdPrefix ?? "", StringComparison.Ordinal))
                    .OrderByDescending(summary => summary.CreatedAt)
                    .ThenByDescending(summary => summary.Id.Value, StringComparer.Ordinal)
                    .Take(query.Limit),
            ]);
        }
    }

    public Task<Blob?> ReadBlob(BlobId id, CancellationToken cancel)
    {
        lock (gate)
        {
            return blobs.GetValueOrDefault(id) is { } blob && BlobId.Of(blob.Content.Span) != id
                ? throw new BlobDamagedException(id, "has other bytes than its name says")
                : Task.FromResult(blobs.GetValueOrDefault(id));
        }
    }

    private AppendResult AppendLocked(Session to, SessionId session, long epoch, long expectedSequence, IReadOnlyList<NewEntry> entries)
    {
        if (to.Epoch != epoch && IsFenced)
        {
            return new AppendResult.Fenced(to.Epoch);
        }

        if (to.LastSeq != expectedSequence && IsFenced)
        {
            return new AppendResult.SequenceMoved(to.LastSeq);
        }

        foreach (var entry in entries)
        {
            foreach (var blob in entry.AllBlobs())
            {
                blobs[blob.Id] = blob;
            }

            var numbered = new JournalEntry(to.LastSeq + 1, session, entry.Time, entry.Phase, entry.Step, entry.Body);
            var (kind, body) = (entry.Body.Kind(), entry.Body.ToBytes());
            to.Add(new StoredEntry(numbered.Seq, entry.Time, kind, entry.Phase, entry.Step, body, EntryHash.Of(to.LastHash.Span, numbered.Seq, kind, body)), epoch);
            to.Summary = SessionSummary.Apply(to.Summary, numbered);
        }

        return new AppendResult.Appended(to.LastSeq);
    }

    private Session Get(SessionId id) => sessions.TryGetValue(id, out var session) ? session : sessions[id] = new Session();

    private sealed class Session
    {
        public long Epoch { get; set; }

        public List<StoredEntry> Rows { get; } = [];

        public long LastSeq { get; private set; }

        public ReadOnlyMemory<byte> LastHash { get; private set; } = EntryHash.Start;

        public List<Signal> Inbox { get; } = [];

        public SessionSummary? Summary { get; set; }

        /// <summary>Who wrote each row, by its number.</summary>
        public Dictionary<long, long> Epochs { get; } = [];

        public void Add(StoredEntry row, long epoch)
        {
            Rows.Add(row);
            Epochs[row.Seq] = epoch;
            (LastSeq, LastHash) = (row.Seq, row.Hash);
        }
    }
}

/// <summary>A row of a journal: who wrote it, its exact bytes, and its link in the chain of hashes.</summary>
public sealed record StoredRow(long Seq, long Epoch, string Kind, byte[] Body, byte[] Hash);
