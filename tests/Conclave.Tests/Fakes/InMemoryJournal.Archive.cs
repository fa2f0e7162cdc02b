using Conclave.Engine.Journal;

namespace Conclave.Tests.Fakes;

public sealed partial class InMemoryJournal
{
    public Task<ImportResult> Import(SessionBundle bundle, CancellationToken cancel)
    {
        var summary = bundle.Summary();
        lock (gate)
        {
            var to = Get(bundle.Id);
            if (to.LastSeq > 0)
            {
                return Task.FromResult<ImportResult>(to.Rows.Count == bundle.Entries.Length && to.Rows.Zip(bundle.Entries).All(pair => pair.First.IsSame(pair.Second))
                    ? new ImportResult.Identical()
                    : new ImportResult.Occupied(to.LastSeq));
            }

            foreach (var blob in bundle.Blobs.Values)
            {
                blobs[blob.Id] = blob;
            }

            foreach (var entry in bundle.Entries)
            {
                to.Add(entry, 0);
            }

            to.Summary = summary;
        }

        return Task.FromResult<ImportResult>(new ImportResult.Imported());
    }

    /// <summary>Changes a stored row, or takes it out, as a failing disk would.</summary>
    public void Spoil(SessionId session, long seq, Func<StoredEntry, StoredEntry?> change)
    {
        lock (gate)
        {
            var rows = Get(session).Rows;
            var at = rows.FindIndex(row => row.Seq == seq);
            var row = change(rows[at]);
            rows.RemoveAt(at);
            if (row is not null)
            {
                rows.Insert(at, row);
            }
        }
    }

    /// <summary>Changes a blob's bytes, or takes it out when there are none.</summary>
    public void Spoil(BlobId id, byte[]? content)
    {
        lock (gate)
        {
            blobs.Remove(id);
            if (content is not null)
            {
                blobs[id] = new Blob(id, content);
            }
        }
    }

    private async IAsyncEnumerable<(StoredEntry Row, JournalEntry Entry)> ReadRows(SessionId session, long after)
    {
        await Task.CompletedTask;
        List<StoredEntry> rows;
        EntryChain chain;
        (long Seq, ReadOnlyMemory<byte> Hash) head;
        lock (gate)
        {
            var from = Get(session);
            head = (from.LastSeq, from.LastHash);
            rows = [.. from.Rows.Where(row => row.Seq > after)];
            chain = new EntryChain(session, after, from.Rows.Find(row => row.Seq == after)?.Hash ?? EntryHash.Start);
        }

        if (after > head.Seq)
        {
            yield break;
        }

        foreach (var row in rows)
        {
            yield return (row, chain.Next(row));
        }

        chain.MustEndAt(head.Seq, head.Hash.Span);
    }
}
