using System.Collections.Immutable;

namespace Conclave.Workspace.Sandbox;

/// <summary>
/// A directory that commands see as <c>/project</c>. It is made for them and deleted when disposed. Once a command has run, whatever lies in it is
/// hostile: links, pipes, names.
/// </summary>
public sealed class SandboxTree : IDisposable
{
    internal SandboxTree(string path) => Path = path;

    /// <summary>The directory on this machine, absolute.</summary>
    public string Path { get; }

    /// <summary>
    /// A directory that a command left in it, for other commands to read; the tree must live as long as they run. Null when there is no such directory, or
    /// something else stands in its place.
    /// </summary>
    /// <param name="directory">Relative to the tree.</param>
    /// <param name="at">Where commands see it.</param>
    /// <param name="scratch">See <see cref="SandboxLayer.Scratch"/>; made when they are not there.</param>
    internal SandboxLayer? Layer(string directory, string at, ImmutableArray<string> scratch)
    {
        var source = new DirectoryInfo(System.IO.Path.Combine(Path, directory));
        if (!OperatingSystem.IsLinux() || !source.Exists || source.LinkTarget is not null)
        {
            return null;
        }

        // Other commands may run as other users.
        const UnixFileMode everybody = UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        const UnixFileMode enter = UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(Path, File.GetUnixFileMode(Path) | enter);
        File.SetUnixFileMode(source.FullName, source.UnixFileMode | everybody | enter);
        foreach (var name in scratch.Select(name => System.IO.Path.Combine(source.FullName, name)).Where(name => !System.IO.Path.Exists(name)))
        {
            Directory.CreateDirectory(name);
        }

        foreach (var entry in TreeEntries.Below(source.FullName).Where(entry => !entry.IsLink))
        {
            var mode = File.GetUnixFileMode(entry.Path);
            File.SetUnixFileMode(entry.Path, mode | everybody | (mode.HasFlag(UnixFileMode.UserExecute) ? enter : UnixFileMode.None));
        }

        return new SandboxLayer(source.FullName, at) { Scratch = [.. scratch.Where(name => new DirectoryInfo(System.IO.Path.Combine(source.FullName, name)) is { Exists: true, LinkTarget: null })] };
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (OperatingSystem.IsLinux())
        {
            SandboxHome.Remove(Path);
        }
    }
}
