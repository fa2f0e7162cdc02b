using Microsoft.Win32.SafeHandles;

namespace Conclave.Workspace.Files;

/// <summary>
/// Keeps the directory open and asks the kernel to stay beneath it (<c>openat2</c>, Linux 5.6). Where that call is missing or forbidden, it goes down
/// folder by folder and follows no link.
/// </summary>
internal sealed class LinuxTreeWriter : ITreeWriter
{
    private const uint FileMode = 0b110_100_100;
    private const uint ProgramMode = 0b111_101_101;

    private readonly SafeFileHandle root;
    private bool hasOpenAt2;

    public LinuxTreeWriter(string directory, bool useOpenAt2 = true)
    {
        hasOpenAt2 = useOpenAt2;
        LinuxCalls.MakeDirectory(LinuxCalls.CurrentDirectory, directory, ProgramMode);
        root = LinuxCalls.OpenAt(LinuxCalls.CurrentDirectory, directory, LinuxCalls.Directory, 0);
    }

    public void MakeFolder(string path)
    {
        var (parent, name) = Split(path);
        using var folder = OpenFolder(parent);
        LinuxCalls.MakeDirectory(LinuxCalls.Descriptor(folder), name, ProgramMode);
        using var made = OpenFolder(path);
        LinuxCalls.SetMode(made, ProgramMode);
    }

    public void WriteFile(string path, ReadOnlySpan<byte> content, bool program)
    {
        var (parent, name) = Split(path);
        using var folder = OpenFolder(parent);
        using var file = LinuxCalls.OpenAt(LinuxCalls.Descriptor(folder), name, LinuxCalls.NewFile, FileMode);
        RandomAccess.Write(file, content, 0);
        LinuxCalls.SetMode(file, program ? ProgramMode : FileMode);
    }

    public void Dispose() => root.Dispose();

    private static (string Parent, string Name) Split(string path)
    {
        var slash = path.LastIndexOf('/');
        return slash < 0 ? ("", path) : (path[..slash], path[(slash + 1)..]);
    }

    private SafeFileHandle OpenFolder(string path)
    {
        if (path.Length == 0)
        {
            return LinuxCalls.OpenAt(LinuxCalls.Descriptor(root), ".", LinuxCalls.Directory, 0);
        }

        if (hasOpenAt2)
        {
            if (LinuxCalls.TryOpenBeneath(LinuxCalls.Descriptor(root), path, LinuxCalls.Directory) is { } folder)
            {
                return folder;
            }

            hasOpenAt2 = false;
        }

        return Descend(path);
    }

    private SafeFileHandle Descend(string path)
    {
        var folder = OpenFolder("");
        foreach (var segment in path.Split('/'))
        {
            using var parent = folder;
            folder = LinuxCalls.OpenAt(LinuxCalls.Descriptor(parent), segment, LinuxCalls.Directory, 0);
        }

        return folder;
    }
}
