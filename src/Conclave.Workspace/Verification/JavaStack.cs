using System.Collections.Immutable;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;

namespace Conclave.Workspace.Verification;

/// <summary>
/// Java: Maven and Gradle build and test their projects where they are installed, from packages that were fetched, for they need plugins even to compile; <c>javac</c>
/// compiles sources without a build file.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed partial class JavaStack(Func<string, bool> isInstalled) : CompiledStack(isInstalled)
{
    private static readonly ImmutableArray<string> SettingsOf = ["java-*-openjdk", "maven"];
    private const string At = "/packages/maven";

    /// <inheritdoc />
    public override string Name => "java";

    /// <inheritdoc />
    protected override (string Program, string Fix) Tool => ("javac", "install a JDK below /usr, on Debian and Ubuntu with: apt-get install default-jdk-headless");

    /// <inheritdoc />
    protected override ImmutableArray<string> Extensions => [".java"];

    /// <inheritdoc />
    public override ImmutableArray<Installation> Installations(ProjectTree tree, PackageSources sources)
    {
        var projects = Maven(tree);
        // Plugins with extensions and repositories of its own would decide what runs, and where from.
        return projects.IsEmpty || !IsInstalled("mvn") || projects.Any(file => Decides().IsMatch(tree.Read(file))) ? [] :
        [
            new Installation(Name, ".", projects[0], [.. projects.SelectMany(file => Dependency().Matches(tree.Read(file))).Select(found => found.Groups["name"].Value).Distinct(StringComparer.Ordinal)])
            {
                Argv = ["sh", "-c", "for project in \"$@\"; do (cd \"$project\" && mvn --batch-mode --quiet -Dmaven.repo.local=/project/.repository dependency:go-offline) || exit 1; done", "fetch", .. Outermost(projects)],
                Tool = ("mvn", "apt-get install maven"),
                Files = projects.ToImmutableSortedDictionary(file => file, tree.Read, StringComparer.Ordinal),
                Output = ".repository",
                At = At,
                Unknown = UnknownArtifact(),
            },
        ];
    }

    /// <inheritdoc />
    protected override StackPlan Plan(ProjectTree tree, PackageSupply packages)
    {
        var (maven, gradle) = (Maven(tree), tree.Files.FirstOrDefault(file => Path.GetFileName(file) is "build.gradle" or "build.gradle.kts"));
        return (maven, gradle) switch
        {
            ({ IsEmpty: true }, null) => new StackPlan([new StackCheck.Command(CheckPurpose.Build, ["javac", "-d", "/tmp/classes", .. tree.Files.Where(IsSource)], ".") { Settings = Settings() }], []),
            ({ IsEmpty: true }, { } file) => new StackPlan([], [IsInstalled("gradle")
                ? new StackGap(Name, $"{file} needs plugins that Gradle would load from the network", "use Maven, or build and test it yourself")
                : new StackGap(Name, "`gradle` was not found below /usr", "install it, or use Maven")]),
            _ when !IsInstalled("mvn") => new StackPlan([], [new StackGap(Name, "`mvn` was not found below /usr", "apt-get install maven")]),
            _ when !packages.Has(Name, ".") => new StackPlan([], [NeedsPackages(maven[0], packages)]),
            _ => new StackPlan([.. Outermost(maven).Select(Test)], []),
        };
    }

    /// <inheritdoc />
    protected override IEnumerable<TestResult> Results(CommandRun run) => XmlResults.Read(run.Reports) is { IsEmpty: false } results ? results : CompilerErrors.Read(run.Output, ".");

    private static StackCheck.Command Test(string directory) =>
        new(CheckPurpose.Test, ["mvn", "--offline", "--batch-mode", "--quiet", $"-Dmaven.repo.local={At}", "test"], directory)
        {
            Settings = Settings(),
            IsReport = file => SurefireReport().IsMatch(file),
        };

    private static ImmutableArray<string> Maven(ProjectTree tree) => [.. tree.Files.Where(file => Path.GetFileName(file) == "pom.xml")];

    // Modules are built by the project around them.
    private static ImmutableArray<string> Outermost(ImmutableArray<string> files)
    {
        var directories = files.Select(ProjectTree.DirectoryOf).ToImmutableHashSet();
        return [.. directories.Where(directory => !ProjectTree.Upwards(directory).Skip(1).Any(directories.Contains)).Order(StringComparer.Ordinal)];
    }

    // Debian's Java and Maven have links into them, and do not start without.
    private static ImmutableArray<string> Settings() => [.. SettingsOf.SelectMany(name => Directory.EnumerateDirectories("/etc", name)).Order(StringComparer.Ordinal)];

    [GeneratedRegex("<(extensions?|repositories|pluginRepositories|repository)>", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Decides();

    [GeneratedRegex("<dependency>\\s*<groupId>[^<]*</groupId>\\s*<artifactId>(?<name>[^<]*)</artifactId>", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Dependency();

    [GeneratedRegex("Could not find artifact .*$", RegexOptions.NonBacktracking | RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex UnknownArtifact();

    [GeneratedRegex("(^|/)target/surefire-reports/[^/]+\\.xml$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex SurefireReport();
}
