using System.Collections.Immutable;
using Conclave.Engine.Execution;

namespace Conclave.Engine.Journal;

/// <summary>A whole session apart from any journal: its entries as they were stored, and every blob that they name. Pure data.</summary>
public sealed record SessionBundle(SessionId Id, ImmutableArray<StoredEntry> Entries, ImmutableSortedDictionary<string, Blob> Blobs)
{
    /// <summary>Takes a session as it stands now.</summary>
    /// <exception cref="JournalDamagedException">It is damaged; nothing that is damaged is handed on.</exception>
    public static async Task<SessionBundle> Of(ISessionArchive archive, SessionId session, CancellationToken cancel)
    {
        var entries = ImmutableArray.CreateBuilder<StoredEntry>();
        var blobs = ImmutableSortedDictionary.CreateBuilder<string, Blob>(StringComparer.Ordinal);
        await foreach (var entry in archive.ReadStored(session, cancel))
        {
            foreach (var id in entry.Read(session).Body.Blobs().Where(id => !blobs.ContainsKey(id.Value)))
            {
                blobs[id.Value] = await Required(archive, session, entry.Seq, id, cancel);
            }

            entries.Add(entry);
        }

        return new SessionBundle(session, entries.ToImmutable(), blobs.ToImmutable());
    }

    /// <summary>The first thing that is wrong with it: a gap, a hash, a body, a fold, a blob; null when nothing is.</summary>
    public JournalFinding? Check()
    {
        try
        {
            var named = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (entry, _) in Read())
            {
                foreach (var id in entry.Body.Blobs().Where(id => named.Add(id.Value)))
                {
                    if (!Blobs.TryGetValue(id.Value, out var blob))
                    {
                        return JournalFinding.BadBlob(Id, entry.Seq, id, BlobDamagedException.Missing);
                    }

                    if (BlobId.Of(blob.Content.Span) != id)
                    {
                        return JournalFinding.BadBlob(Id, entry.Seq, id, "has other bytes than its name says");
                    }
                }
            }

            _ = Entries.IsEmpty ? null : Summary();
            return (Entries.Length, Blobs.Keys.FirstOrDefault(name => !named.Contains(name))) switch
            {
                (0, _) => JournalFinding.BadEntry(Id, 1, "it is missing"),
                (_, { } stray) => new JournalFinding("CONC708", Id, null, $"blob {stray} is named by no entry", JournalFinding.RestoreFix),
                _ => null,
            };
        }
        catch (JournalDamagedException damaged)
        {
            return damaged.Finding;
        }
        catch (Exception error) when (SessionFold.IsOfBadEntry(error))
        {
            return JournalFinding.BadEntry(Id, 1, $"it lacks what its kind must have ({error.Message})");
        }
    }

    /// <summary>The first entry that does not fit those before it, whatever the blobs are; null when there is none.</summary>
    public JournalFinding? CheckEntries()
    {
        try
        {
            foreach (var _ in Read())
            {
                // Reading is the check.
            }

            return null;
        }
        catch (JournalDamagedException damaged)
        {
            return damaged.Finding;
        }
    }

    /// <summary>The entries with the state after each, their texts loaded.</summary>
    /// <exception cref="JournalDamagedException">An entry does not fit those before it.</exception>
    public IEnumerable<(JournalEntry Entry, SessionState State)> Read()
    {
        var chain = EntryChain.Of(Id);
        SessionState? state = null;
        foreach (var stored in Entries)
        {
            var entry = chain.Next(stored);
            foreach (var text in entry.Body.Texts().Where(text => !text.IsLoaded && Blobs.ContainsKey(text.Blob!.Value.Value)))
            {
                text.Load(Blobs[text.Blob!.Value.Value].Text);
            }

            state = SessionFold.ApplyStored(state, entry);
            yield return (entry, state);
        }
    }

    /// <summary>The summary: the fold of the entries, as a journal would hold it.</summary>
    public SessionSummary Summary() => Read().Aggregate((SessionSummary?)null, (summary, pair) => SessionSummary.Apply(summary, pair.Entry))!;

    /// <summary>Whether every byte is the same.</summary>
    public bool IsSame(SessionBundle other) =>
        Id == other.Id && Entries.Length == other.Entries.Length && Entries.Zip(other.Entries).All(pair => pair.First.IsSame(pair.Second));

    private static async Task<Blob> Required(IJournal journal, SessionId session, long seq, BlobId id, CancellationToken cancel)
    {
        try
        {
            return await journal.RequireBlob(id, cancel);
        }
        catch (BlobDamagedException damaged)
        {
            throw new JournalDamagedException(JournalFinding.BadBlob(session, seq, id, damaged.What));
        }
    }
}
