using System.Collections.Immutable;
using System.Text.Json;
using Conclave.Engine.Council;

namespace Conclave.Workspace.Steps;

/// <summary>How a project is made ready, tested and run, seen from its files alone. What can't be seen for certain is left out. Pure.</summary>
/// <param name="Install">Fetches what it depends on; needs a network.</param>
/// <param name="Run">Starts it; null when nothing, or more than one thing, could.</param>
internal sealed record ProjectCommands(ImmutableArray<ProjectCommand> Install, ImmutableArray<ProjectCommand> Tests, ProjectCommand? Run)
{
    private const int MostListed = 8;

    private static readonly string[] PythonStarts = ["app.py", "main.py", "server.py", "run.py"];
    private static readonly string[] NodeStarts = ["server.js", "index.js", "app.js", "main.js", "server.mjs", "index.mjs", "app.mjs", "main.mjs"];

    /// <summary>Looks at a project.</summary>
    /// <param name="files">The text of each file by its path.</param>
    public static ProjectCommands Of(IReadOnlyDictionary<string, string> files)
    {
        ImmutableArray<ProjectCommand> starts = [.. Starts(files)];
        return new ProjectCommands(
            [.. Installs(files)],
            [.. PythonTests(files), .. NodeTests(files), .. Named(files, "go.mod", StackName.Go, "go", "test", "./..."), .. Named(files, "Cargo.toml", StackName.Rust, "cargo", "test"), .. Named(files, "pom.xml", StackName.Java, "mvn", "test"), .. DotnetTests(files)],
            starts is [var only] ? only : null);
    }

    private static IEnumerable<ProjectCommand> Installs(IReadOnlyDictionary<string, string> files)
    {
        if (files.TryGetValue("requirements.txt", out var wanted) && wanted.Split('\n').Any(line => line.Trim() is { Length: > 0 } text && text[0] != '#'))
        {
            yield return new ProjectCommand(StackName.Python, "", ["python3", "-m", "pip", "install", "-r", "requirements.txt"]);
        }

        foreach (var package in files.Keys.Where(path => NameOf(path) == "package.json" && (Has(files[path], "dependencies") || Has(files[path], "devDependencies"))))
        {
            var directory = DirectoryOf(package);
            yield return new ProjectCommand(StackName.Node, directory, ["npm", files.ContainsKey(Join(directory, "package-lock.json")) ? "ci" : "install"]);
        }
    }

    // A directory whose parents are all packages is imported from the root; any other is a root of its own, beside the project's.
    private static IEnumerable<ProjectCommand> PythonTests(IReadOnlyDictionary<string, string> files)
    {
        var tests = files.Keys.Where(path => NameOf(path) is var name && name.EndsWith(".py", StringComparison.Ordinal) && (name.StartsWith("test", StringComparison.Ordinal) || name.EndsWith("_test.py", StringComparison.Ordinal))).ToList();
        foreach (var group in tests.GroupBy(path => (Directory: DirectoryOf(path), IsEnd: !NameOf(path).StartsWith("test", StringComparison.Ordinal))).OrderBy(group => group.Key.Directory, StringComparer.Ordinal))
        {
            var (directory, isEnd) = group.Key;
            if (group.Any(path => !files[path].Contains("unittest", StringComparison.Ordinal)))
            {
                yield return new ProjectCommand(StackName.Python, "", ["python3", "-m", "pytest", directory.Length == 0 ? "." : directory]);
                continue;
            }

            var isPackage = directory.Length > 0 && Parents(directory).All(parent => files.ContainsKey(Join(parent, "__init__.py")));
            string[] from = directory.Length == 0 ? [] : isPackage ? ["-s", directory, "-t", "."] : ["-s", directory];
            string[] pattern = isEnd ? ["-p", "*_test.py"] : [];
            yield return new ProjectCommand(StackName.Python, "", ["python3", "-m", "unittest", .. Enumerable.Repeat("discover", from.Length + pattern.Length == 0 ? 0 : 1), .. from, .. pattern]);
        }
    }

