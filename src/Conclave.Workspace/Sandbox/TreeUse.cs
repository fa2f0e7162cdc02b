using System.IO.Enumeration;
using System.Runtime.Versioning;

namespace Conclave.Workspace.Sandbox;

/// <summary>How much lies in a tree while hostile code is at work in it.</summary>
[SupportedOSPlatform("linux")]
internal static class TreeUse
{
    // Links are counted, never followed. What can't be entered stays uncounted: the machine's reserve holds for that.
    private static readonly EnumerationOptions Options = new() { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.None, MaxRecursionDepth = 100 };

    /// <summary>The number of entries, counted up to one more than a limit, and the lengths of the files among them.</summary>
    public static (int Entries, long Bytes) Of(string tree, int maxEntries)
    {
        var (entries, bytes) = (0, 0L);
        try
        {
            var found = new FileSystemEnumerable<long>(tree, (ref FileSystemEntry entry) => entry.IsDirectory ? 0 : entry.Length, Options)
            {
                ShouldRecursePredicate = (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
            };
            foreach (var length in found.Take(maxEntries + 1))
            {
                entries++;
                bytes += length;
            }
        }
        catch (IOException)
        {
            // It changes while it is looked at.
        }

        return (entries, bytes);
    }
}
