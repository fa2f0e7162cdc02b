using System.Collections.Immutable;
using Conclave.Workspace.Sandbox;

namespace Conclave.Workspace.Verification;

/// <summary>One technology: how to see that a project uses it, how to build and test it. Commands are ours alone; a project only gives file names.</summary>
internal interface IStack
{
    /// <summary>Its name in the evidence.</summary>
    string Name { get; }

    /// <summary>Whether the project uses it.</summary>
    bool Detect(ProjectTree tree);

    /// <summary>What to do, builds before tests.</summary>
    StackPlan Checks(ProjectTree tree);

    /// <summary>What a command of its plan showed, from our own program's report or exit code, not from the output of the code that it ran.</summary>
    TestReport Read(ProjectTree tree, StackCheck.Command command, SandboxRun run);
}

/// <summary>What a stack wants to have done.</summary>
/// <param name="Gaps">What it knows it can't do.</param>
internal sealed record StackPlan(ImmutableArray<StackCheck> Checks, ImmutableArray<StackGap> Gaps);

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