    private static IEnumerable<ProjectCommand> NodeTests(IReadOnlyDictionary<string, string> files)
    {
        var packages = files.Keys.Where(path => NameOf(path) == "package.json").Select(DirectoryOf).ToHashSet(StringComparer.Ordinal);
        foreach (var package in packages.Where(package => files[Join(package, "package.json")] is var text && Has(text, "scripts", "test")).Order(StringComparer.Ordinal))
        {
            yield return new ProjectCommand(StackName.Node, package, ["npm", "test"]);
        }

        var own = files.Keys.Where(IsNodeTest).GroupBy(path => packages.Where(package => package.Length == 0 || path.StartsWith($"{package}/", StringComparison.Ordinal)).MaxBy(package => package.Length) ?? "");
        foreach (var group in own.Where(group => !packages.Contains(group.Key) || !Has(files[Join(group.Key, "package.json")], "scripts", "test")).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var names = group.Select(path => group.Key.Length == 0 ? path : path[(group.Key.Length + 1)..]).Order(StringComparer.Ordinal).ToList();
            yield return new ProjectCommand(StackName.Node, group.Key, ["node", "--test", .. names.Count <= MostListed ? names : []]);
        }
    }

    private static IEnumerable<ProjectCommand> DotnetTests(IReadOnlyDictionary<string, string> files) => files
        .Where(file => file.Key.EndsWith("proj", StringComparison.Ordinal) && file.Value.Contains("Microsoft.NET.Test.Sdk", StringComparison.Ordinal))
        .Select(file => new ProjectCommand(StackName.Dotnet, "", ["dotnet", "test", file.Key]));

    private static IEnumerable<ProjectCommand> Named(IReadOnlyDictionary<string, string> files, string name, StackName stack, params ImmutableArray<string> argv) =>
        files.Keys.Where(path => NameOf(path) == name).Select(path => new ProjectCommand(stack, DirectoryOf(path), argv));

    private static IEnumerable<ProjectCommand> Starts(IReadOnlyDictionary<string, string> files)
    {
        foreach (var path in files.Keys.Where(path => path.EndsWith("/__main__.py", StringComparison.Ordinal) && path.Count(letter => letter == '/') == 1))
        {
            yield return new ProjectCommand(StackName.Python, "", ["python3", "-m", DirectoryOf(path)]);
        }

        foreach (var name in PythonStarts.Where(name => files.TryGetValue(name, out var text) && text.Contains("__main__", StringComparison.Ordinal)))
        {
            yield return new ProjectCommand(StackName.Python, "", ["python3", name]);
        }

        var hasStart = files.TryGetValue("package.json", out var package) && Has(package, "scripts", "start");
        if (hasStart)
        {
            yield return new ProjectCommand(StackName.Node, "", ["npm", "start"]);
        }

        foreach (var name in NodeStarts.Where(name => !hasStart && files.TryGetValue(name, out var text) && text.Contains(".listen(", StringComparison.Ordinal)))
        {
            yield return new ProjectCommand(StackName.Node, "", ["node", name]);
        }
    }

    private static bool IsNodeTest(string path) => path.EndsWith(".test.js", StringComparison.Ordinal) || path.EndsWith(".test.mjs", StringComparison.Ordinal) || path.EndsWith(".test.cjs", StringComparison.Ordinal);

    private static bool Has(string json, params string[] keys)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var at = document.RootElement;
            return keys.All(key => at.ValueKind == JsonValueKind.Object && at.TryGetProperty(key, out at) && at.ValueKind is not JsonValueKind.Null);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static IEnumerable<string> Parents(string directory) => directory.Split('/') is var parts ? Enumerable.Range(1, parts.Length).Select(count => string.Join('/', parts[..count])) : [];

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static string DirectoryOf(string path) => path.LastIndexOf('/') is var slash && slash < 0 ? "" : path[..slash];

    private static string Join(string directory, string name) => directory.Length == 0 ? name : $"{directory}/{name}";
}
