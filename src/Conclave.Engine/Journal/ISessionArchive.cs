namespace Conclave.Engine.Journal;

/// <summary>A journal out of which a session can be taken, and into which one can be put, exactly as it stands.</summary>
public interface ISessionArchive : IJournal
{
    /// <summary>All entries as they are stored, each checked against the chain.</summary>
    /// <exception cref="JournalDamagedException">A row does not fit the chain of hashes.</exception>
    IAsyncEnumerable<StoredEntry> ReadStored(SessionId session, CancellationToken cancel);

    /// <summary>Puts a session in, with all its entries and blobs, or nothing of it. The caller has checked it.</summary>
    Task<ImportResult> Import(SessionBundle bundle, CancellationToken cancel);
}

/// <summary>What became of an import.</summary>
public abstract record ImportResult
{
    private ImportResult()
    {
    }

    /// <summary>The session is here now.</summary>
    public sealed record Imported : ImportResult;

    /// <summary>The very same session was here already; nothing was written.</summary>
    public sealed record Identical : ImportResult;

    /// <summary>Another session, or another part of this one, has the id; nothing was written.</summary>
    public sealed record Occupied(long LastSeq) : ImportResult;
}
