namespace Conclave.Workspace.Files;

/// <summary>Paths that may lie beside each other on every file system. Paths are put in one by one, each after <see cref="PathPolicy.Check"/>. Not thread-safe.</summary>
internal sealed class PathSet
{
    // Keys are what a file system may take for the same name; values are the name as it was first written.
    private readonly Dictionary<string, string> files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> folders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RepositoryParts> repositories = new(StringComparer.Ordinal);

    [Flags]
    private enum RepositoryParts
    {
        None = 0,
        Head = 1,
        Objects = 2,
        Refs = 4,
        All = 7,
    }

    /// <summary>Puts a path in, unless it does not go together with those before it.</summary>
    /// <returns>Null, or why it does not, as the rest of a sentence that begins with the path.</returns>
    public string? Add(string path)
    {
        var key = UnicodeText.Key(path);
        if ((FileConflict(path, key) ?? Folders(path).Select(FolderConflict).FirstOrDefault(problem => problem is not null) ?? HiddenRepository(key)) is { } problem)
        {
            return problem;
        }

        files.Add(key, path);
        foreach (var folder in Folders(path))
        {
            folders.TryAdd(UnicodeText.Key(folder), folder);
        }

        foreach (var (folder, part) in Parts(key))
        {
            repositories[folder] = repositories.GetValueOrDefault(folder) | part;
        }

        return null;
    }

    /// <summary>Keeps a name for a folder in which files will come later.</summary>
    public void Reserve(string folder)
    {
        foreach (var name in Folders(folder + "/"))
        {
            folders.TryAdd(UnicodeText.Key(name), name);
        }
    }

    private static IEnumerable<string> Folders(string path)
    {
        for (var end = path.IndexOf('/', StringComparison.Ordinal); end >= 0; end = path.IndexOf('/', end + 1))
        {
            yield return path[..end];
        }
    }

    private string? FileConflict(string path, string key) =>
        files.TryGetValue(key, out var other) ? (other == path ? "is there twice" : $"is the same file as `{PathPolicy.Show(other)}` on some file systems")
        : folders.TryGetValue(key, out var folder) ? $"is also the folder `{PathPolicy.Show(folder)}/`"
        : null;

    private string? FolderConflict(string folder)
    {
        var key = UnicodeText.Key(folder);
        return files.TryGetValue(key, out var file) ? $"needs the folder `{PathPolicy.Show(folder)}/`, but `{PathPolicy.Show(file)}` is a file"
            : folders.TryGetValue(key, out var other) && other != folder ? $"lies in the same folder as `{PathPolicy.Show(other)}/` on some file systems"
            : null;
    }

    // git takes any folder with these three for a bare repository and obeys the `config` in it, without anything named `.git`.
    private string? HiddenRepository(string key) =>
        Parts(key).Any(pair => (repositories.GetValueOrDefault(pair.Folder) | pair.Part) == RepositoryParts.All)
            ? "makes its folder look like a git repository (`HEAD`, `objects/`, `refs/`)"
            : null;

    private static IEnumerable<(string Folder, RepositoryParts Part)> Parts(string key)
    {
        var segments = key.Split('/');
        for (var i = 0; i < segments.Length; i++)
        {
            var part = (segments[i], IsFile: i == segments.Length - 1) switch
            {
                ("head", true) => RepositoryParts.Head,
                ("objects", false) => RepositoryParts.Objects,
                ("refs", false) => RepositoryParts.Refs,
                _ => RepositoryParts.None,
            };
            if (part != RepositoryParts.None)
            {
                yield return (string.Join('/', segments[..i]), part);
            }
        }
    }
}
