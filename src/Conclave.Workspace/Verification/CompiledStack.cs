using System.Collections.Immutable;
using System.Runtime.Versioning;

namespace Conclave.Workspace.Verification;

/// <summary>
/// A language whose own tool builds the project and runs its tests. The tool's report is written by the process that the tested code runs in, or read from
/// what that prints: it can show that a project is wrong, never that it is right. So such tests never verify; see docs/decisions/test-evidence.md.
/// </summary>
/// <param name="isInstalled">Whether the sandbox has a program.</param>
[SupportedOSPlatform("linux")]
internal abstract class CompiledStack(Func<string, bool> isInstalled) : IStack
{
    /// <inheritdoc />
    public abstract string Name { get; }

    /// <summary>The program that is needed, and how to install it.</summary>
    protected abstract (string Program, string Fix) Tool { get; }

    /// <summary>The ends of the names of its sources.</summary>
    protected abstract ImmutableArray<string> Extensions { get; }

    /// <inheritdoc />
    public bool Detect(ProjectTree tree) => tree.Files.Any(IsSource);

    /// <inheritdoc />
    public virtual ImmutableArray<Installation> Installations(ProjectTree tree, PackageSources sources) => [];

    /// <inheritdoc />
    public StackPlan Checks(ProjectTree tree, PackageSupply packages) => !IsInstalled(Tool.Program)
        ? new StackPlan([], [new StackGap(Name, $"`{Tool.Program}` was not found below /usr", Tool.Fix)])
        : Plan(tree, packages);

    /// <inheritdoc />
    public TestReport Read(ProjectTree tree, StackCheck.Command command, CommandRun run) => command.Purpose == CheckPurpose.Build
        ? TestReport.None with { Results = [.. CompilerErrors.Read(run.Output, command.WorkingDirectory)], Gap = LackOf(run) }
        : TestReport.None with { Results = [.. Results(run)], IsForgeable = true, Gap = LackOf(run) };

    /// <summary>Whether the sandbox has a program.</summary>
    protected bool IsInstalled(string program) => isInstalled(program);

    /// <summary>What to do when the tool is there.</summary>
    protected abstract StackPlan Plan(ProjectTree tree, PackageSupply packages);

    /// <summary>The tests that the tool names.</summary>
    protected virtual IEnumerable<TestResult> Results(CommandRun run) => [];

    /// <summary>A package that only the tool knew to be missing; null when none is.</summary>
    protected virtual StackGap? LackOf(CommandRun run) => null;

    /// <summary>Whether a file is one of its sources.</summary>
    protected bool IsSource(string file) => Extensions.Contains(Path.GetExtension(file));

    /// <summary>The gap of a project that needs packages.</summary>
    protected StackGap NeedsPackages(string file, PackageSupply packages) =>
        packages.Lacks(Name, ".", $"{file} asks for packages", "build and test it yourself");
}
