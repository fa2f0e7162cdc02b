using System.Collections.Immutable;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;

namespace Conclave.Workspace.Verification;

/// <summary>
/// Python: compiles every file, and runs the tests with unittest. The acceptance tests run in a process of their own. Of the others, files of one import
/// root run in one process, so that test directories which are no packages, and the parts of a repository with several projects, don't get in each other's way.
/// </summary>
/// <param name="isInstalled">Whether the sandbox has a program.</param>
[SupportedOSPlatform("linux")]
internal sealed partial class PythonStack(Func<string, bool> isInstalled) : IStack
{
    private const string Compile = "check_python.py";
    private const string Test = "run_unittest.py";
    private const string Pytest = "run_pytest.py";
    private static readonly ImmutableArray<string> CompilePrograms = [Compile, "find_tests.py", "hollow_tests.py", "signed_report.py"];
    private static readonly ImmutableArray<string> TestPrograms = [Test, "guard.py", "own_modules.py", "signed_report.py"];

    private static readonly ImmutableArray<string> PytestPrograms = [Pytest, "signed_report.py"];

    private static readonly string[] ProjectFiles = ["pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile", "manage.py"];

    // The order of sets and dictionaries of strings must not change from run to run, or the same failure would look like another.
    private static readonly ImmutableSortedDictionary<string, string> Environment = ImmutableSortedDictionary.CreateRange<string, string>(
        [new("PYTHONHASHSEED", "0"), new("PYTHONDONTWRITEBYTECODE", "1"), new("PYTHONUNBUFFERED", "1")]);

    /// <inheritdoc />
    public string Name => "python";

    /// <inheritdoc />
    public bool Detect(ProjectTree tree) => Sources(tree).Any();

    /// <inheritdoc />
    public ImmutableArray<Installation> Installations(ProjectTree tree, PackageSources sources) =>
        PythonInstallation.Of(tree, NeedsPytest(tree) && !HasPytest(PackageSupply.None), sources) is { } installation ? [installation] : [];

    /// <inheritdoc />
    public StackPlan Checks(ProjectTree tree, PackageSupply packages)
    {
        if (!isInstalled("python3"))
        {
            return new StackPlan([], [new StackGap(Name, "`python3` was not found below /usr", "apt-get install python3")]);
        }

        var own = tree.Files.Where(file => IsTest(file) && !Acceptance.Has(file)).GroupBy(file => PlaceOf(tree, file));
        var failed = packages.Failed.GetValueOrDefault((Name, "."));
        ImmutableArray<StackCheck.Command> commands =
        [
            BuildCommand(tree), .. AcceptanceCommand(tree),
            .. own.Select(tests => HasPytest(packages) && tests.Any(file => IsForPytest(tree, file)) ? PytestCommand(tests) : TestCommand(tests)),
        ];
        return new StackPlan([.. commands.Select(command => command with { Environment = EnvironmentOf(packages) })], failed is null ? [] : [failed]);
    }

    /// <inheritdoc />
    public TestReport Read(ProjectTree tree, StackCheck.Command command, CommandRun run)
    {
        var report = TestReport.Read(run.Run);
        return command.Purpose == CheckPurpose.Build ? report
            : command.Programs.Contains(Pytest) ? report with { Gap = Gap(tree, report, run.Packages), IsForgeable = HasHooks(tree) }
            : report with { Gap = Gap(tree, report, run.Packages) };
    }

    // Hooks decide what becomes of a result.
    private static bool HasHooks(ProjectTree tree) => tree.Files.Any(file => Path.GetFileName(file) == "conftest.py" && tree.Read(file).Contains("pytest_", StringComparison.Ordinal));

    private static ImmutableSortedDictionary<string, string> EnvironmentOf(PackageSupply packages) =>
        packages.Has("python", ".") ? Environment.Add("CONCLAVE_PACKAGES", PythonInstallation.At) : Environment;

    private bool HasPytest(PackageSupply packages) =>
        isInstalled("pytest") || isInstalled("pytest-3") || (packages.Has(Name, ".") && packages.Layers[(Name, ".")] is var layer && Directory.Exists(Path.Combine(layer.Source, "pytest")));

    private static bool NeedsPytest(ProjectTree tree) => tree.Files.Any(file => IsTest(file) && IsForPytest(tree, file));

    private static bool IsForPytest(ProjectTree tree, string file) => ForPytest().IsMatch(tree.Read(file));

    private static StackCheck.Command PytestCommand(IGrouping<TestPlace, string> tests) =>
        new(CheckPurpose.Test, ["python3", "-s", "-B", $"/conclave/{Pytest}", tests.Key.ImportRoot, .. tests], tests.Key.Project) { Programs = PytestPrograms, TestFiles = [.. tests] };

