using System.Collections.Immutable;
using Conclave.Workspace.Sandbox;

namespace Conclave.Workspace.Verification;

/// <summary>One technology: how to see that a project uses it, how to build and test it. Commands are ours alone; a project only gives the names of its files and, for npm, of its scripts.</summary>
internal interface IStack
{
    /// <summary>Its name in the evidence.</summary>
    string Name { get; }

    /// <summary>Whether the project uses it.</summary>
    bool Detect(ProjectTree tree);

    /// <summary>The packages that the project declares and does not have, as far as they can be fetched.</summary>
    ImmutableArray<Installation> Installations(ProjectTree tree, PackageSources sources) => [];

    /// <summary>What to do, builds before tests.</summary>
    StackPlan Checks(ProjectTree tree, PackageSupply packages);

    /// <summary>What a command of its plan showed, from our own program's report or exit code, not from the output of the code that it ran.</summary>
    TestReport Read(ProjectTree tree, StackCheck.Command command, CommandRun run);
}

/// <summary>What a command of a stack left.</summary>
/// <param name="Reports">The texts of the files that <see cref="StackCheck.Command.IsReport"/> names; what is tested may have written them.</param>
/// <param name="Packages">What was fetched before.</param>
internal sealed record CommandRun(SandboxRun Run, ImmutableArray<string> Reports, PackageSupply Packages)
{
    /// <summary>All its output.</summary>
    public string Output => $"{Run.Stdout.Text}\n{Run.Stderr.Text}";
}

/// <summary>What a stack wants to have done.</summary>
/// <param name="Gaps">What it knows it can't do.</param>
internal sealed record StackPlan(ImmutableArray<StackCheck> Checks, ImmutableArray<StackGap> Gaps)
{
    /// <summary>What it leaves out without harm, for people: a syntax check for which a tool is missing.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}

/// <summary>One check of a stack.</summary>
internal abstract record StackCheck
{
    private StackCheck()
    {
    }

    /// <summary>A command for the sandbox.</summary>
    /// <param name="Argv">The program and its arguments.</param>
    /// <param name="WorkingDirectory">Relative to the project.</param>
    public sealed record Command(CheckPurpose Purpose, ImmutableArray<string> Argv, string WorkingDirectory) : StackCheck
    {
        /// <summary>The programs of ours that it needs.</summary>
        public ImmutableArray<string> Programs { get; init; } = [];

        /// <summary>More files that it finds in <c>/conclave</c>, by their names.</summary>
        public ImmutableSortedDictionary<string, string> Files { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

        /// <summary>What it finds besides the packages that were fetched.</summary>
        public ImmutableArray<SandboxLayer> Layers { get; init; } = [];

        /// <summary>Whether what it makes is there for the commands after it; it can add files, not change any, and none of the acceptance tests.</summary>
        public bool Keeps { get; init; }

        /// <summary>The files, relative to the project, in which it leaves the results of tests; null for none.</summary>
        public Func<string, bool>? IsReport { get; init; }

        /// <summary>Variables for the command.</summary>
        public ImmutableSortedDictionary<string, string> Environment { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

        /// <summary>See <see cref="SandboxCommand.Settings"/>.</summary>
        public ImmutableArray<string> Settings { get; init; } = [];

        /// <summary>Whether its tests are the acceptance tests, and no others.</summary>
        public bool IsAcceptance { get; init; }

        /// <summary>The test files among its arguments.</summary>
        public ImmutableArray<string> TestFiles { get; init; } = [];
    }

    /// <summary>A look at the files that needs no sandbox, since nothing of the project runs.</summary>
    public sealed record Inspection(ImmutableArray<TestFailure> Failures) : StackCheck;
}
