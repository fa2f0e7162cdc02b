using System.Collections.Immutable;
using System.Runtime.Versioning;
using System.Text.Json;
using System.Text.RegularExpressions;
using Conclave.Workspace.Sandbox;

namespace Conclave.Workspace.Verification;

/// <summary>Node: parses every JavaScript file, and runs the test files of each package with <c>node:test</c>, the acceptance tests apart from the others. Nothing is installed.</summary>
/// <param name="isInstalled">Whether the sandbox has a program.</param>
[SupportedOSPlatform("linux")]
internal sealed partial class NodeStack(Func<string, bool> isInstalled) : IStack
{
    private const string Parse = "check_node.cjs";
    private const string Hollow = "hollow_tests.cjs";
    private const string Test = "run_node.mjs";
    private const int TooOld = 3; // as check_node.cjs says it

    /// <inheritdoc />
    public string Name => "node";

    /// <inheritdoc />
    public bool Detect(ProjectTree tree) => tree.Files.Any(file => IsPackage(file) || IsTest(file) || NeedsCompiler(file));

    /// <inheritdoc />
    public StackPlan Checks(ProjectTree tree)
    {
        if (!isInstalled("node"))
        {
            return new StackPlan([], [new StackGap(Name, "`node` was not found below /usr", "apt-get install nodejs")]);
        }

        var packages = tree.Files.Where(IsPackage).Select(ProjectTree.DirectoryOf).ToImmutableSortedSet(StringComparer.Ordinal);
        var files = tree.Files.Where(file => IsSource(file) || NeedsCompiler(file)).ToLookup(file => PackageOf(packages, file));
        var plans = packages.Concat(files.Select(group => group.Key)).Distinct(StringComparer.Ordinal).Select(package => Package(tree, package, [.. files[package]])).ToList();
        var broken = packages.Select(package => InvalidPackage(tree, package)).OfType<TestFailure>().ToImmutableArray();
        return new StackPlan(
            [.. broken.IsEmpty ? [] : new[] { new StackCheck.Inspection(broken) }, .. plans.SelectMany(plan => plan.Checks)],
            [.. plans.SelectMany(plan => plan.Gaps)]);
    }

    /// <inheritdoc />
    public TestReport Read(ProjectTree tree, StackCheck.Command command, SandboxRun run)
    {
        if (command.Purpose == CheckPurpose.Build)
        {
            return TestReport.Read(run) with { Gap = run.ExitCode == TooOld ? new StackGap(Name, "`node` is too old: its test runner believes what tests print", "install Node 20 or later below /usr") : null };
        }

        var report = TestReport.Read(run);
        var seen = report.Results.Select(result => result.File).ToHashSet();
        // To the runner a file is green when its process ends with 0, whatever became of the tests in it.
        var silent = command.TestFiles
            .Where(file => !seen.Contains(file) && IsNamedAsTest(file) && tree.Read(file).Contains("node:test", StringComparison.Ordinal))
            .Select(file => new TestResult(file, file, TestOutcome.Failed, "Incomplete", "its process ended before any of its tests", "", null));
        return report with { Results = report.IsComplete ? [.. report.Results, .. silent] : report.Results };
    }

    private StackPlan Package(ProjectTree tree, string package, ImmutableArray<string> files)
    {
        var tests = files.Where(IsTest).ToImmutableArray();
        if (Missing(tree, package, tests) is { } missing)
        {
            return new StackPlan([], [new StackGap(Name, $"the project needs `{missing}`; dependencies can't be installed: downloads are not allowed", "vendor it in node_modules, or do without")]);
        }

        if (files.FirstOrDefault(NeedsCompiler) is { } source)
        {
            return new StackPlan([], [new StackGap(Name, $"{source} has to be compiled, and the compiler can't be installed: downloads are not allowed", "use JavaScript that Node and browsers run as it is")]);
        }

        if (files.IsEmpty)
        {
            return new StackPlan([], []);
        }

        var parse = new StackCheck.Command(CheckPurpose.Build, ["node", "--expose-internals", "--experimental-vm-modules", "--no-warnings", $"/conclave/{Parse}", .. files], package) { Programs = [Parse, Hollow] };
        return new StackPlan([parse, .. tests.GroupBy(Acceptance.Has).OrderByDescending(group => group.Key).Select(group => TestCommand(package, group))], []);
    }

