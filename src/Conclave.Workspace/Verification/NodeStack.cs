using System.Collections.Immutable;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;

namespace Conclave.Workspace.Verification;

/// <summary>
/// Node: parses every JavaScript file, builds each package that says how or that TypeScript can build, and runs its tests: with <c>node:test</c> where it can, else with
/// the package's own script; the acceptance tests always apart from the others.
/// </summary>
/// <param name="isInstalled">Whether the sandbox has a program.</param>
[SupportedOSPlatform("linux")]
internal sealed partial class NodeStack(Func<string, bool> isInstalled) : IStack
{
    private const string Parse = "check_node.cjs";
    private const string Hollow = "hollow_tests.cjs";
    private const string Test = "run_node.mjs";
    private const string Otherwise = "vendor it in node_modules, or do without";
    private const int TooOld = 3; // as check_node.cjs says it

    private static readonly ImmutableSortedDictionary<string, string> Offline = ImmutableSortedDictionary.CreateRange<string, string>(
        [new("npm_config_offline", "true"), new("npm_config_update_notifier", "false"), new("npm_config_loglevel", "error"), new("NO_COLOR", "1")]);

    /// <inheritdoc />
    public string Name => "node";

    /// <inheritdoc />
    public bool Detect(ProjectTree tree) => tree.Files.Any(file => IsPackage(file) || IsTest(file) || NeedsCompiler(file));

    /// <inheritdoc />
    public ImmutableArray<Installation> Installations(ProjectTree tree, PackageSources sources)
    {
        var parts = Parts(tree);
        return
        [
            .. parts
                .Where(part => part.Missing(tree, PackageSupply.None) is not null && Root(parts, part.Package).Foreign is null && part.Package.Foreign is null)
                .GroupBy(part => Root(parts, part.Package).Directory)
                .Select(group => NodeInstallation.Of(tree, Root(parts, group.First().Package), [.. group.Select(part => part.Package)], sources)),
        ];
    }

    /// <inheritdoc />
    public StackPlan Checks(ProjectTree tree, PackageSupply packages)
    {
        if (!isInstalled("node"))
        {
            return new StackPlan([], [new StackGap(Name, "`node` was not found below /usr", "apt-get install nodejs")]);
        }

        var plans = Parts(tree).Select(part => Plan(tree, part, packages)).ToList();
        ImmutableArray<TestFailure> broken = [.. Directories(tree).Where(directory => NodePackage.Read(tree, directory) is null).Select(InvalidPackage)];
        return new StackPlan(
            [.. broken.IsEmpty ? [] : new[] { new StackCheck.Inspection(broken) }, .. plans.SelectMany(plan => plan.Checks)],
            [.. plans.SelectMany(plan => plan.Gaps)]);
    }

    /// <inheritdoc />
    public TestReport Read(ProjectTree tree, StackCheck.Command command, CommandRun run) => command switch
    {
        { Purpose: CheckPurpose.Build, Programs.IsEmpty: true } => TestReport.None with { Results = [.. CompilerErrors.Read(run.Output, command.WorkingDirectory)] },
        { Purpose: CheckPurpose.Build } => TestReport.Read(run.Run) with
        {
            Results = [.. ScriptErrors.Read(run.Output)],
            Gap = run.Run.ExitCode == TooOld ? new StackGap(Name, "`node` is too old: its test runner believes what tests print", "install Node 20 or later below /usr") : null,
        },
        { Programs.IsEmpty: true } => TestReport.None with { Summary = NodeSummary.Read(run.Output) ?? TestCounts.None, IsForgeable = true },
        _ => ReadTests(tree, command, TestReport.Read(run.Run)),
    };

    private static TestReport ReadTests(ProjectTree tree, StackCheck.Command command, TestReport report)
    {
        var seen = report.Results.Select(result => result.File).ToHashSet();
        // To the runner a file is green when its process ends with 0, whatever became of the tests in it.
        var silent = command.TestFiles
            .Where(file => !seen.Contains(file) && IsNamedAsTest(file) && tree.Read(file).Contains("node:test", StringComparison.Ordinal))
            .Select(file => new TestResult(file, file, TestOutcome.Failed, "Incomplete", "its process ended before any of its tests", "", null));
        return report with { Results = report.IsComplete ? [.. report.Results, .. silent] : report.Results };
    }

    private StackPlan Plan(ProjectTree tree, NodePart part, PackageSupply packages)
    {
        if (part.Files.IsEmpty && part.Package.TestScript is null)
        {
            return part.Missing(tree, packages) is { } unused ? Lacking(part, unused, packages) : new StackPlan([], []);
        }

        if (part.Missing(tree, packages) is { } missing)
        {
            return Lacking(part, missing, packages);
        }

        var (build, noBuild) = BuildCommand(tree, part, packages);
        if (noBuild is not null)
        {
            return new StackPlan([], [noBuild]);
        }

        var sources = part.Files.Where(IsSource).ToImmutableArray();
        var (acceptance, own) = (part.Tests.Where(Acceptance.Has).ToImmutableArray(), part.Tests.Where(file => !Acceptance.Has(file)).ToImmutableArray());
        var script = part.Package.TestScript is not null && (!part.Package.UsesNodeTest || own.IsEmpty);
        if ((build?.Argv[0] == "npm" || script) && !isInstalled("npm"))
        {
            return new StackPlan([], [new StackGap(Name, "`npm` was not found below /usr", "apt-get install npm")]);
        }

        return new StackPlan(
            [
                .. sources.IsEmpty ? [] : new[] { new StackCheck.Command(CheckPurpose.Build, ["node", "--expose-internals", "--experimental-vm-modules", "--no-warnings", $"/conclave/{Parse}", .. sources], part.Directory) { Programs = [Parse, Hollow] } },
                .. build is null ? [] : new[] { build },
                .. acceptance.IsEmpty ? [] : new[] { TestCommand(part.Directory, acceptance) with { IsAcceptance = true } },
                .. own.IsEmpty || script ? [] : new[] { TestCommand(part.Directory, own) },
                .. script ? new[] { Script(CheckPurpose.Test, part, "test") } : [],
            ],
            []);
    }

