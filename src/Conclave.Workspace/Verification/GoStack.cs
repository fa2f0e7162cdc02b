using System.Collections.Immutable;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;

namespace Conclave.Workspace.Verification;

/// <summary>Go: <c>go vet</c> and <c>go test -json</c> in each module; packages from elsewhere must be vendored.</summary>
[SupportedOSPlatform("linux")]
internal sealed partial class GoStack(Func<string, bool> isInstalled) : CompiledStack(isInstalled)
{
    private static readonly ImmutableSortedDictionary<string, string> Environment = ImmutableSortedDictionary.CreateRange<string, string>(
        [new("GOCACHE", "/tmp/go"), new("GOFLAGS", "-count=1"), new("GOPROXY", "off"), new("GOTELEMETRY", "off"), new("GOTOOLCHAIN", "local")]);

    /// <inheritdoc />
    public override string Name => "go";

    /// <inheritdoc />
    protected override (string Program, string Fix) Tool => ("go", "install it below /usr, on Debian and Ubuntu with: apt-get install golang-go");

    /// <inheritdoc />
    protected override ImmutableArray<string> Extensions => [".go"];

    /// <inheritdoc />
    protected override StackPlan Plan(ProjectTree tree)
    {
        var modules = tree.Files.Where(file => Path.GetFileName(file) == "go.mod").ToImmutableArray();
        var needy = modules.FirstOrDefault(file => Require().IsMatch(tree.Read(file)) && !tree.Exists(ProjectTree.In(ProjectTree.DirectoryOf(file), "vendor/modules.txt")));
        return (modules, needy) switch
        {
            ({ IsEmpty: true }, _) => new StackPlan([], [new StackGap(Name, "its Go has no go.mod", "add one")]),
            (_, { } file) => new StackPlan([], [NeedsPackages(file)]),
            _ => new StackPlan([.. modules.Select(ProjectTree.DirectoryOf).SelectMany(directory => new[] { Command(CheckPurpose.Build, directory, "vet"), Command(CheckPurpose.Test, directory, "test", "-json") })], []),
        };
    }

    /// <inheritdoc />
    protected override IEnumerable<TestResult> Results(string output) => GoEvents.Read(output);

    private static StackCheck.Command Command(CheckPurpose purpose, string directory, params ReadOnlySpan<string> arguments) =>
        new(purpose, ["go", .. arguments, "./..."], directory) { Environment = Environment };

    [GeneratedRegex("^\\s*require\\b", RegexOptions.NonBacktracking | RegexOptions.Multiline)]
    private static partial Regex Require();
}
