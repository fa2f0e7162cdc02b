using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Conclave.Engine.Definition;

namespace Conclave.Engine.Planning;

/// <summary>
/// <c>uses: workflow</c>: the phases of another file become part of the graph. Files are named by their place below the folder of the file that was
/// started (<c>parts/review.yaml</c>), built-in workflows by their names (<c>software-project</c>).
/// </summary>
public static class SubWorkflow
{
    /// <summary>How deep files may use files.</summary>
    public const int MaxDepth = 8;

    /// <summary>The most phases that a workflow may have with all that it uses.</summary>
    public const int MaxPhases = 1_000;

    /// <summary>What the planner knows about such a phase.</summary>
    public static StepKind Kind { get; } = new("workflow") { With = ImmutableDictionary<string, bool>.Empty.Add("file", true).Add("inputs", false), Questions = [] };

    /// <summary>The files that a workflow uses, as it writes them.</summary>
    public static IEnumerable<string> FilesOf(WorkflowDefinition definition) =>
        definition.Phases.Where(phase => phase.Uses?.Value == Kind.Name).Select(FileOf).OfType<string>();

    /// <summary>The name by which the texts of files are known; null for a path that leads out of the folder.</summary>
    /// <param name="folder">Of the file that names it: empty or ending in <c>/</c>.</param>
    public static string? Name(string folder, string written)
    {
        if (!written.Contains('/', StringComparison.Ordinal) && !IsFile(written))
        {
            return written;
        }

        var parts = written.Split('/').Where(part => part != ".").ToList();
        return IsFile(written) && !written.Contains('\\', StringComparison.Ordinal) && parts.TrueForAll(part => part.Length > 0 && part != "..") && !parts[0].Contains(':', StringComparison.Ordinal)
            ? folder + string.Join('/', parts)
            : null;
    }

    /// <summary>The folder of a file: empty or ending in <c>/</c>.</summary>
    public static string Folder(string name) => name[..(name.LastIndexOf('/') + 1)];

    /// <summary>The file as problems name it.</summary>
    /// <param name="root">The file that was started, as the user wrote it.</param>
    internal static string Shown(string root, string name) =>
        IsFile(name) ? root[..(root.LastIndexOfAny(['/', '\\']) + 1)] + name : $"{name}.yaml";

    internal static string? FileOf(PhaseDefinition phase) =>
        phase.With.FirstOrDefault(pair => pair.Key.Value == "file").Value is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static bool IsFile(string name) => name.EndsWith(".yaml", StringComparison.Ordinal) || name.EndsWith(".yml", StringComparison.Ordinal);
}
