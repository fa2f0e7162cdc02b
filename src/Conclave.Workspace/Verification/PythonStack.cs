using System.Collections.Immutable;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using Conclave.Workspace.Sandbox;

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
    private static readonly ImmutableArray<string> CompilePrograms = [Compile, "find_tests.py", "hollow_tests.py", "signed_report.py"];
    private static readonly ImmutableArray<string> TestPrograms = [Test, "guard.py", "own_modules.py", "signed_report.py"];

    private static readonly string[] ProjectFiles = ["pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile", "manage.py"];

    // The order of sets and dictionaries of strings must not change from run to run, or the same failure would look like another.
    private static readonly ImmutableSortedDictionary<string, string> Environment = ImmutableSortedDictionary.CreateRange<string, string>(
        [new("PYTHONHASHSEED", "0"), new("PYTHONDONTWRITEBYTECODE", "1"), new("PYTHONUNBUFFERED", "1")]);

    /// <inheritdoc />
    public string Name => "python";

    /// <inheritdoc />
    public bool Detect(ProjectTree tree) => Sources(tree).Any();

    /// <inheritdoc />
    public StackPlan Checks(ProjectTree tree) => isInstalled("python3")
        ? new StackPlan([BuildCommand(tree), .. AcceptanceCommand(tree), .. tree.Files.Where(file => IsTest(file) && !Acceptance.Has(file)).GroupBy(file => PlaceOf(tree, file)).Select(TestCommand)], [])
        : new StackPlan([], [new StackGap(Name, "`python3` was not found below /usr", "apt-get install python3")]);

    /// <inheritdoc />
    public TestReport Read(ProjectTree tree, StackCheck.Command command, SandboxRun run)
    {
        if (command.Purpose == CheckPurpose.Build)
        {
            return TestReport.Read(run);
        }

        var report = TestReport.Read(run);
        return report with { Gap = Gap(tree, report) };
    }

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

    private StackGap? Gap(ProjectTree tree, TestReport report)
    {
        var missing = report.Results.Select(result => result.Missing).OfType<string>().FirstOrDefault(module => IsInstallable(tree, module));
        var unsupported = report.Results.Where(result => result.Outcome == TestOutcome.Unsupported).ToList();
        return (missing, unsupported) switch
        {
            ("pytest", _) => new StackGap(Name, "the tests import pytest, which is not installed", "write the tests with unittest, or apt-get install python3-pytest"),
            ({ } module, _) => new StackGap(Name, $"the project needs `{module}`, which is not installed; dependencies can't be installed: downloads are not allowed", $"install {module} for the python3 below /usr"),
            (_, [var first, ..]) => new StackGap(Name, $"{unsupported.Count} tests are written for pytest, such as {first.Test}", "write the tests with unittest"),
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

    // Where the command starts, and the directory that test modules are named from; files of the same place run together.
    private sealed record TestPlace(string Project, string ImportRoot);
}
