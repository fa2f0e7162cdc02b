using System.Collections.Immutable;

namespace Conclave.Workspace.Sandbox;

/// <summary>One command to run in a tree.</summary>
/// <param name="Argv">The program, a fixed name such as <c>python3</c> that never comes from a model, and its arguments.</param>
/// <param name="Tree">What the command sees, and may change, as <c>/project</c>.</param>
public sealed record SandboxCommand(ImmutableArray<string> Argv, SandboxTree Tree)
{
    /// <summary>The descriptor that a command reports to.</summary>
    public const int ReportDescriptor = 9;

    /// <summary>Where the command starts, relative to the tree, with <c>/</c>.</summary>
    public string WorkingDirectory { get; init; } = ".";

    /// <summary>Variables besides those that every run has.</summary>
    public ImmutableSortedDictionary<string, string> Environment { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Read-only files of ours that the command finds in <c>/conclave</c>: their contents by their names.</summary>
    public ImmutableSortedDictionary<string, string> Files { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Directories of settings of this machine that its program does not start without, absolute, which it can read; none for other programs.</summary>
    public ImmutableArray<string> Settings { get; init; } = [];

    /// <summary>
    /// Whether the command inherits <see cref="ReportDescriptor"/>, a file outside of everything it can see, for what must not be mixed up with the
    /// output of the code it runs. It then finds one line on its standard input, the key that its lines are signed with: see <see cref="SandboxRun.ReportKey"/>.
    /// </summary>
    public bool Reports { get; init; }

    /// <summary>What it finds besides the tree.</summary>
    public ImmutableArray<SandboxLayer> Layers { get; init; } = [];

    /// <summary>
    /// Whether it can reach the network, as this machine does: only for programs that fetch packages and run nothing of the project. Local services that
    /// listen on names instead of ports stay out of reach.
    /// </summary>
    public bool Network { get; init; }

    /// <summary>Its own time limit; null for that of <see cref="SandboxLimits"/>.</summary>
    public TimeSpan? Timeout { get; init; }
}
