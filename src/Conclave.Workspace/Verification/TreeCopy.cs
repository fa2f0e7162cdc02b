using System.Runtime.Versioning;
using Conclave.Workspace.Sandbox;

namespace Conclave.Workspace.Verification;

/// <summary>Copies a project into a tree of the sandbox, so that nothing that runs there can touch the project itself.</summary>
[SupportedOSPlatform("linux")]
internal static class TreeCopy
{
    private const UnixFileMode Plain = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable = Plain | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Copies files and directories; repositories stay behind, and so do links, pipes and the like.</summary>
    /// <param name="isWanted">Whether a file, relative to the project, is copied; null for all.</param>
    /// <returns>How many entries stayed behind that are no repository.</returns>
    public static int Copy(string from, SandboxTree to, CancellationToken cancel, Func<string, bool>? isWanted = null)
    {
        var leftOut = 0;
        foreach (var entry in TreeEntries.Below(from, name => name == ".git"))
        {
            cancel.ThrowIfCancellationRequested();
            var name = Path.GetRelativePath(from, entry.Path);
            var target = Path.Combine(to.Path, name);
            if (!entry.IsDirectory && isWanted?.Invoke(name) == false)
            {
                continue;
            }

            if (entry.IsDirectory)
            {
                Directory.CreateDirectory(target, Executable);
            }
            else if (entry.IsLink || !CopyFile(entry.Path, target))
            {
                leftOut++;
            }
        }

        return leftOut;
    }

    private static bool CopyFile(string from, string to)
    {
        using var handle = Libc.OpenToRead(from);
        if (handle.IsInvalid)
        {
            return false;
        }

        using var source = new FileStream(handle, FileAccess.Read);
        if (!source.CanSeek)
        {
            return false;
        }

        var mode = File.GetUnixFileMode(handle).HasFlag(UnixFileMode.UserExecute) ? Executable : Plain;
        using var target = new FileStream(to, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode });
        source.CopyTo(target);
        return true;
    }
}
