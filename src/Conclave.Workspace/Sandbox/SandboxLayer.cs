using System.Collections.Immutable;

namespace Conclave.Workspace.Sandbox;

/// <summary>A directory that commands can read and nothing can change: packages that were fetched, or that this machine has anyway.</summary>
/// <param name="Source">On this machine, absolute; no link, and the user of the run can read it.</param>
/// <param name="At">Where commands see it, absolute: below <c>/project</c> or <c>/packages</c>.</param>
public sealed record SandboxLayer(string Source, string At)
{
    /// <summary>Directories in it, relative, that each run may write to in memory: tools keep caches beside the packages. They exist.</summary>
    public ImmutableArray<string> Scratch { get; init; } = [];
}
