using System.Collections.Immutable;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;

namespace Conclave.Workspace.Verification;

/// <summary>Rust: <c>cargo build</c> and <c>cargo test</c> in each package that is not part of another one; dependencies must be vendored or of the project itself.</summary>
[SupportedOSPlatform("linux")]
internal sealed partial class RustStack(Func<string, bool> isInstalled) : CompiledStack(isInstalled)
{
    private static readonly ImmutableSortedDictionary<string, string> Environment = ImmutableSortedDictionary.CreateRange<string, string>(
        [new("CARGO_HOME", "/tmp/cargo"), new("CARGO_NET_OFFLINE", "true"), new("CARGO_TERM_COLOR", "never")]);

    /// <inheritdoc />
    public override string Name => "rust";

    /// <inheritdoc />
    protected override (string Program, string Fix) Tool => ("cargo", "install it below /usr, on Debian and Ubuntu with: apt-get install cargo (rustup's, in a home directory, is not seen)");

    /// <inheritdoc />
    protected override ImmutableArray<string> Extensions => [".rs"];

    /// <inheritdoc />
    protected override StackPlan Plan(ProjectTree tree)
    {
        var packages = tree.Files.Where(file => Path.GetFileName(file) == "Cargo.toml").Select(ProjectTree.DirectoryOf).ToImmutableHashSet();
        var outermost = packages.Where(package => !ProjectTree.Upwards(package).Skip(1).Any(packages.Contains)).Order(StringComparer.Ordinal).ToImmutableArray();
        // Which dependencies are missing only cargo knows: without a registry it says so, and the build is then no fault of the project.
        var needy = packages.Select(package => ProjectTree.In(package, "Cargo.toml")).FirstOrDefault(file => VersionedDependency().IsMatch(tree.Read(file)) && !tree.Exists("vendor"));
        return (outermost, needy) switch
        {
            ({ IsEmpty: true }, _) => new StackPlan([], [new StackGap(Name, "its Rust has no Cargo.toml", "add one")]),
            (_, { } file) => new StackPlan([], [NeedsPackages(file)]),
            _ => new StackPlan([.. outermost.SelectMany(directory => new[] { Command(CheckPurpose.Build, directory, "build"), Command(CheckPurpose.Test, directory, "test") })], []),
        };
    }

    /// <inheritdoc />
    protected override IEnumerable<TestResult> Results(string output) => CargoLines.Read(output);

    private static StackCheck.Command Command(CheckPurpose purpose, string directory, string verb) =>
        new(purpose, ["cargo", verb, "--offline", "--quiet", .. verb == "test" ? ["--", "--format=pretty"] : Array.Empty<string>()], directory) { Environment = Environment };

    // [dependencies] followed by serde = "1" or serde = { version = "1" }
    [GeneratedRegex("^\\[(?:[^\\]\\n]*\\.)?(?:dev-|build-)?dependencies\\][^\\[]*?=[^\\n]*\"[~^=<>*]?\\s*\\d", RegexOptions.Multiline, 1000)]
    private static partial Regex VersionedDependency();
}
