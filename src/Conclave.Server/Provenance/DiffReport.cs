using System.Collections.Immutable;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Workspace.Diffs;

namespace Conclave.Server.Provenance;

/// <summary>What differs between two moments of a session, file by file, and by whom.</summary>
/// <param name="From">The name of the first moment.</param>
/// <param name="Accepted">False when the second moment is of a phase that failed: what it wrote never became the project's.</param>
/// <param name="Files">By path; files that are the same are left out.</param>
public sealed record DiffReport(string From, string To, bool Accepted, ImmutableArray<FileDifference> Files)
{
    /// <summary>Compares. Contents are read only of files that differ.</summary>
    public static async Task<DiffReport> Of(SessionState state, MomentRange range, Func<BlobId, CancellationToken, Task<Blob>> read, CancellationToken cancel)
    {
        var (from, to) = (range.From.Files, range.To.Files);
        var files = ImmutableArray.CreateBuilder<FileDifference>();
        foreach (var path in from.Keys.Union(to.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var (before, after) = (from.GetValueOrDefault(path)?.Blob, to.GetValueOrDefault(path)?.Blob);
            if (before == after)
            {
                continue;
            }

            var diff = FileDiff.Of(path, await Content(before, read, cancel), await Content(after, read, cancel));
            var action = after is null ? FileAction.Delete : before is null ? FileAction.Add : FileAction.Change;
            files.Add(new FileDifference(path, action, before, after, diff.Added, diff.Removed, diff.IsText, Authors(state, range, path), diff.Text));
        }

        return new DiffReport(range.From.Name, range.To.Name, range.From.IsAccepted && range.To.IsAccepted, files.ToImmutable());
    }

    private static async Task<Blob?> Content(BlobId? id, Func<BlobId, CancellationToken, Task<Blob>> read, CancellationToken cancel) =>
        id is { } blob ? await read(blob, cancel) : null;

    // Everybody who touched it between the two moments, in whichever order those were given.
    private static ImmutableArray<string> Authors(SessionState state, MomentRange range, string path)
    {
        var (first, last) = (Math.Min(range.From.Changes, range.To.Changes), Math.Max(range.From.Changes, range.To.Changes));
        var accepted = state.Changes.Skip(first).Take(last - first).SelectMany(change => change.Files);
        var refused = new[] { range.From, range.To }.Where(moment => !moment.IsAccepted).Select(moment => moment.Files.GetValueOrDefault(path)).OfType<FileChange>();
        return [.. accepted.Concat(refused).Where(file => file.Path == path).Select(file => FilesReport.Author(file.Agent, file.Model)).Distinct(StringComparer.Ordinal)];
    }
}

/// <summary>How one file differs.</summary>
/// <param name="Before">The SHA-256 of its content; null when there was no such file.</param>
/// <param name="Added">How many lines were added.</param>
/// <param name="IsText">False for a file whose lines can't be shown.</param>
/// <param name="Authors">Who wrote what lies between: <c>backend (claude-opus-5-5)</c>, or <c>Conclave</c>.</param>
/// <param name="Diff">In the form that <c>git apply</c> takes.</param>
public sealed record FileDifference(
    string Path, FileAction Action, BlobId? Before, BlobId? After, int Added, int Removed, bool IsText, ImmutableArray<string> Authors, string Diff);
