using System.Collections.Immutable;

namespace Conclave.Workspace.Steps;

/// <summary>The <c>.gitignore</c> of a project whose agents wrote none: what its technologies leave behind.</summary>
internal static class IgnoredFiles
{
    private static readonly ImmutableArray<string> Always = ["__pycache__/", "*.pyc", ".venv/", "node_modules/", "*.log", "*.db", ".env", ".DS_Store"];

    // The end of a file's name, and what its tools leave in the project.
    private static readonly ImmutableArray<(string End, ImmutableArray<string> Leaves)> Tools =
    [
        (".csproj", ["bin/", "obj/", "TestResults/"]),
        (".fsproj", ["bin/", "obj/", "TestResults/"]),
        ("Cargo.toml", ["target/"]),
        ("pom.xml", ["target/"]),
        ("build.gradle", ["build/", ".gradle/"]),
        ("build.gradle.kts", ["build/", ".gradle/"]),
        ("tsconfig.json", ["dist/", "*.tsbuildinfo"]),
        ("pyproject.toml", ["dist/", "*.egg-info/", ".pytest_cache/"]),
    ];

    /// <summary>The text for a project of these files. A directory that the project itself has files in is not ignored.</summary>
    public static string Of(IEnumerable<string> files)
    {
        var paths = files.ToImmutableArray();
        var lines = Always.Concat(Tools.Where(tool => paths.Any(path => path.EndsWith(tool.End, StringComparison.Ordinal))).SelectMany(tool => tool.Leaves))
            .Distinct(StringComparer.Ordinal)
            .Where(line => !line.EndsWith('/') || !paths.Any(path => $"/{path}".Contains($"/{line}", StringComparison.Ordinal)));
        return string.Concat(lines.Select(line => $"{line}\n"));
    }
}
