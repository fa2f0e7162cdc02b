using System.Collections.Immutable;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Workspace.Delivery;
using Conclave.Workspace.Files;

namespace Conclave.Workspace.Git;

/// <summary>
/// The ids of the commits that a session's accepted changes make, before any repository holds them: the history is a function of the journal, so its
/// names are too. A change that comes later alters none of them.
/// </summary>
public static class CommitIds
{
    /// <summary>One id for each of the state's changes, in their order.</summary>
    /// <returns>None for a session that improves a repository: its commits stand on others, which only that repository knows.</returns>
    public static async Task<ImmutableArray<string>> Of(SessionState state, Func<BlobId, CancellationToken, Task<Blob>> read, CancellationToken cancel)
    {
        if (state.Created.Settings.Base is not null)
        {
            return [];
        }

        var objects = new Dictionary<BlobId, (string Id, bool HasInterpreter)>();
        var ids = ImmutableArray.CreateBuilder<string>(state.Changes.Count);
        string? parent = null;
        var published = await PublishedReport.Find(state, read, cancel);
        foreach (var commit in SessionHistory.Of(state, published))
        {
            foreach (var blob in commit.Tree.Values.Where(blob => !objects.ContainsKey(blob)))
            {
                var content = (blob == published?.Blob.Id ? published.Blob : await read(blob, cancel)).Content;
                objects[blob] = (GitObjects.Blob(content.Span), TreeLayout.HasInterpreter(content.Span));
            }

            var tree = GitObjects.Tree([.. commit.Tree.Select(file => (file.Key, TreeLayout.IsProgram(file.Key, objects[file.Value].HasInterpreter) ? "100755" : "100644", objects[file.Value].Id))]);
            parent = GitObjects.Commit(commit.Author, commit.Time, commit.Message, tree, parent);
            if (commit.IsChange)
            {
                ids.Add(parent);
            }
        }

        return ids.ToImmutable();
    }
}