    private StackPlan Lacking(NodePart part, string missing, PackageSupply packages) => new([],
    [
        part.Package.Foreign is { } foreign && packages.Permission is Downloads.Allowed
            ? new StackGap(Name, $"{part.Package.File} asks for {foreign}: only packages from a registry are fetched", "name a version of a registry, or vendor it in node_modules")
            : packages.Lacks(Name, part.Directory, $"the project needs `{missing}`", Otherwise),
    ]);

    // By its own script, else by TypeScript where that is at hand.
    private (StackCheck.Command? Command, StackGap? Gap) BuildCommand(ProjectTree tree, NodePart part, PackageSupply packages)
    {
        if (part.Package.Scripts.ContainsKey("build"))
        {
            return (Script(CheckPurpose.Build, part, "build") with { Keeps = true }, null);
        }

        if (part.Files.FirstOrDefault(NeedsCompiler) is not { } source)
        {
            return (null, null);
        }

        ImmutableArray<string> compiler = part.Has(tree, packages, "typescript") ? ["node", $"{Up(tree, part, packages)}node_modules/typescript/bin/tsc"] : isInstalled("tsc") ? ["tsc"] : [];
        return (compiler, tree.Files.Contains(ProjectTree.In(part.Directory, "tsconfig.json"))) switch
        {
            ({ IsEmpty: true }, _) => (null, packages.Lacks(Name, part.Directory, $"{source} has to be compiled, and the compiler is not there", "apt-get install node-typescript, or use JavaScript that Node and browsers run as it is")),
            (_, false) => (null, new StackGap(Name, $"{source} has to be compiled, and neither a `build` script nor a tsconfig.json says how", "add a `build` script to package.json")),
            _ => (new StackCheck.Command(CheckPurpose.Build, [.. compiler, "--project", ".", "--pretty", "false"], part.Directory) { Keeps = true, Environment = Offline }, null),
        };
    }

    private static string Up(ProjectTree tree, NodePart part, PackageSupply packages) =>
        string.Concat(ProjectTree.Upwards(part.Directory).TakeWhile(above => !packages.Has("node", above) && !tree.Exists(ProjectTree.In(above, "node_modules/typescript/package.json"))).Select(_ => "../"));

    private static StackCheck.Command Script(CheckPurpose purpose, NodePart part, string script) =>
        new(purpose, ["npm", "run", script], part.Directory) { Environment = Offline };

    private static StackCheck.Command TestCommand(string directory, ImmutableArray<string> tests) =>
        new(CheckPurpose.Test, ["node", $"/conclave/{Test}", .. tests.Select(file => $"/project/{file}")], directory) { Programs = [Test], TestFiles = tests };

    private static ImmutableArray<NodePart> Parts(ProjectTree tree)
    {
        var directories = Directories(tree);
        var files = tree.Files.Where(file => IsSource(file) || NeedsCompiler(file)).ToLookup(file => ProjectTree.Upwards(ProjectTree.DirectoryOf(file)).FirstOrDefault(directories.Contains) ?? ".");
        return
        [
            .. directories.Concat(files.Select(group => group.Key)).Distinct(StringComparer.Ordinal)
                .Select(directory => NodePackage.Read(tree, directory) is { } package ? new NodePart(package, [.. files[directory]], [.. files[directory].Where(IsTest)]) : null)
                .OfType<NodePart>(),
        ];
    }

    // Where its packages lie: with the workspaces that it is one of.
    private static NodePackage Root(ImmutableArray<NodePart> parts, NodePackage package) =>
        ProjectTree.Upwards(package.Directory).Select(above => parts.FirstOrDefault(part => part.Directory == above)?.Package).FirstOrDefault(above => above?.HasWorkspaces == true) ?? package;

    private static ImmutableSortedSet<string> Directories(ProjectTree tree) => tree.Files.Where(IsPackage).Select(ProjectTree.DirectoryOf).ToImmutableSortedSet(StringComparer.Ordinal);

    private static TestFailure InvalidPackage(string directory)
    {
        var file = ProjectTree.In(directory, "package.json");
        return new TestFailure(file, file, "InvalidPackage", "it is not a JSON object", "");
    }

    private static bool IsPackage(string file) => Path.GetFileName(file) == "package.json";

    private static bool IsSource(string file) => file.EndsWith(".js", StringComparison.Ordinal) || file.EndsWith(".mjs", StringComparison.Ordinal) || file.EndsWith(".cjs", StringComparison.Ordinal);

    /// <summary>Whether Node and browsers can't run a file as it is.</summary>
    internal static bool NeedsCompiler(string file) => Compiled().IsMatch(file) && !file.EndsWith(".d.ts", StringComparison.Ordinal);

    private static bool IsTest(string file) => IsNamedAsTest(file) || TestDirectory().IsMatch(file);

    private static bool IsNamedAsTest(string file) => TestFile().IsMatch(file);

    // What `node --test` looks for by itself, and *.spec.js.
    [GeneratedRegex("(^|/)(test|test-[^/]*|[^/]+[.\\-_]test|[^/]+\\.spec)\\.[cm]?js$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex TestFile();

    [GeneratedRegex("\\.([cm]?tsx?|jsx|vue|svelte)$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Compiled();

    [GeneratedRegex("(^|/)test/.*\\.[cm]?js$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex TestDirectory();
}
