using System.Collections.Immutable;
using Conclave.Engine.Journal;

namespace Conclave.Engine.Execution;

/// <summary>
/// Puts the session's files and git history where the user wants them. It is an interface because the Engine may not know the file system.
/// Doing it twice must be the same as doing it once.
/// </summary>
public interface IProjectDelivery
{
    /// <summary>Whether this very result lies there already; null when not.</summary>
    Task<DeliveryReceipt?> Probe(DeliveryOrder order, CancellationToken cancel);

    /// <summary>Delivers all or nothing.</summary>
    Task<DeliveryReceipt> Deliver(DeliveryOrder order, CancellationToken cancel);
}

/// <summary>What to deliver.</summary>
/// <param name="State">The session with all its accepted files.</param>
/// <param name="Ending">How it ends: the mark that the result bears.</param>
/// <param name="Time">The time that everything made here bears, the same after a restart.</param>
public sealed record DeliveryOrder(SessionState State, EntryBody Ending, DateTimeOffset Time, Func<BlobId, CancellationToken, Task<Blob>> ReadBlob);

/// <summary>What was delivered.</summary>
/// <param name="Directory">Where it lies; null when there was nothing to deliver.</param>
/// <param name="Commit">The newest commit.</param>
/// <param name="HeldBack">Files that would act on the user's machine by being opened or pushed, and wait for the user's consent.</param>
/// <param name="Notes">What the user should know, such as another directory than was asked for.</param>
public sealed record DeliveryReceipt(string? Directory, string? Commit, int Files, ImmutableArray<string> HeldBack, ImmutableArray<string> Notes)
{
    /// <summary>Why each file of <see cref="HeldBack"/> is held back, in its order, as the rest of a sentence that begins with its path; empty in older journals.</summary>
    public ImmutableArray<string> HeldBackReasons { get; init; } = [];

    /// <summary>The branch on which the result lies, where it went into a repository that was there; null for a project of its own.</summary>
    public string? Branch { get; init; }

    /// <summary>What the branch changes, as a bounded diff; null for a project of its own.</summary>
    public string? Diff { get; init; }
}
