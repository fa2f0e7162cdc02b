using System.Collections.Immutable;
using System.Text.Json;
using Conclave.Engine;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Workspace.Files;
using Conclave.Workspace.Git;

namespace Conclave.Workspace.Delivery;

/// <summary>
/// The last commit of a published history, as the journal keeps it: the report, with the files that a person agreed to. What is delivered later has this very
/// commit in its history, so that nobody's <c>main</c> is behind the other's (see <c>docs/decisions/published-is-delivered.md</c>).
/// </summary>
/// <param name="Time">Of the commits.</param>
/// <param name="Changes">How many accepted changes lie before it.</param>
/// <param name="LastChange">The number of the entry that accepted the last of them.</param>
/// <param name="Message">The message of the report's commit.</param>
/// <param name="Text">The report.</param>
/// <param name="Agreed">The files that would be held back, and that a person agreed to.</param>
/// <param name="AgreedMessage">The message of the commit that adds them; null when there are none.</param>
internal sealed record PublishedReport(
    DateTimeOffset Time, int Changes, long LastChange, Verdict Verdict, string Message, string Text, ImmutableArray<string> Agreed, string? AgreedMessage)
{
    /// <summary>The name of the effect that keeps it.</summary>
    public const string Effect = "published-report";

    /// <summary>The name of the effect after which others have it.</summary>
    public const string PushEffect = "push";

    /// <summary>The report as the history holds it.</summary>
    public Blob Blob { get; } = Blob.Of(Text);

    /// <summary>Renders the report of what is about to be published.</summary>
    /// <param name="heldBack">The files that a person agreed to.</param>
    public static PublishedReport Of(ReportFacts facts, ImmutableArray<HeldBackFile> heldBack)
    {
        var state = facts.State;
        return new PublishedReport(
            facts.Order.Time,
            state.Changes.Count,
            state.Changes[^1].Seq,
            state.Verification?.Verdict ?? Verdict.None,
            CommitMessage.OfReport(state, facts.Mark.Short, facts.Mark.Reason),
            Report.Render(facts),
            [.. heldBack.Select(file => file.Change.Path)],
            heldBack.IsEmpty ? null : CommitMessage.OfAgreed(state, heldBack));
    }

    /// <summary>What a session has published last, if that is a part of its history as it stands now; null for nothing.</summary>
    public static async Task<PublishedReport?> Find(SessionState state, Func<BlobId, CancellationToken, Task<Blob>> read, CancellationToken cancel)
    {
        foreach (var effect in state.Effects.Values.Where(effect => effect.Result is not null && effect.Key.Value.EndsWith($"/{Effect}", StringComparison.Ordinal)).OrderByDescending(effect => effect.StartedAt))
        {
            var push = DoorKey.From($"{effect.Key.Value[..^Effect.Length]}{PushEffect}");
            if (state.Effects.GetValueOrDefault(push)?.Result is null)
            {
                continue;
            }

            var json = effect.Result!.IsLoaded ? effect.Result.Text : (await read(effect.Result.Blob!.Value, cancel)).Text;
            var published = JsonSerializer.Deserialize<PublishedReport>(json, EngineJson.Options)!;
            if (published.Changes <= state.Changes.Count && state.Changes[published.Changes - 1].Seq == published.LastChange)
            {
                return published;
            }
        }

        return null;
    }

    /// <summary>Whether nothing has come since that a report should tell.</summary>
    public bool Stands(SessionState state, EntryBody ending) =>
        Changes == state.Changes.Count && ending is EntryBody.SessionSucceeded done && done.Verdict == Verdict;

    /// <summary>The commits that follow the accepted changes.</summary>
    /// <param name="files">The project's files at that point.</param>
    public IEnumerable<HistoryCommit> Commits(IEnumerable<FileChange> files)
    {
        var delivered = DeliveredFiles.Of(files, [.. Agreed]);
        var tree = SessionHistory.Blobs(delivered.Kept.Values);
        if (AgreedMessage is { } message)
        {
            yield return new HistoryCommit(Signature.Conclave, Time, message, tree);
        }

        yield return new HistoryCommit(Signature.Conclave, Time, Message, WithReport(tree, delivered, Blob.Id));
    }

    /// <summary>A tree with the report, and with the texts of what is held back.</summary>
    public static ImmutableSortedDictionary<string, BlobId> WithReport(ImmutableSortedDictionary<string, BlobId> tree, DeliveredFiles files, BlobId report) => tree
        .SetItems(files.HeldBack.Select(held => KeyValuePair.Create(held.KeptAs, held.Change.Blob!.Value)))
        .SetItem(DeliveredFiles.Report, report);
}
