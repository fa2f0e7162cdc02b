namespace Conclave.Tests.Workspace.Files;

/// <summary>A folder of its own, gone after the test.</summary>
public sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("conclave-test-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>All below it in order: files with their contents, folders with a slash, links with an arrow. What <c>.git</c> folders hold is left out.</summary>
    public static IEnumerable<string> Listing(string directory) =>
        new DirectoryInfo(directory).EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = FileAttributes.None })
            .OrderBy(entry => entry.Name, StringComparer.Ordinal)
            .SelectMany(entry => entry switch
            {
                { LinkTarget: { } target } => [$"{entry.Name} -> {target}"],
                DirectoryInfo { Name: ".git" } => [".git/"],
                DirectoryInfo folder => Listing(folder.FullName).Select(name => $"{folder.Name}/{name}").Prepend($"{folder.Name}/"),
                _ => [$"{entry.Name}: {File.ReadAllText(entry.FullName)}"],
            });

    /// <summary>Writes a file that can be run; the folders above it are made.</summary>
    public static async Task WriteProgram(string file, string content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, content);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
