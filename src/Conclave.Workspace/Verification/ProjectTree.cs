using System.Collections.Immutable;
using System.Runtime.Versioning;
using Conclave.Workspace.Sandbox;

namespace Conclave.Workspace.Verification;

/// <summary>The files of a project in the tree that it will be verified in, before anything of it has run. What is installed or generated is not shown.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ProjectTree
{
    private const int MaxText = 4 << 20;

    private static readonly ImmutableHashSet<string> LeftOut =
        ["node_modules", "__pycache__", "venv", "site-packages", "bower_components"];

    private readonly Func<string, bool> exists;
    private readonly Func<string, string> read;

    private ProjectTree(IEnumerable<string> files, Func<string, bool> exists, Func<string, string> read)
    {
        this.exists = exists;
        this.read = read;
        Files = files.ToImmutableSortedSet(StringComparer.Ordinal);
    }

    /// <summary>The files, relative to the project, with <c>/</c>, in ordinal order.</summary>
    public ImmutableSortedSet<string> Files { get; }

    /// <summary>Looks at a tree. Hidden directories are left out as well.</summary>
    public static ProjectTree Of(string root) => new(
        TreeEntries.Below(root, IsLeftOut).Where(entry => !entry.IsDirectory).Select(entry => Path.GetRelativePath(root, entry.Path)),
        file => File.Exists(Path.Combine(root, file)),
        file => BoundedText.Read(Path.Combine(root, file), MaxText));

    /// <summary>The same of files that are not laid out yet: their texts by their paths.</summary>
    public static ProjectTree Of(IReadOnlyDictionary<string, string> texts) => new(
        texts.Keys.Where(file => !file.Split('/').Any(IsLeftOut)), texts.ContainsKey, file => texts.GetValueOrDefault(file, ""));

    /// <summary>Whether a file, which may lie in a directory that is left out, exists.</summary>
    public bool Exists(string file) => exists(file);

    /// <summary>The first 4 MiB of a file as text.</summary>
    public string Read(string file) => read(file);

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

    private static bool IsLeftOut(string name) => LeftOut.Contains(name) || name.StartsWith('.');
}
