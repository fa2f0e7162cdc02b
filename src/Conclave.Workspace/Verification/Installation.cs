using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Conclave.Workspace.Verification;

/// <summary>
/// Packages that a part of a project declares and does not have, and the one command that fetches them. The command sees the files listed here and nothing
/// else of the project, and it runs none of its code, nor that of the packages: it has the network.
/// </summary>
/// <param name="Directory">The part of the project, relative; <c>.</c> for all of it.</param>
/// <param name="Manifest">The file that declares them, relative to the project.</param>
/// <param name="Packages">Their names, with versions as they are written.</param>
internal sealed record Installation(string Stack, string Directory, string Manifest, ImmutableArray<string> Packages)
{
    /// <summary>The command.</summary>
    public required ImmutableArray<string> Argv { get; init; }

    /// <summary>The program that has to be there, and how to get it.</summary>
    public required (string Program, string Fix) Tool { get; init; }

    /// <summary>What the command finds as <c>/project</c>: texts by their paths.</summary>
    public required ImmutableSortedDictionary<string, string> Files { get; init; }

    /// <summary>The directory in which it leaves the packages, relative to <c>/project</c>.</summary>
    public required string Output { get; init; }

    /// <summary>Where the project's commands find that directory, absolute.</summary>
    public required string At { get; init; }

    /// <summary>What the command prints when the project is in the wrong: a package or a version that nobody has.</summary>
    public required Regex Unknown { get; init; }

    /// <summary>Directories of the output that commands may write to: see <see cref="Sandbox.SandboxLayer.Scratch"/>.</summary>
    public ImmutableArray<string> Scratch { get; init; } = [];

    /// <summary>Variables for the command.</summary>
    public ImmutableSortedDictionary<string, string> Environment { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}
