using System.Collections.Immutable;
using System.Runtime.Versioning;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Conclave.Workspace.Verification;

/// <summary>What a <c>package.json</c> says.</summary>
/// <param name="Directory">Where it stands, relative to the project.</param>
/// <param name="Dependencies">Names and versions, those of the project itself left out.</param>
/// <param name="DevDependencies">The same, of what is only needed to build and to test.</param>
/// <param name="HasWorkspaces">Whether packages below it are installed with it.</param>
[SupportedOSPlatform("linux")]
internal sealed partial record NodePackage(
    string Directory,
    ImmutableSortedDictionary<string, string> Scripts,
    ImmutableSortedDictionary<string, string> Dependencies,
    ImmutableSortedDictionary<string, string> DevDependencies,
    bool HasWorkspaces)
{
    /// <summary>Its file.</summary>
    public string File => ProjectTree.In(Directory, "package.json");

    /// <summary>The script that <c>npm test</c> runs; null for none, or for what <c>npm init</c> writes in its place.</summary>
    public string? TestScript => Scripts.GetValueOrDefault("test") is { } script && !script.Contains("no test specified", StringComparison.Ordinal) && !string.IsNullOrWhiteSpace(script) ? script : null;

    /// <summary>Whether that only runs Node's own runner, as we do.</summary>
    public bool UsesNodeTest => TestScript is null || NodeTest().IsMatch(TestScript);

    /// <summary>All that it declares.</summary>
    public ImmutableSortedDictionary<string, string> Declared => DevDependencies.SetItems(Dependencies);

    /// <summary>Something that it declares and that does not come from a registry; null when there is none.</summary>
    public string? Foreign => Declared.FirstOrDefault(dependency => !RegistryVersion().IsMatch(dependency.Value)) is { Key: { } name, Value: var version } ? $"`{name}` from `{version}`" : null;

    /// <summary>Reads one; empty when the directory has none, null when it is no JSON object.</summary>
    public static NodePackage? Read(ProjectTree tree, string directory)
    {
        try
        {
            var file = ProjectTree.In(directory, "package.json");
            using var json = JsonDocument.Parse(tree.Files.Contains(file) ? tree.Read(file) : "{}");
            var root = json.RootElement;
            return root.ValueKind != JsonValueKind.Object ? null : new NodePackage(
                directory,
                Texts(root, "scripts"),
                Foreigners(Texts(root, "dependencies")),
                Foreigners(Texts(root, "devDependencies")),
                root.TryGetProperty("workspaces", out _));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ImmutableSortedDictionary<string, string> Texts(JsonElement root, string name) =>
        root.TryGetProperty(name, out var map) && map.ValueKind == JsonValueKind.Object
            ? map.EnumerateObject().DistinctBy(entry => entry.Name).ToImmutableSortedDictionary(entry => entry.Name, entry => entry.Value.ToString(), StringComparer.Ordinal)
            : ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal);

    // "file:../shared" or "workspace:*": of the project itself.
    private static ImmutableSortedDictionary<string, string> Foreigners(ImmutableSortedDictionary<string, string> dependencies) =>
        dependencies.RemoveRange(dependencies.Keys.Where(name => Local().IsMatch(dependencies[name])));

    [GeneratedRegex("^(file|workspace|link):", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Local();

    // node --test, node --test test/, NODE_ENV=test node --experimental-x --test
    [GeneratedRegex("^([A-Z_]+=\\S+\\s+)*node\\s[^&|;]*--test(\\s|$)[^&|;]*$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex NodeTest();

    // ^1.2.3, >=1 <2, 1 || 2, latest, npm:other@1; not git+ssh://..., user/repository, https://...
    [GeneratedRegex("^(npm:(@[\\w.-]+/)?[\\w.-]+@)?[\\w.*^~<>=|+ -]*$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex RegistryVersion();
}
