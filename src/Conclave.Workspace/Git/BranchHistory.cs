using System.Collections.Immutable;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Workspace.Files;

namespace Conclave.Workspace.Git;

/// <summary>
/// The commits that a session makes on top of a repository that was there: one for each accepted step that changes something. The first change of such a
/// session is the repository itself, as it was read. Pure.
/// </summary>
internal static class BranchHistory
{
    /// <summary>The commits, and the files that they leave out because they would act on being opened or pushed.</summary>
    public static (ImmutableArray<BranchCommit> Commits, ImmutableArray<HeldBackFile> HeldBack) Of(SessionState state)
    {
        var commits = ImmutableArray.CreateBuilder<BranchCommit>();
        var heldBack = new SortedDictionary<string, HeldBackFile>(StringComparer.Ordinal);
        var files = state.Changes.FirstOrDefault()?.Files.Where(file => file.Blob is not null).ToImmutableDictionary(file => file.Path, StringComparer.Ordinal) ?? ImmutableDictionary<string, FileChange>.Empty;
        foreach (var change in state.Changes.Skip(1))
        {
            var before = files;
            var held = DeliveredFiles.Of(change.Files.Where(file => file.Blob is not null)).HeldBack.Where(file => PathPolicy.Check(file.Change.Path) is not null || RiskyFiles.Of(file.Change.Path) is { Moment: RiskMoment.Opened }).ToImmutableArray();
            var left = held.Select(file => file.Change.Path).ToHashSet(StringComparer.Ordinal);
            foreach (var file in held)
            {
                heldBack[file.Change.Path] = file;
            }

            var changes = ImmutableSortedDictionary.CreateBuilder<string, BlobId?>(StringComparer.Ordinal);
            foreach (var file in change.Files.Where(file => !left.Contains(file.Path)))
            {
                changes[file.Path] = file.Blob;
                files = file.Blob is null ? files.Remove(file.Path) : files.SetItem(file.Path, file);
            }

            var real = changes.Where(file => before.GetValueOrDefault(file.Key)?.Blob != file.Value).ToImmutableSortedDictionary(StringComparer.Ordinal);
            if (!real.IsEmpty)
            {
                commits.Add(new BranchCommit(CommitMessage.Author(change), change.Time, CommitMessage.Of(state, change, before, held), real));
            }
        }

        return (commits.ToImmutable(), [.. heldBack.Values]);
    }
}