    private static StackCheck.Command TestCommand(string package, IGrouping<bool, string> tests) =>
        new(CheckPurpose.Test, ["node", $"/conclave/{Test}", .. tests.Select(file => $"/project/{file}")], package)
        {
            Programs = [Test],
            TestFiles = [.. tests],
            IsAcceptance = tests.Key,
        };

    // A dependency that is not there, if the program or its tests can't do without it.
    private static string? Missing(ProjectTree tree, string package, ImmutableArray<string> tests)
    {
        using var json = ReadPackage(tree, package);
        if (json is null)
        {
            return null;
        }

        var script = json.RootElement.TryGetProperty("scripts", out var scripts) && scripts.ValueKind == JsonValueKind.Object && scripts.TryGetProperty("test", out var value) ? value.ToString() : "";
        var needed = Names(json, "dependencies").Concat(Names(json, "devDependencies").Where(name => IsUsed(tree, name, script, tests)));
        return needed.FirstOrDefault(name => !ProjectTree.Upwards(package).Any(above => tree.Exists(ProjectTree.In(above, $"node_modules/{name}/package.json"))));
    }

    private static bool IsUsed(ProjectTree tree, string dependency, string script, ImmutableArray<string> tests) =>
        script.Split([' ', '&', ';', '|', '/']).Contains(dependency)
        || tests.Any(file => tree.Read(file) is var text && Quotations(dependency).Any(quoted => text.Contains(quoted, StringComparison.Ordinal)));

    private static string[] Quotations(string dependency) => [$"'{dependency}'", $"'{dependency}/", $"\"{dependency}\"", $"\"{dependency}/"];

    private static List<string> Names(JsonDocument package, string kind) =>
        package.RootElement.TryGetProperty(kind, out var dependencies) && dependencies.ValueKind == JsonValueKind.Object
            ? dependencies.EnumerateObject().Where(dependency => !IsLocal(dependency.Value.ToString())).Select(dependency => dependency.Name).ToList()
            : [];

    // "file:../shared" or "workspace:*": of the project itself.
    private static bool IsLocal(string version) => version.StartsWith("file:", StringComparison.Ordinal) || version.StartsWith("workspace:", StringComparison.Ordinal);

    private static TestFailure? InvalidPackage(ProjectTree tree, string package)
    {
        using var json = ReadPackage(tree, package);
        var file = ProjectTree.In(package, "package.json");
        return json is null ? new TestFailure(file, file, "InvalidPackage", "it is not a JSON object", "") : null;
    }

    private static JsonDocument? ReadPackage(ProjectTree tree, string package)
    {
        try
        {
            var json = tree.Files.Contains(ProjectTree.In(package, "package.json")) ? tree.Read(ProjectTree.In(package, "package.json")) : "{}";
            var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string PackageOf(ImmutableSortedSet<string> packages, string file) =>
        ProjectTree.Upwards(ProjectTree.DirectoryOf(file)).FirstOrDefault(packages.Contains) ?? ".";

    private static bool IsPackage(string file) => Path.GetFileName(file) == "package.json";

    private static bool IsSource(string file) => file.EndsWith(".js", StringComparison.Ordinal) || file.EndsWith(".mjs", StringComparison.Ordinal) || file.EndsWith(".cjs", StringComparison.Ordinal);

    private static bool NeedsCompiler(string file) => Compiled().IsMatch(file) && !file.EndsWith(".d.ts", StringComparison.Ordinal);

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
