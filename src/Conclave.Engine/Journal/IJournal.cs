namespace Conclave.Engine.Journal;

/// <summary>
/// The append-only record of all sessions. One process owns a session at a time; the epoch, raised by every <see cref="Acquire"/>,
/// fences off an owner that was only slow. Implementations are thread-safe.
/// </summary>
public interface IJournal
{
    /// <summary>Takes a session (an unknown one comes into being, without entries) and returns the new epoch.</summary>
    Task<long> Acquire(SessionId session, string owner, CancellationToken cancel);

    /// <summary>
    /// Appends all entries or none, durably, with their blobs and the session's summary. The numbers go on from
    /// <paramref name="expectedSequence"/>. Once the write has begun, cancelling has no effect.
    /// </summary>
    Task<AppendResult> Append(SessionId session, long epoch, long expectedSequence, IReadOnlyList<NewEntry> entries, CancellationToken cancel);

    /// <summary>Puts a wish into the session's inbox; the same id twice is one wish.</summary>
    Task Send(SessionId session, Signal signal, CancellationToken cancel);

    /// <summary>The wishes that are in the inbox now, in the order they came, those that were folded in included.</summary>
    Task<IReadOnlyList<Signal>> Inbox(SessionId session, CancellationToken cancel);

    /// <summary>The same, and then those to come, also from other processes, until cancelled.</summary>
    IAsyncEnumerable<Signal> Signals(SessionId session, CancellationToken cancel);

    /// <summary>The entries after a number, to the newest one. Long texts are not loaded.</summary>
    /// <exception cref="JournalDamagedException">A row does not fit the chain of hashes, or rows are missing at the end.</exception>
    IAsyncEnumerable<JournalEntry> Read(SessionId session, long after, CancellationToken cancel);

    /// <summary>The same, and then those to come, until cancelled.</summary>
    IAsyncEnumerable<JournalEntry> Follow(SessionId session, long after, CancellationToken cancel);

    /// <summary>The summaries, newest session first.</summary>
    Task<IReadOnlyList<SessionSummary>> List(SessionQuery query, CancellationToken cancel);

    /// <summary>A blob's bytes; null when there is none of this name.</summary>
    /// <exception cref="BlobDamagedException">Its bytes are not those that its name stands for.</exception>
    Task<Blob?> ReadBlob(BlobId id, CancellationToken cancel);
}

/// <summary>Which sessions to list.</summary>
/// <param name="IdPrefix">Only those whose id starts so; null for all.</param>
/// <param name="Limit">At most so many.</param>
public sealed record SessionQuery(string? IdPrefix = null, int Limit = 100);

/// <summary>What became of an append.</summary>
public abstract record AppendResult
{
    private AppendResult()
    {
    }

    /// <summary>All entries are durable; the last has this number.</summary>
    public sealed record Appended(long LastSeq) : AppendResult;

    /// <summary>Another owner has taken the session; nothing was written.</summary>
    public sealed record Fenced(long CurrentEpoch) : AppendResult;

    /// <summary>The session's last number is another one; nothing was written.</summary>
    public sealed record SequenceMoved(long LastSeq) : AppendResult;
}

/// <summary>A row of a session does not fit the chain of hashes, or can't be read; the session must not go on from here.</summary>
public sealed class JournalDamagedException(JournalFinding finding) : Exception(finding.ToString())
{
    /// <summary>An entry that is missing, changed or unreadable.</summary>
    public JournalDamagedException(SessionId session, long seq, string what)
        : this(JournalFinding.BadEntry(session, seq, what))
    {
    }

    /// <summary>What was found, and where.</summary>
    public JournalFinding Finding { get; } = finding;

    /// <summary>The damaged session.</summary>
    public SessionId Session { get; } = finding.Session!.Value;

    /// <summary>The first entry that can't be trusted.</summary>
    public long Seq { get; } = finding.Entry ?? 0;
}

/// <summary>A blob that an entry names is missing or has other bytes than its name says.</summary>
public sealed class BlobDamagedException(BlobId blob, string what) : Exception($"CONC705 blob {blob} {what}")
{
    /// <summary>What is said of a blob that is not there.</summary>
    public const string Missing = "is missing";

    /// <summary>The blob.</summary>
    public BlobId Blob { get; } = blob;

    /// <summary>What is wrong with it.</summary>
    public string What { get; } = what;
}

/// <summary>The journal can't be written or read (disk full, I/O error). Nothing is retried: the process must stop and recover from disk.</summary>
public sealed class JournalUnavailableException(string message, Exception inner) : Exception($"CONC703 {message}", inner);
