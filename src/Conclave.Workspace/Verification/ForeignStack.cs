using System.Collections.Frozen;
using System.Runtime.Versioning;

namespace Conclave.Workspace.Verification;

/// <summary>Languages that we can't build or test yet: a project with a part in one of them is not verified by the tests of its other parts.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ForeignStack : IStack
{
    private static readonly FrozenDictionary<string, string> Languages = new Dictionary<string, string>
    {
        [".c"] = "C",
        [".cc"] = "C++",
        [".cpp"] = "C++",
        [".dart"] = "Dart",
        [".ex"] = "Elixir",
        [".hs"] = "Haskell",
        [".jl"] = "Julia",
        [".kt"] = "Kotlin",
        [".lua"] = "Lua",
        [".php"] = "PHP",
        [".pl"] = "Perl",
        [".rb"] = "Ruby",
        [".scala"] = "Scala",
        [".swift"] = "Swift",
        [".zig"] = "Zig",
    }.ToFrozenDictionary();

    /// <inheritdoc />
    public string Name => "other";

    /// <inheritdoc />
    public bool Detect(ProjectTree tree) => Find(tree).Any();

    /// <inheritdoc />
    public StackPlan Checks(ProjectTree tree, PackageSupply packages) => new([], [.. Find(tree).Select(language => new StackGap(Name, $"its {language} can't be built or tested yet", null))]);

    /// <inheritdoc />
    public TestReport Read(ProjectTree tree, StackCheck.Command command, CommandRun run) => TestReport.None;

    private static IEnumerable<string> Find(ProjectTree tree) =>
        tree.Files.Select(file => Languages.GetValueOrDefault(Path.GetExtension(file))).OfType<string>().Distinct(StringComparer.Ordinal);
}
