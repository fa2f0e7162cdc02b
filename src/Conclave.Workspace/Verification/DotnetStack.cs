using System.Collections.Immutable;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using Conclave.Workspace.Sandbox;

namespace Conclave.Workspace.Verification;

/// <summary>.NET: builds every project and runs <c>dotnet test</c> where there are tests; packages come from those that were fetched, or from a folder of this machine.</summary>
[SupportedOSPlatform("linux")]
internal sealed partial class DotnetStack(Func<string, bool> isInstalled) : CompiledStack(isInstalled)
{
    private const string Results_ = "conclave-test-results";

    // The build's own servers would outlive it, and its certificate has no use here.
    private static readonly ImmutableSortedDictionary<string, string> Environment = ImmutableSortedDictionary.CreateRange<string, string>(
    [
        new("DOTNET_CLI_HOME", "/home"), new("DOTNET_CLI_TELEMETRY_OPTOUT", "1"), new("DOTNET_CLI_UI_LANGUAGE", "en"), new("DOTNET_EnableDiagnostics", "0"),
        new("DOTNET_GENERATE_ASPNET_CERTIFICATE", "false"), new("DOTNET_NOLOGO", "1"), new("DOTNET_SKIP_FIRST_TIME_EXPERIENCE", "1"),
        new("MSBUILDDISABLENODEREUSE", "1"), new("UseSharedCompilation", "false"), new("NuGetAudit", "false"),
    ]);

    /// <inheritdoc />
    public override string Name => "dotnet";

    /// <inheritdoc />
    protected override (string Program, string Fix) Tool => ("dotnet", "install the .NET SDK below /usr, on Debian and Ubuntu with: apt-get install dotnet-sdk-10.0");

    /// <inheritdoc />
    protected override ImmutableArray<string> Extensions => [".cs", ".fs", ".vb"];

    /// <inheritdoc />
    public override ImmutableArray<Installation> Installations(ProjectTree tree, PackageSources sources) =>
        HasAll(sources, Projects(tree)) || DotnetInstallation.Of(Projects(tree), Environment, Tool, sources) is not { } installation ? [] : [installation];

    /// <inheritdoc />
    protected override StackPlan Plan(ProjectTree tree, PackageSupply packages)
    {
        var files = tree.Files.Where(file => ProjectFile().IsMatch(file)).ToImmutableArray();
        var projects = Projects(tree);
        var fetched = packages.Has(Name, ".");
        var folder = !fetched && HasAll(packages.Sources, projects) ? packages.Sources.NuGetFolder : null;
        var needy = fetched || folder is not null ? null : projects.FirstOrDefault(project => project.NeedsPackages);
        var stray = tree.Files.FirstOrDefault(file => IsSource(file) && !ProjectTree.Upwards(ProjectTree.DirectoryOf(file)).Any(above => files.Any(project => ProjectTree.DirectoryOf(project) == above)));
        return (needy, stray) switch
        {
            ({ } project, _) => new StackPlan([], [project.Stub() is null && packages.Permission is Downloads.Allowed
                ? new StackGap(Name, $"{project.File} asks for packages in a way that is not understood without running it", "write the packages and their versions plainly")
                : NeedsPackages(project.File, packages)]),
            (_, { } file) => new StackPlan([], [new StackGap(Name, $"{file} belongs to no project", "add a .csproj")]),
            _ => new StackPlan([.. files.Select(file => Build(file, fetched, folder)), .. projects.Where(project => project.IsTest).Select(project => Test(project.File, fetched, folder))], []),
        };
    }

    /// <inheritdoc />
    protected override IEnumerable<TestResult> Results(CommandRun run) => XmlResults.Read(run.Reports) is { IsEmpty: false } results ? results : CompilerErrors.Read(run.Output, ".");

    /// <inheritdoc />
    protected override StackGap? LackOf(CommandRun run) => NotThere().Match(run.Output) is { Success: true } found
        ? run.Packages.Lacks(Name, "", found.Value.Trim(), "build and test it yourself")
        : null;

    private static ImmutableArray<DotnetProject> Projects(ProjectTree tree) =>
        [.. tree.Files.Where(file => ProjectFile().IsMatch(file)).Select(file => DotnetProject.Read(tree, file)).OfType<DotnetProject>()];

    // What these need in turn only NuGet knows: without it the build says so.
    private static bool HasAll(PackageSources sources, ImmutableArray<DotnetProject> projects) => sources.NuGetFolder is { } folder && projects.Where(project => project.NeedsPackages).All(project =>
        !project.Sdk.StartsWith("MSTest", StringComparison.Ordinal)
        && project.Packages.All(package => Directory.Exists(Path.Combine(folder, package.Key.ToLowerInvariant(), package.Value.Trim('[', ']').ToLowerInvariant()))));

    private static StackCheck.Command Build(string project, bool fetched, string? folder) =>
        With(new StackCheck.Command(CheckPurpose.Build, ["dotnet", "build", Path.GetFileName(project), "-nologo", "-v:q", "-clp:NoSummary", "-m:2"], ProjectTree.DirectoryOf(project)) { Keeps = true }, fetched, folder);

    private static StackCheck.Command Test(string project, bool fetched, string? folder) => With(
        new StackCheck.Command(
            CheckPurpose.Test,
            ["dotnet", "test", Path.GetFileName(project), "-nologo", "-v:q", "-m:2", "--logger", "trx", "--results-directory", $"/project/{Results_}"], ProjectTree.DirectoryOf(project))
        {
            IsReport = file => file.StartsWith($"{Results_}/", StringComparison.Ordinal) && file.EndsWith(".trx", StringComparison.Ordinal),
        },
        fetched,
        folder);

    private static StackCheck.Command With(StackCheck.Command command, bool fetched, string? folder) => command with
    {
        Environment = fetched || folder is not null ? Environment.SetItem("NUGET_PACKAGES", DotnetInstallation.At) : Environment,
        Layers = folder is null ? [] : [new SandboxLayer(folder, DotnetInstallation.At)],
    };

    [GeneratedRegex("\\.(cs|fs|vb)proj$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex ProjectFile();

    // error NU1101: Unable to find package X. error NU1301: Unable to load the service index for source https://api.nuget.org/v3/index.json.
    [GeneratedRegex("error (NU110[1-3]|NU1301|MSB4236|NETSDK1045|NETSDK1127): [^\\[\\n]*", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex NotThere();
}
