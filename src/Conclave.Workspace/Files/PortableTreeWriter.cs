namespace Conclave.Workspace.Files;

/// <summary>
/// The way of other systems: a new file never replaces or follows anything, and each folder was made by us in a directory that was fresh. Someone
/// who swaps a folder for a link meanwhile is not noticed; <see cref="LinuxTreeWriter"/> notices.
/// </summary>
internal sealed class PortableTreeWriter : ITreeWriter
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable = Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly string root;

    public PortableTreeWriter(string directory)
    {
        root = directory;
        MakeNew(directory);
    }

    public void MakeFolder(string path)
    {
        MakeNew(InRoot(path));
        SetMode(InRoot(path), Executable);
    }

    public void WriteFile(string path, ReadOnlySpan<byte> content, bool program)
    {
        using (var file = new FileStream(InRoot(path), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            file.Write(content);
        }

        SetMode(InRoot(path), program ? Executable : Readable);
    }

    public void Dispose()
    {
        // Nothing is held.
    }

    private string InRoot(string path) => Path.Combine(root, path);

    private static void MakeNew(string directory)
    {
        if (Path.Exists(directory) || new FileInfo(directory).LinkTarget is not null)
        {
            throw new IOException($"`{directory}` exists already");
        }

        Directory.CreateDirectory(directory);
    }

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }
}
