using System.Collections.Immutable;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;

namespace Conclave.Workspace.Verification;

/// <summary>Go: <c>go vet</c> and <c>go test -json</c> in each module; packages from elsewhere must be vendored.</summary>
[SupportedOSPlatform("linux")]
internal sealed partial class GoStack(Func<string, bool> isInstalled) : CompiledStack(isInstalled)
{
    private const string At = "/packages/go";

    private static readonly ImmutableSortedDictionary<string, string> Environment = ImmutableSortedDictionary.CreateRange<string, string>(
        [new("GOCACHE", "/tmp/go"), new("GOFLAGS", "-count=1"), new("GOPROXY", "off"), new("GOTELEMETRY", "off"), new("GOTOOLCHAIN", "local")]);

    // What is not in go.sum was checked, or not, when it was fetched.
    private static readonly ImmutableSortedDictionary<string, string> WithPackages = Environment.SetItems([new("GOFLAGS", "-count=1 -mod=mod -modcacherw"), new("GOMODCACHE", At), new("GONOSUMDB", "*"), new("GONOSUMCHECK", "1")]);

    /// <inheritdoc />
    public override string Name => "go";

    /// <inheritdoc />
    protected override (string Program, string Fix) Tool => ("go", "install it below /usr, on Debian and Ubuntu with: apt-get install golang-go");

    /// <inheritdoc />
    protected override ImmutableArray<string> Extensions => [".go"];

    /// <inheritdoc />
    public override ImmutableArray<Installation> Installations(ProjectTree tree, PackageSources sources)
    {
        ImmutableArray<string> needy = [.. Modules(tree).Where(file => IsNeedy(tree, file))];
        return needy.IsEmpty ? [] :
        [
            new Installation(Name, ".", needy[0], [.. needy.SelectMany(file => Required().Matches(tree.Read(file))).Select(found => found.Groups["module"].Value).Distinct(StringComparer.Ordinal)])
            {
                // Only go.mod and go.sum are there, so nothing of the project is compiled.
                Argv = ["sh", "-c", "for module in \"$@\"; do (cd \"$module\" && go mod download) || exit 1; done", "fetch", .. needy.Select(ProjectTree.DirectoryOf)],
                Tool = Tool,
                Files = Modules(tree).SelectMany(file => new[] { file, ProjectTree.In(ProjectTree.DirectoryOf(file), "go.sum") }).Where(tree.Files.Contains)
                    .ToImmutableSortedDictionary(file => file, tree.Read, StringComparer.Ordinal),
                Environment = Environment.SetItems([new("GOMODCACHE", "/project/.modules"), new("GOPROXY", sources["go"]), new("GOFLAGS", "-mod=mod -modcacherw")]),
                Output = ".modules",
                At = At,
                Unknown = UnknownModule(),
            },
        ];
    }

    /// <inheritdoc />
    protected override StackPlan Plan(ProjectTree tree, PackageSupply packages)
    {
        var modules = Modules(tree);
        var needy = packages.Has(Name, ".") ? null : modules.FirstOrDefault(file => IsNeedy(tree, file));
        return (modules, needy) switch
        {
            ({ IsEmpty: true }, _) => new StackPlan([], [new StackGap(Name, "its Go has no go.mod", "add one")]),
            (_, { } file) => new StackPlan([], [NeedsPackages(file, packages)]),
            _ => new StackPlan([.. modules.Select(ProjectTree.DirectoryOf).SelectMany(directory => new[] { Command(CheckPurpose.Build, directory, packages, "vet"), Command(CheckPurpose.Test, directory, packages, "test", "-json") })], []),
        };
    }

    /// <inheritdoc />
    protected override IEnumerable<TestResult> Results(CommandRun run) => GoEvents.Read(run.Run.Stdout.Text);

    private static ImmutableArray<string> Modules(ProjectTree tree) => [.. tree.Files.Where(file => Path.GetFileName(file) == "go.mod")];

    private static bool IsNeedy(ProjectTree tree, string file) => Require().IsMatch(tree.Read(file)) && !tree.Exists(ProjectTree.In(ProjectTree.DirectoryOf(file), "vendor/modules.txt"));

    private static StackCheck.Command Command(CheckPurpose purpose, string directory, PackageSupply packages, params ReadOnlySpan<string> arguments) =>
        new(purpose, ["go", .. arguments, "./..."], directory) { Environment = packages.Has("go", ".") ? WithPackages : Environment };

    // require example.com/x v1.2.3, and the lines of require ( ... )
    [GeneratedRegex("^\\s*(require\\s+)?(?<module>[a-z0-9][\\w.-]*\\.[\\w./-]+ v[\\w.+-]+)", RegexOptions.NonBacktracking | RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Required();

    // go: example.com/x@v1.0.0: reading https://...: 404 Not Found
    [GeneratedRegex("^go: .*(404 Not Found|unknown revision|invalid version).*$", RegexOptions.NonBacktracking | RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex UnknownModule();

    [GeneratedRegex("^\\s*require\\b", RegexOptions.NonBacktracking | RegexOptions.Multiline)]
    private static partial Regex Require();
}
