using System.Collections.Immutable;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Workspace.Delivery;
using Conclave.Workspace.Files;

namespace Conclave.Workspace.Git;

/// <summary>The commits that a session's accepted changes make: one for each step, in the order in which they were accepted. Pure.</summary>
internal static class SessionHistory
{
    /// <summary>The commits; none when nothing was accepted. A step whose files are all held back, or change nothing, has its commit too.</summary>
    /// <param name="published">What was published on the way, whose commits are part of the history; null for nothing.</param>
    public static ImmutableArray<HistoryCommit> Of(SessionState state, PublishedReport? published = null)
    {
        var commits = ImmutableArray.CreateBuilder<HistoryCommit>();
        var files = ImmutableSortedDictionary.Create<string, FileChange>(StringComparer.Ordinal);
        var before = DeliveredFiles.Of([]);
        var (agreed, added) = (ImmutableHashSet<string>.Empty, ImmutableSortedDictionary.Create<string, BlobId>(StringComparer.Ordinal));
        foreach (var (index, change) in state.Changes.Index())
        {
            files = files.After(change.Files);
            var delivered = DeliveredFiles.Of(files.Values, agreed);
            var paths = change.Files.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
            var heldBack = delivered.HeldBack.Where(held => paths.Contains(held.Change.Path)).ToImmutableArray();
            var message = CommitMessage.Of(state, change, before.Kept, heldBack);
            commits.Add(new HistoryCommit(CommitMessage.Author(change), change.Time, message, Blobs(delivered.Kept.Values).SetItems(added)) { IsChange = true });
            before = delivered;
            if (index + 1 == published?.Changes)
            {
                commits.AddRange(published.Commits(files.Values));
                agreed = [.. published.Agreed];
                added = added.Add(DeliveredFiles.Report, published.Blob.Id);
                before = DeliveredFiles.Of(files.Values, agreed);
            }
        }

        return commits.ToImmutable();
    }

    /// <summary>Files by their paths, as a commit holds them.</summary>
    public static ImmutableSortedDictionary<string, BlobId> Blobs(IEnumerable<FileChange> files) =>
        files.ToImmutableSortedDictionary(file => file.Path, file => file.Blob!.Value, StringComparer.Ordinal);
}
