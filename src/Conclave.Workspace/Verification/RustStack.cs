using System.Collections.Immutable;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;

namespace Conclave.Workspace.Verification;

/// <summary>Rust: <c>cargo build</c> and <c>cargo test</c> in each package that is not part of another one; dependencies must be vendored or of the project itself.</summary>
[SupportedOSPlatform("linux")]
internal sealed partial class RustStack(Func<string, bool> isInstalled) : CompiledStack(isInstalled)
{
    private static readonly ImmutableArray<string> OfThePackage = ["version", "edition", "rust-version"];
    private const string At = "/packages/cargo";

    private static readonly ImmutableSortedDictionary<string, string> Environment = ImmutableSortedDictionary.CreateRange<string, string>(
        [new("CARGO_HOME", "/tmp/cargo"), new("CARGO_NET_OFFLINE", "true"), new("CARGO_TERM_COLOR", "never")]);

    /// <inheritdoc />
    public override string Name => "rust";

    /// <inheritdoc />
    protected override (string Program, string Fix) Tool => ("cargo", "install it below /usr, on Debian and Ubuntu with: apt-get install cargo (rustup's, in a home directory, is not seen)");

    /// <inheritdoc />
    protected override ImmutableArray<string> Extensions => [".rs"];

    /// <inheritdoc />
    public override ImmutableArray<Installation> Installations(ProjectTree tree, PackageSources sources)
    {
        ImmutableArray<string> needy = [.. Manifests(tree).Where(file => IsNeedy(tree, file))];
        return needy.IsEmpty || needy.Any(file => ForeignDependency().IsMatch(tree.Read(file))) ? [] :
        [
            new Installation(Name, ".", needy[0], [.. needy.SelectMany(file => Dependency().Matches(tree.Read(file))).Select(found => found.Value.Trim()).Where(line => !OfThePackage.Any(word => line.StartsWith(word, StringComparison.Ordinal))).Distinct(StringComparer.Ordinal)])
            {
                // The sources are there by name only, since cargo looks for its targets; nothing is compiled, no build.rs is run.
                Argv = ["sh", "-c", "for package in \"$@\"; do (cd \"$package\" && cargo fetch --quiet) || exit 1; done", "fetch", .. Outermost(tree)],
                Tool = Tool,
                Files = tree.Files.Where(file => Path.GetFileName(file) is "Cargo.toml" or "Cargo.lock" || IsSource(file))
                    .ToImmutableSortedDictionary(file => file, file => IsSource(file) ? "" : tree.Read(file), StringComparer.Ordinal),
                Environment = Environment.SetItems([new("CARGO_HOME", "/project/.cargo-home"), new("CARGO_NET_OFFLINE", "false")]),
                Output = ".cargo-home",
                At = At,
                Unknown = UnknownCrate(),
            },
        ];
    }

    /// <inheritdoc />
    protected override StackPlan Plan(ProjectTree tree, PackageSupply packages)
    {
        var outermost = Outermost(tree);
        // Which dependencies are missing only cargo knows: without a registry it says so, and the build is then no fault of the project.
        var needy = packages.Has(Name, ".") ? null : Manifests(tree).FirstOrDefault(file => IsNeedy(tree, file));
        return (outermost, needy) switch
        {
            ({ IsEmpty: true }, _) => new StackPlan([], [new StackGap(Name, "its Rust has no Cargo.toml", "add one")]),
            (_, { } file) => new StackPlan([], [NeedsPackages(file, packages)]),
            _ => new StackPlan([.. outermost.SelectMany(directory => new[] { Command(CheckPurpose.Build, directory, packages, "build") with { Keeps = true }, Command(CheckPurpose.Test, directory, packages, "test") })], []),
        };
    }

    /// <inheritdoc />
    protected override IEnumerable<TestResult> Results(CommandRun run) => CargoLines.Read(run.Run.Stdout.Text);

    private static ImmutableArray<string> Manifests(ProjectTree tree) => [.. tree.Files.Where(file => Path.GetFileName(file) == "Cargo.toml")];

    private static ImmutableArray<string> Outermost(ProjectTree tree)
    {
        var packages = Manifests(tree).Select(ProjectTree.DirectoryOf).ToImmutableHashSet();
        return [.. packages.Where(package => !ProjectTree.Upwards(package).Skip(1).Any(packages.Contains)).Order(StringComparer.Ordinal)];
    }

    private static bool IsNeedy(ProjectTree tree, string file) => VersionedDependency().IsMatch(tree.Read(file)) && !tree.Exists("vendor");

    private static StackCheck.Command Command(CheckPurpose purpose, string directory, PackageSupply packages, string verb) =>
        new(purpose, ["cargo", verb, "--offline", "--quiet", .. verb == "test" ? ["--", "--format=pretty"] : Array.Empty<string>()], directory)
        {
            Environment = packages.Has("rust", ".") ? Environment.SetItem("CARGO_HOME", At) : Environment,
        };

    // serde = "1", serde = { version = "1", features = ["derive"] }
    [GeneratedRegex("^[a-zA-Z][\\w-]*\\s*=\\s*(\\{[^}\\n]*version\\s*=\\s*)?\"[~^=<>*]?\\s*\\d[^\\n]*$", RegexOptions.NonBacktracking | RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Dependency();

    [GeneratedRegex("\\b(git|registry|registry-index)\\s*=\\s*\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex ForeignDependency();

    [GeneratedRegex("(no matching package named .*|failed to select a version for the requirement .*)$", RegexOptions.NonBacktracking | RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex UnknownCrate();

    // [dependencies] followed by serde = "1" or serde = { version = "1" }
    [GeneratedRegex("^\\[(?:[^\\]\\n]*\\.)?(?:dev-|build-)?dependencies\\][^\\[]*?=[^\\n]*\"[~^=<>*]?\\s*\\d", RegexOptions.Multiline, 1000)]
    private static partial Regex VersionedDependency();
}
