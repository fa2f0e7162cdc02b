using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;

namespace Conclave.Workspace.Sandbox;

/// <summary>
/// The directory of one sandbox of one process, <c>[pid]-[start time]-[number]</c>, with the trees and the files of its runs. What processes that are
/// gone left behind is deleted when the next one opens its own.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class SandboxHome : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OthersPass = OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const UnixFileMode OthersRead = OthersPass | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private static int opened;
    private readonly string path;
    private int made;

    private SandboxHome(string path) => this.path = path;

    /// <summary>Makes one below the directory of the options, or below the other one for root.</summary>
    /// <exception cref="IOException">The directory can't be made.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it.</exception>
    public static SandboxHome Open(SandboxOptions options, bool root)
    {
        var parent = System.IO.Path.GetFullPath(root && !CanBeReached(options.Directory) ? options.RootDirectory : options.Directory);
        MakeParents(parent);
        Make(parent, OthersPass);
        Sweep(parent);
        var self = ProcessTable.Read(Environment.ProcessId) ?? throw new IOException("/proc does not show this process");
        var name = string.Create(CultureInfo.InvariantCulture, $"{self.Pid}-{self.StartTime}-{Interlocked.Increment(ref opened)}");
        return new SandboxHome(Make(System.IO.Path.Combine(parent, name), OthersPass));
    }

    /// <summary>A new empty tree.</summary>
    public SandboxTree CreateTree() => new(Make(Next("tree"), OwnerOnly));

    /// <summary>A new directory for the files of one run; the user of the run can pass through it, not list it.</summary>
    public string CreateRunDirectory() => Make(Next("run"), OthersPass);

    /// <summary>Makes a directory that every user can read, whatever the umask is.</summary>
    public static string MakeReadable(string directory) => Make(directory, OthersRead);

    /// <summary>Deletes a directory with everything in it; links are deleted, never followed. What resists is left for the next sweep.</summary>
    public static void Remove(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (Directory.Exists(path))
            {
                RemoveStubborn(path);
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => Remove(path);

    // Paths longer than the kernel takes, names that are not UTF-8 and directories without any right: rm can, .NET can't.
    private static void RemoveStubborn(string path)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "chmod -R u+rwX -- \"$1\" 2>/dev/null; rm -rf -- \"$1\" 2>/dev/null", "remove", path]);
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/bin:/bin";
        using var process = Process.Start(start);
        process?.WaitForExit();
    }

    private static void Sweep(string parent)
    {
        foreach (var directory in Directory.EnumerateDirectories(parent))
        {
            var name = System.IO.Path.GetFileName(directory).Split('-');
            if (name.Length == 3
                && int.TryParse(name[0], CultureInfo.InvariantCulture, out var pid)
                && long.TryParse(name[1], CultureInfo.InvariantCulture, out var startTime)
                && ProcessTable.Read(pid)?.StartTime != startTime)
            {
                Remove(directory);
            }
        }
    }

    private static bool CanBeReached(string directory)
    {
        for (var above = Directory.GetParent(System.IO.Path.GetFullPath(directory)); above is not null; above = above.Parent)
        {
            if (above.Exists && !above.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
            {
                return false;
            }
        }

        return true;
    }

    private static void MakeParents(string directory)
    {
        if (Directory.GetParent(directory) is { Exists: false } parent)
        {
            MakeParents(parent.FullName);
            Make(parent.FullName, OthersRead);
        }
    }

    private static string Make(string directory, UnixFileMode mode)
    {
        Directory.CreateDirectory(directory);
        File.SetUnixFileMode(directory, mode);
        return directory;
    }

    private string Next(string kind) =>
        System.IO.Path.Combine(path, string.Create(CultureInfo.InvariantCulture, $"{kind}-{Interlocked.Increment(ref made)}"));
}
