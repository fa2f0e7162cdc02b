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

    /// <inheritdoc />
    public void Dispose()
    {
        if (OperatingSystem.IsLinux())
        {
            SandboxHome.Remove(Path);
        }
    }
}
