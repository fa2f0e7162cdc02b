using System.Text.Json;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution;

namespace Conclave.Engine.Journal;

/// <summary>An entry exactly as it is stored: the bytes that are hashed, not what one version of the program reads out of them.</summary>
/// <param name="Body">JSON, on one line.</param>
/// <param name="Hash">Its link of the chain (<see cref="EntryHash"/>).</param>
public sealed record StoredEntry(
    long Seq,
    DateTimeOffset Time,
    string Kind,
    PhaseId? Phase,
    string? Step,
    ReadOnlyMemory<byte> Body,
    ReadOnlyMemory<byte> Hash)
{
    /// <summary>What it says.</summary>
    /// <exception cref="JsonException">The kind is not known to this version, or the bytes don't fit it.</exception>
    public JournalEntry Read(SessionId session) => new(Seq, session, Time, Phase, Step, EntryBody.Read(Kind, Body.Span));

    /// <summary>Whether every byte is the same.</summary>
    public bool IsSame(StoredEntry other) =>
        (Seq, Time, Kind, Phase, Step) == (other.Seq, other.Time, other.Kind, other.Phase, other.Step)
        && Body.Span.SequenceEqual(other.Body.Span)
        && Hash.Span.SequenceEqual(other.Hash.Span);
}

/// <summary>Goes along a session's entries in their order and refuses the first one that does not fit those before it. Mutable; for one reader.</summary>
/// <param name="lastSeq">The number of the entry before the first one that comes; 0 for the beginning.</param>
/// <param name="lastHash">The hash of that entry.</param>
public sealed class EntryChain(SessionId session, long lastSeq, ReadOnlyMemory<byte> lastHash)
{
    /// <summary>The number of the last entry that fitted.</summary>
    public long LastSeq { get; private set; } = lastSeq;

    /// <summary>Its hash.</summary>
    public ReadOnlyMemory<byte> LastHash { get; private set; } = lastHash;

    /// <summary>The chain of a whole session.</summary>
    public static EntryChain Of(SessionId session) => new(session, 0, EntryHash.Start);

    /// <summary>The next entry, read.</summary>
    /// <exception cref="JournalDamagedException">There is a gap, its bytes don't fit its hash, or it can't be read.</exception>
    public JournalEntry Next(StoredEntry entry)
    {
        if (entry.Seq != LastSeq + 1)
        {
            throw new JournalDamagedException(session, LastSeq + 1, entry.Seq > LastSeq ? "it is missing" : "another entry with a smaller number stands in its place");
        }

        if (!EntryHash.Of(LastHash.Span, entry.Seq, entry.Kind, entry.Body.Span).AsSpan().SequenceEqual(entry.Hash.Span))
        {
            throw new JournalDamagedException(session, entry.Seq, "its bytes do not fit its hash");
        }

        (LastSeq, LastHash) = (entry.Seq, entry.Hash);
        try
        {
            var read = entry.Read(session);
            // What its blobs are can only be said of a body that is whole.
            _ = read.Body.Blobs().Count();
            return read;
        }
        catch (JsonException error)
        {
            throw new JournalDamagedException(session, entry.Seq, error.Message);
        }
        catch (Exception error) when (SessionFold.IsOfBadEntry(error))
        {
            throw new JournalDamagedException(session, entry.Seq, $"it lacks what its kind must have ({error.Message})");
        }
    }

    /// <summary>Checks that the session ends here.</summary>
    /// <param name="seq">The number of the last entry as it was noted elsewhere.</param>
    /// <param name="hash">Its hash as it was noted there.</param>
    /// <exception cref="JournalDamagedException">Entries are missing at the end, or there are more than were ever written.</exception>
    public void MustEndAt(long seq, ReadOnlySpan<byte> hash)
    {
        if (LastSeq != seq)
        {
            throw new JournalDamagedException(session, Math.Min(LastSeq, seq) + 1, LastSeq < seq ? $"it is missing, and the record should end with entry {seq}" : $"the record should end with entry {seq}");
        }

        if (!LastHash.Span.SequenceEqual(hash))
        {
            throw new JournalDamagedException(session, seq, "it is another one than was written last");
        }
    }
}
