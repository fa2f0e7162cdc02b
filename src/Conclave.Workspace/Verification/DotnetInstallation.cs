using System.Collections.Immutable;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;

namespace Conclave.Workspace.Verification;

/// <summary>How NuGet packages are fetched: by restoring projects of ours that ask for the same, since to restore a project is to run its targets.</summary>
[SupportedOSPlatform("linux")]
internal static partial class DotnetInstallation
{
    /// <summary>Where the project's commands find them.</summary>
    public const string At = "/packages/nuget";

    /// <summary>The installation for all projects; null when there is nothing to fetch, or something that can't be.</summary>
    public static Installation? Of(ImmutableArray<DotnetProject> projects, ImmutableSortedDictionary<string, string> environment, (string Program, string Fix) tool, PackageSources sources)
    {
        ImmutableArray<DotnetProject> needy = [.. projects.Where(project => project.NeedsPackages)];
        ImmutableArray<string> stubs = [.. needy.Select(project => project.Stub()).OfType<string>().Distinct(StringComparer.Ordinal)];
        if (needy.IsEmpty || needy.Any(project => project.Stub() is null))
        {
            return null;
        }

        return new Installation("dotnet", ".", needy[0].File, [.. needy.SelectMany(project => project.Packages.Select(package => $"{package.Key} {package.Value}")).Distinct(StringComparer.OrdinalIgnoreCase)])
        {
            Argv = ["sh", "-c", "for project in */packages.csproj; do dotnet restore \"$project\" -nologo -v:q -m:1 || exit 1; done"],
            Tool = tool,
            Files = stubs.Select((stub, number) => KeyValuePair.Create($"{number}/packages.csproj", stub)).ToImmutableSortedDictionary(StringComparer.Ordinal)
                .Add("NuGet.Config", $"<configuration><packageSources><clear /><add key=\"source\" value=\"{System.Security.SecurityElement.Escape(sources["nuget"])}\" allowInsecureConnections=\"true\" /></packageSources></configuration>"),
            Environment = environment.SetItems([new("NUGET_PACKAGES", "/project/.nuget"), new("NUGET_HTTP_CACHE_PATH", "/project/.http")]),
            Output = ".nuget",
            At = At,
            Unknown = UnknownPackage(),
        };
    }

    // error NU1101: Unable to find package Xunitt. No packages exist with this id in source(s): source
    [GeneratedRegex("error NU110[1-3]: [^\\[\\n]*", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex UnknownPackage();
}
