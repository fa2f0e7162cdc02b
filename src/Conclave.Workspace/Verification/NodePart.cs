using System.Collections.Immutable;
using System.Runtime.Versioning;

namespace Conclave.Workspace.Verification;

/// <summary>A package of a project with its files.</summary>
/// <param name="Files">Its sources, relative to the project.</param>
/// <param name="Tests">Those among them that are tests in JavaScript.</param>
[SupportedOSPlatform("linux")]
internal sealed record NodePart(NodePackage Package, ImmutableArray<string> Files, ImmutableArray<string> Tests)
{
    /// <summary>Where it is, relative to the project.</summary>
    public string Directory => Package.Directory;

    /// <summary>A dependency that is not there, if building it, the program or its tests can't do without it; null when none is.</summary>
    public string? Missing(ProjectTree tree, PackageSupply packages) => Package.Dependencies.Keys
        .Concat(Package.DevDependencies.Keys.Where(name => IsUsed(tree, name)))
        .FirstOrDefault(name => !Has(tree, packages, name));

    /// <summary>Whether a package is there, vendored or fetched.</summary>
    public bool Has(ProjectTree tree, PackageSupply packages, string name) =>
        ProjectTree.Upwards(Directory).Any(above => (packages.Has("node", above) && Package.Declared.ContainsKey(name)) || tree.Exists(ProjectTree.In(above, $"node_modules/{name}/package.json")));

    // Compilers and runners are used by scripts, what tests need stands in them.
    private bool IsUsed(ProjectTree tree, string dependency) =>
        (dependency == "typescript" && Files.Any(NodeStack.NeedsCompiler))
        || new[] { Package.Scripts.GetValueOrDefault("build"), Package.TestScript }.OfType<string>().Any(script => script.Split([' ', '&', ';', '|', '/']).Contains(Command(dependency)))
        || Tests.Any(file => tree.Read(file) is var text && Quotations(dependency).Any(quoted => text.Contains(quoted, StringComparison.Ordinal)));

    private static string Command(string dependency) => dependency == "typescript" ? "tsc" : dependency;

    private static string[] Quotations(string dependency) => [$"'{dependency}'", $"'{dependency}/", $"\"{dependency}\"", $"\"{dependency}/"];
}
