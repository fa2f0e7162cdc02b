using System.Collections.Immutable;
using Conclave.Engine.Journal;

namespace Conclave.Engine.Execution;

/// <summary>What changes of files come to when they follow each other.</summary>
public static class FileChanges
{
    /// <summary>A project's files after changes.</summary>
    public static ImmutableSortedDictionary<string, FileChange> After(this ImmutableSortedDictionary<string, FileChange> files, IEnumerable<FileChange> changes)
    {
        var after = files.ToBuilder();
        foreach (var change in changes)
        {
            if (change.Blob is null)
            {
                after.Remove(change.Path);
            }
            else
            {
                after[change.Path] = change;
            }
        }

        return after.ToImmutable();
    }

    /// <summary>Two changes as one; of two of the same file the later one counts.</summary>
    public static ImmutableArray<FileChange> Then(this ImmutableArray<FileChange> earlier, ImmutableArray<FileChange> later)
    {
        var changed = later.Select(change => change.Path).ToHashSet(StringComparer.Ordinal);
        return earlier.IsEmpty ? later : [.. earlier.Where(change => !changed.Contains(change.Path)), .. later];
    }
}
