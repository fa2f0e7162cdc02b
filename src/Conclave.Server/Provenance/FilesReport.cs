using System.Collections.Immutable;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;

namespace Conclave.Server.Provenance;

/// <summary>The files of a project with who wrote them, when and what for. Pure.</summary>
/// <param name="Files">Those that are there now, by path.</param>
/// <param name="Deleted">Those that were there once.</param>
public sealed record FilesReport(ImmutableArray<ProjectFile> Files, ImmutableArray<ProjectFile> Deleted)
{
    /// <summary>Reads it from a session's state.</summary>
    /// <param name="commits">The id of each change's commit; none when they are not known.</param>
    public static FilesReport Of(SessionState state, ImmutableArray<string> commits = default)
    {
        var files = Versions(state, commits.IsDefault ? [] : commits)
            .GroupBy(version => version.Path, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new ProjectFile(group.Key, [.. group.Select(pair => pair.Version)]))
            .ToLookup(file => file.Versions[^1].Action == FileAction.Delete);
        return new FilesReport([.. files[false]], [.. files[true]]);
    }

    /// <summary>Who wrote something, for people: <c>backend (claude-opus-5-5)</c>; Conclave itself when no agent did.</summary>
    public static string Author(AgentId? agent, string? model) => agent is { } id ? model is null ? id.Value : $"{id} ({model})" : "Conclave";

    private static IEnumerable<(string Path, FileVersion Version)> Versions(SessionState state, ImmutableArray<string> commits)
    {
        var there = new Dictionary<string, BlobId>(StringComparer.Ordinal);
        for (var number = 0; number < state.Changes.Count; number++)
        {
            var change = state.Changes[number];
            foreach (var file in change.Files)
            {
                BlobId? before = there.TryGetValue(file.Path, out var known) ? known : null;
                if (before == file.Blob)
                {
                    continue;
                }

                var action = file.Blob is null ? FileAction.Delete : before is null ? number < ProjectMoment.OwnStart(state) ? FileAction.Read : FileAction.Add : FileAction.Change;
                if (file.Blob is { } blob)
                {
                    there[file.Path] = blob;
                }
                else
                {
                    there.Remove(file.Path);
                }

                yield return (file.Path, new FileVersion(action, change.Phase, change.Step.Length == 0 ? null : change.Step, change.Time, file.Blob, file.Agent, file.Model, file.Requirements)
                {
                    Commit = number < commits.Length ? commits[number] : null,
                });
            }
        }
    }
}

/// <summary>A file with all that was accepted of it, the oldest first.</summary>
public sealed record ProjectFile(string Path, ImmutableArray<FileVersion> Versions);

/// <summary>One accepted content of a file.</summary>
/// <param name="Step">The label of the step in a phase with a matrix; else null.</param>
/// <param name="Blob">The SHA-256 of the content; null when the file was deleted.</param>
/// <param name="Agent">Who wrote it; null for Conclave itself, and for a repository that was there.</param>
/// <param name="Requirements">The ids of the requirements that it serves.</param>
public sealed record FileVersion(
    FileAction Action, PhaseId Phase, string? Step, DateTimeOffset Time, BlobId? Blob, AgentId? Agent, string? Model, ImmutableArray<string> Requirements)
{
    /// <summary>The id of the commit that has it; null when it is not known.</summary>
    public string? Commit { get; init; }

    /// <summary>The phase, or <c>phase (step)</c> in a matrix, as commits name it.</summary>
    public string Place() => Step is null ? Phase.Value : $"{Phase} ({Step})";
}

/// <summary>What became of a file.</summary>
public enum FileAction
{
    /// <summary>It was in the repository that the session improves.</summary>
    Read,

    /// <summary>It was not there before.</summary>
    Add,

    /// <summary>It has another content.</summary>
    Change,

    /// <summary>It is not there any more.</summary>
    Delete,
}
