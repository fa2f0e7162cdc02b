using Conclave.Engine.Execution;
using Conclave.Workspace.Files;

namespace Conclave.Workspace.Delivery;

/// <summary>
/// Where a session's result may lie: the directory that was asked for, or one beside it when that one is taken; and the directory beside them where
/// it is made ready. All are on one file system, so that a move is one step.
/// </summary>
internal sealed class DeliveryPlaces
{
    public DeliveryPlaces(SessionState state)
    {
        Wanted = Path.TrimEndingDirectorySeparator(Path.GetFullPath(state.OutputDirectory));
        Parent = Path.GetDirectoryName(Wanted) ?? "";
        Beside = $"{Wanted}-{state.Id}";
        Staging = Path.Combine(Parent, $".{Path.GetFileName(Wanted)}.conclave-{state.Id}");
    }

    /// <summary>What the user asked for.</summary>
    public string Wanted { get; }

    /// <summary>What is taken when the wanted directory is not empty.</summary>
    public string Beside { get; }

    /// <summary>Where the result is made ready. Only a delivery of this session uses the name.</summary>
    public string Staging { get; }

    /// <summary>The folder that all of them lie in; empty when the file system's root was asked for.</summary>
    public string Parent { get; }

    /// <summary>Whether this very commit was delivered to a directory. It reads two small files and runs nothing there; a link is not looked through.</summary>
    public static bool Holds(string directory, string commit) =>
        IsDirectory(directory) && IsDirectory(Path.Combine(directory, ".git"))
        && Reads(Path.Combine(directory, ".git", "refs", "heads", "main")) == commit;

    /// <summary>Whether a directory has anything that a delivery could have left.</summary>
    public static bool MayHold(string directory) => IsDirectory(Path.Combine(directory, ".git"));

    /// <summary>Moves what is ready to its place, if there is nothing or an empty directory.</summary>
    /// <returns>False when the place is taken.</returns>
    public bool TryMove(string to)
    {
        if (!OperatingSystem.IsWindows() && IsEmptyDirectory(to))
        {
            // What the user made keeps its mode.
            File.SetUnixFileMode(Staging, File.GetUnixFileMode(to));
        }

        try
        {
            Move(to);
            return true;
        }
        catch (IOException error) when (error.HResult is LinuxCalls.Exists or LinuxCalls.NotEmpty or LinuxCalls.NotADirectory)
        {
            return false;
        }
        catch (IOException) when (!OperatingSystem.IsLinux() && Path.Exists(to))
        {
            return false;
        }
    }

    /// <summary>Removes what an earlier delivery of this session left. A link in its place is removed itself, not what it leads to.</summary>
    public void Clear()
    {
        if (Parent.Length == 0)
        {
            return;
        }

        if (new FileInfo(Staging) is { LinkTarget: not null } or { Exists: true })
        {
            File.Delete(Staging);
        }
        else if (Directory.Exists(Staging))
        {
            Directory.Delete(Staging, recursive: true);
        }
    }

    private void Move(string to)
    {
        if (OperatingSystem.IsLinux())
        {
            LinuxCalls.Rename(Staging, to);
            LinuxCalls.FlushDirectory(Parent);
            return;
        }

        if (IsDirectory(to))
        {
            // Fails unless it is empty.
            Directory.Delete(to);
        }

        Directory.Move(Staging, to);
    }

    private static bool IsEmptyDirectory(string path)
    {
        try
        {
            return IsDirectory(path) && !Directory.EnumerateFileSystemEntries(path).Any();
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool IsDirectory(string path) => Directory.Exists(path) && new DirectoryInfo(path).LinkTarget is null;

    private static string? Reads(string file) => new FileInfo(file) is { Exists: true, LinkTarget: null, Length: < 100 } ? File.ReadAllText(file).Trim() : null;
}
