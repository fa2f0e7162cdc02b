using System.Collections.Immutable;
using Conclave.Engine.Journal;

namespace Conclave.Workspace.Git;

/// <summary>A commit before git knows it. Its id is a function of these and of the commits before it.</summary>
/// <param name="Time">Of author and committer, in whole seconds of UTC.</param>
/// <param name="Tree">All files of the project after it.</param>
internal sealed record HistoryCommit(Signature Author, DateTimeOffset Time, string Message, ImmutableSortedDictionary<string, BlobId> Tree)
{
    /// <summary>Whether it holds an accepted change, and not what Conclave adds by itself.</summary>
    public bool IsChange { get; init; }
}
