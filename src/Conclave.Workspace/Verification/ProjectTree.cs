using System.Collections.Immutable;
using System.Runtime.Versioning;
using System.Text;
using Conclave.Workspace.Sandbox;

namespace Conclave.Workspace.Verification;

/// <summary>The files of a project in the tree that it will be verified in, before anything of it has run. What is installed or generated is not shown.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ProjectTree
{
    private const int MaxText = 4 << 20;

    private static readonly ImmutableHashSet<string> LeftOut =
        ["node_modules", "__pycache__", "venv", "site-packages", "bower_components"];

    private readonly string root;

    private ProjectTree(string root, ImmutableSortedSet<string> files)
    {
        this.root = root;
        Files = files;
    }

    /// <summary>The files, relative to the project, with <c>/</c>, in ordinal order.</summary>
    public ImmutableSortedSet<string> Files { get; }

    /// <summary>Looks at a tree. Hidden directories are left out as well.</summary>
    public static ProjectTree Of(string root) => new(
        root,
        TreeEntries.Below(root, name => LeftOut.Contains(name) || name.StartsWith('.'))
            .Where(entry => !entry.IsDirectory)
            .Select(entry => Path.GetRelativePath(root, entry.Path))
            .ToImmutableSortedSet(StringComparer.Ordinal));

    /// <summary>Whether a file, which may lie in a directory that is left out, exists.</summary>
    public bool Exists(string file) => File.Exists(Path.Combine(root, file));

    /// <summary>The first 4 MiB of a file as text.</summary>
    public string Read(string file)
    {
        using var handle = Libc.OpenToRead(Path.Combine(root, file));
        if (handle.IsInvalid)
        {
            return "";
        }

        using var stream = new FileStream(handle, FileAccess.Read);
        var bytes = new byte[Math.Min(stream.Length, MaxText)];
        return Encoding.UTF8.GetString(bytes, 0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
    }

    /// <summary>The directory of a file; <c>.</c> for the project itself.</summary>
    public static string DirectoryOf(string path) => Path.GetDirectoryName(path) is { Length: > 0 } directory ? directory : ".";

    /// <summary>A name in a directory.</summary>
    public static string In(string directory, string name) => directory == "." ? name : $"{directory}/{name}";

    /// <summary>A directory and all above it up to the project, nearest first.</summary>
    public static IEnumerable<string> Upwards(string directory)
    {
        for (; directory != "."; directory = DirectoryOf(directory))
        {
            yield return directory;
        }

        yield return ".";
    }
}
