using System.Collections.Immutable;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;

namespace Conclave.Workspace.Verification;

/// <summary>How the packages of a <c>package.json</c> are fetched: by <c>npm install</c> without scripts, which sees the manifests and nothing else.</summary>
[SupportedOSPlatform("linux")]
internal static partial class NodeInstallation
{
    private const string Npmjs = "https://registry.npmjs.org/";

    /// <summary>The installation of a package with those below it that are its workspaces.</summary>
    public static Installation Of(ProjectTree tree, NodePackage package, ImmutableArray<NodePackage> parts, PackageSources sources)
    {
        var manifests = parts.Add(package).Select(part => part.File).Distinct(StringComparer.Ordinal)
            .ToImmutableSortedDictionary(file => Path.GetRelativePath(package.Directory, file), tree.Read, StringComparer.Ordinal);
        var lockFile = ProjectTree.In(package.Directory, "package-lock.json");
        return new Installation("node", package.Directory, package.File, [.. parts.Add(package).SelectMany(part => part.Declared).Select(dependency => $"{dependency.Key} {dependency.Value}").Distinct(StringComparer.Ordinal)])
        {
            Argv =
            [
                "npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error", "--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000",
                "--cache=/project/.npm-cache", $"--registry={sources["npm"]}",
            ],
            Tool = ("npm", "apt-get install npm"),
            Files = tree.Exists(lockFile) && IsOfRegistry(tree.Read(lockFile), sources["npm"]) ? manifests.SetItem("package-lock.json", tree.Read(lockFile)) : manifests,
            Output = "node_modules",
            At = package.Directory == "." ? "/project/node_modules" : $"/project/{package.Directory}/node_modules",
            Scratch = [".cache", ".vite", ".vite-temp"],
            Unknown = UnknownPackage(),
        };
    }

    // A lock file may name any address for any package.
    private static bool IsOfRegistry(string text, string registry) => Resolved().Matches(text).All(found =>
        found.Groups["address"].Value is var address && (address.StartsWith(registry, StringComparison.Ordinal) || address.StartsWith(Npmjs, StringComparison.Ordinal) || !address.Contains(':', StringComparison.Ordinal)));

    [GeneratedRegex("\"resolved\"\\s*:\\s*\"(?<address>[^\"]*)\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Resolved();

    // npm error 404 Not Found - GET https://registry.npmjs.org/left-padd - Not found
    // npm error notarget No matching version found for left-pad@99.
    [GeneratedRegex("(404 Not Found - GET .*|No matching version found for .*|Invalid package name .*)$", RegexOptions.NonBacktracking | RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex UnknownPackage();
}
