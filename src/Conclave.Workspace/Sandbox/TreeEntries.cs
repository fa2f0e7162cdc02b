using System.IO.Enumeration;

namespace Conclave.Workspace.Sandbox;

/// <summary>Walks a tree without following a link.</summary>
internal static class TreeEntries
{
    private static readonly EnumerationOptions Everything = new()
    {
        AttributesToSkip = FileAttributes.None,
        RecurseSubdirectories = true,
        IgnoreInaccessible = true,
        MaxRecursionDepth = 128,
    };

    /// <summary>All entries below a directory but those of left-out directories, in no order.</summary>
    public static IEnumerable<TreeEntry> Below(string directory, Func<string, bool>? leaveOut = null) =>
        new FileSystemEnumerable<TreeEntry>(
            directory,
            (ref FileSystemEntry entry) => new TreeEntry(entry.ToFullPath(), IsLink(ref entry), entry.IsDirectory && !IsLink(ref entry)),
            Everything)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => leaveOut?.Invoke(entry.FileName.ToString()) != true,
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !IsLink(ref entry) && leaveOut?.Invoke(entry.FileName.ToString()) != true,
        };

    private static bool IsLink(ref FileSystemEntry entry) => entry.Attributes.HasFlag(FileAttributes.ReparsePoint);
}

/// <summary>One entry of a tree.</summary>
internal readonly record struct TreeEntry(string Path, bool IsLink, bool IsDirectory);
