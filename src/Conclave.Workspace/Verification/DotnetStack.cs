using System.Collections.Immutable;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;

namespace Conclave.Workspace.Verification;

/// <summary>.NET: builds every project that needs no package. Test projects all need some, so there are no tests to run without an installation.</summary>
[SupportedOSPlatform("linux")]
internal sealed partial class DotnetStack(Func<string, bool> isInstalled) : CompiledStack(isInstalled)
{
    // The build's own servers would outlive it, and its certificate has no use here.
    private static readonly ImmutableSortedDictionary<string, string> Environment = ImmutableSortedDictionary.CreateRange<string, string>(
    [
        new("DOTNET_CLI_HOME", "/home"), new("DOTNET_CLI_TELEMETRY_OPTOUT", "1"), new("DOTNET_CLI_UI_LANGUAGE", "en"), new("DOTNET_EnableDiagnostics", "0"),
        new("DOTNET_GENERATE_ASPNET_CERTIFICATE", "false"), new("DOTNET_NOLOGO", "1"), new("DOTNET_SKIP_FIRST_TIME_EXPERIENCE", "1"),
        new("MSBUILDDISABLENODEREUSE", "1"), new("UseSharedCompilation", "false"),
    ]);

    /// <inheritdoc />
    public override string Name => "dotnet";

    /// <inheritdoc />
    protected override (string Program, string Fix) Tool => ("dotnet", "install the .NET SDK below /usr, on Debian and Ubuntu with: apt-get install dotnet-sdk-10.0");

    /// <inheritdoc />
    protected override ImmutableArray<string> Extensions => [".cs", ".fs", ".vb"];

    /// <inheritdoc />
    protected override StackPlan Plan(ProjectTree tree)
    {
        var projects = tree.Files.Where(file => ProjectFile().IsMatch(file)).ToImmutableArray();
        var needy = tree.Files.FirstOrDefault(file => (ProjectFile().IsMatch(file) || file.EndsWith(".props", StringComparison.Ordinal)) && PackageReference().IsMatch(tree.Read(file)));
        var stray = tree.Files.FirstOrDefault(file => IsSource(file) && !ProjectTree.Upwards(ProjectTree.DirectoryOf(file)).Any(above => projects.Any(project => ProjectTree.DirectoryOf(project) == above)));
        return (needy, stray) switch
        {
            ({ } file, _) => new StackPlan([], [NeedsPackages(file)]),
            (_, { } file) => new StackPlan([], [new StackGap(Name, $"{file} belongs to no project", "add a .csproj")]),
            _ => new StackPlan([.. projects.Select(Build)], []),
        };
    }

    private static StackCheck.Command Build(string project) =>
        new(CheckPurpose.Build, ["dotnet", "build", Path.GetFileName(project), "-nologo", "-v:q", "-clp:NoSummary", "-m:2"], ProjectTree.DirectoryOf(project)) { Environment = Environment };

    [GeneratedRegex("\\.(cs|fs|vb)proj$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex ProjectFile();

    // <PackageReference Include="xunit" />, <Project Sdk="MSTest.Sdk/3.6.0">
    [GeneratedRegex("<PackageReference\\s|\\sSdk=\"([^\"]*/|MSTest)", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex PackageReference();
}
