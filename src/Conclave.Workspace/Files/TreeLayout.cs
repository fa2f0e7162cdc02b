using System.Collections.Immutable;

namespace Conclave.Workspace.Files;

/// <summary>
/// Lays files out in a fresh directory that it makes itself. It never follows a link and never opens a file that exists, refuses whatever
/// <see cref="PathPolicy"/> refuses, and gives files the mode 0644, or 0755 to programs, and folders 0755. The directory itself keeps what the
/// user's umask says. Not thread-safe.
/// </summary>
internal sealed class TreeLayout : IDisposable
{
    private readonly PathSet paths = new();
    private readonly HashSet<string> folders = new(StringComparer.Ordinal);
    private readonly ITreeWriter writer;

    private TreeLayout(ITreeWriter writer) => this.writer = writer;

    /// <summary>Makes the directory.</summary>
    /// <exception cref="IOException">There is something of this name, if only a link, or it can't be made.</exception>
    public static TreeLayout Create(string directory) => new(OperatingSystem.IsLinux() ? new LinuxTreeWriter(directory) : new PortableTreeWriter(directory));

    /// <summary>Lays out a whole set; nothing is written unless the whole set may be.</summary>
    /// <exception cref="ArgumentException">A path or the set is not allowed.</exception>
    /// <exception cref="IOException">As for <see cref="Create"/>, or a file can't be written.</exception>
    public static void Write(string directory, IEnumerable<(string Path, ReadOnlyMemory<byte> Content)> files)
    {
        ImmutableArray<(string Path, ReadOnlyMemory<byte> Content)> all = [.. files];
        if (PathPolicy.CheckSet(all.Select(file => (file.Path, (long)file.Content.Length))) is { IsEmpty: false } problems)
        {
            throw new ArgumentException(string.Join(' ', problems), nameof(files));
        }

        using var tree = Create(directory);
        foreach (var (path, content) in all)
        {
            tree.Add(path, content.Span);
        }
    }

    /// <summary>Whether a content names an interpreter in its first line.</summary>
    public static bool HasInterpreter(ReadOnlySpan<byte> content) => content.StartsWith("#!"u8);

    /// <summary>Whether a file is a program by itself, which gets the mode 0755: it names its interpreter, and its name does not call it a text.</summary>
    public static bool IsProgram(string path, bool hasInterpreter) => hasInterpreter && !path.EndsWith(".txt", StringComparison.OrdinalIgnoreCase);

    /// <summary>Writes one file and the folders that it needs.</summary>
    /// <exception cref="ArgumentException">The path is not allowed, or not beside those before it.</exception>
    public void Add(string path, ReadOnlySpan<byte> content)
    {
        if ((PathPolicy.Check(path) ?? paths.Add(path)) is { } problem)
        {
            throw new ArgumentException($"`{PathPolicy.Show(path)}` {problem}.", nameof(path));
        }

        for (var end = path.IndexOf('/', StringComparison.Ordinal); end >= 0; end = path.IndexOf('/', end + 1))
        {
            if (folders.Add(path[..end]))
            {
                writer.MakeFolder(path[..end]);
            }
        }

        writer.WriteFile(path, content, IsProgram(path, HasInterpreter(content)));
    }

    /// <inheritdoc />
    public void Dispose() => writer.Dispose();
}

/// <summary>How files come into a directory. It is an interface because only Linux can promise to stay beneath it whatever others do meanwhile.</summary>
internal interface ITreeWriter : IDisposable
{
    /// <summary>Makes a folder, which must not exist, in one that does.</summary>
    void MakeFolder(string path);

    /// <summary>Makes a file, which must not exist, in a folder that does.</summary>
    void WriteFile(string path, ReadOnlySpan<byte> content, bool program);
}