    private static StackCheck.Command BuildCommand(ProjectTree tree) =>
        new(CheckPurpose.Build, ["python3", "-s", "-B", $"/conclave/{Compile}", .. Sources(tree)], ".") { Programs = CompilePrograms, Environment = Environment };

    private static IEnumerable<StackCheck.Command> AcceptanceCommand(ProjectTree tree)
    {
        ImmutableArray<string> tests = [.. tree.Files.Where(file => IsTest(file) && Acceptance.Has(file))];
        return tests.IsEmpty ? [] : [Command("apart", Acceptance.Folder, tests, ".") with { IsAcceptance = true }];
    }

    private static StackCheck.Command TestCommand(IGrouping<TestPlace, string> tests) => Command("together", tests.Key.ImportRoot, [.. tests], tests.Key.Project);

    private static StackCheck.Command Command(string mode, string importRoot, ImmutableArray<string> tests, string workingDirectory) =>
        new(CheckPurpose.Test, ["python3", "-s", "-B", $"/conclave/{Test}", mode, importRoot, .. tests], workingDirectory)
        {
            Programs = TestPrograms,
            Environment = Environment,
            TestFiles = tests,
        };

    private static IEnumerable<string> Sources(ProjectTree tree) => tree.Files.Where(file => file.EndsWith(".py", StringComparison.Ordinal));

    // unittest's own pattern, and the other habit.
    private static bool IsTest(string file) => TestFile().IsMatch(Path.GetFileName(file));

    [GeneratedRegex("^(test[A-Za-z0-9_]*|[A-Za-z_][A-Za-z0-9_]*_test)\\.py$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex TestFile();

    private static TestPlace PlaceOf(ProjectTree tree, string file)
    {
        var directory = ProjectTree.DirectoryOf(file);
        var importRoot = OutOfPackages(tree, directory);
        var outermost = ProjectTree.Upwards(directory).LastOrDefault(above => Path.GetFileName(above) is "tests" or "test");
        var owner = OutOfPackages(tree, outermost is null ? directory : ProjectTree.DirectoryOf(outermost));
        var project = ProjectTree.Upwards(owner).FirstOrDefault(above => ProjectFiles.Any(name => tree.Files.Contains(ProjectTree.In(above, name))));
        return new TestPlace(project ?? (outermost is null || Path.GetFileName(owner) == "src" ? "." : owner), importRoot);
    }

    private static string OutOfPackages(ProjectTree tree, string directory) =>
        ProjectTree.Upwards(directory).First(above => above == "." || !tree.Files.Contains($"{above}/__init__.py"));

    private StackGap? Gap(ProjectTree tree, TestReport report, PackageSupply packages)
    {
        var missing = report.Results.Select(result => result.Missing).OfType<string>().FirstOrDefault(module => IsInstallable(tree, module));
        var unsupported = report.Results.Where(result => result.Outcome == TestOutcome.Unsupported).ToList();
        return (missing, unsupported) switch
        {
            ("pytest", _) => packages.Lacks(Name, ".", "the tests import pytest, which is not installed", "write the tests with unittest, or apt-get install python3-pytest"),
            ({ } module, _) => packages.Lacks(Name, ".", $"the project needs `{module}`, which is not installed", $"install {module} for the python3 below /usr"),
            (_, [var first, ..]) => packages.Lacks(Name, ".", $"{unsupported.Count} tests are written for pytest, such as {first.Test}, which is not installed", "write the tests with unittest, or apt-get install python3-pytest"),
            _ => null,
        };
    }

    // What the project says it needs from elsewhere. A module that it neither has nor asks for is its own mistake.
    private static bool IsInstallable(ProjectTree tree, string module) =>
        module == "pytest"
        || (!tree.Files.Any(file => file.Split('/').Any(name => name == module || name == $"{module}.py"))
            && tree.Files
                .Where(file => Path.GetFileName(file) is "pyproject.toml" or "setup.py" or "setup.cfg" or "Pipfile" || RequirementsFile().IsMatch(file))
                .Any(file => tree.Read(file).Replace('-', '_').Contains(module, StringComparison.OrdinalIgnoreCase)));

    [GeneratedRegex("(^|/)requirements[^/]*\\.txt$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex RequirementsFile();

    // import pytest; a bare test with a fixture; a class of tests that is no TestCase
    [GeneratedRegex("^(import pytest|from pytest\\b|(async )?def test_\\w+\\(\\s*\\w|class Test\\w*(\\(\\))?:)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex ForPytest();

    // Where the command starts, and the directory that test modules are named from; files of the same place run together.
    private sealed record TestPlace(string Project, string ImportRoot);
}
