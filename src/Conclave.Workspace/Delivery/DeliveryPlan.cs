using System.Collections.Immutable;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Workspace.Files;
using Conclave.Workspace.Git;

namespace Conclave.Workspace.Delivery;

/// <summary>What will be delivered, down to the last byte, before anything is written: a function of the session's state, its ending and the order's time.</summary>
internal sealed record DeliveryPlan(DeliveryOrder Order, DeliveredFiles Files, Blob Report, ImmutableArray<HistoryCommit> Commits)
{
    /// <summary>Everything in the delivered directory but <c>.git</c>.</summary>
    public ImmutableSortedDictionary<string, BlobId> Tree => Commits[^1].Tree;

    /// <summary>The tag of a verified result, so that it is found again when the user has gone on; null for any other.</summary>
    public HistoryTag? Tag { get; init; }

    /// <summary>The report that was published on the way; null for none.</summary>
    public Blob? Published { get; init; }

    /// <summary>The delivered files that run code when a tool is used.</summary>
    public IEnumerable<(string Path, Risk Risk)> Listed => Listable(Files);

    /// <summary>Plans it.</summary>
    /// <returns>Null when the session has no files.</returns>
    public static async Task<DeliveryPlan?> Of(DeliveryOrder order, CancellationToken cancel)
    {
        var state = order.State;
        if (state.Files.IsEmpty)
        {
            return null;
        }

        var published = await PublishedReport.Find(state, order.ReadBlob, cancel);
        var files = DeliveredFiles.Of(state.Files.Values, [.. published?.Agreed ?? []]);
        var facts = await ReportFacts.Load(order, files, cancel);
        var history = SessionHistory.Of(state, published);
        var stands = published is not null && published.Stands(state, order.Ending);
        var report = stands ? published!.Blob : Blob.Of(Delivery.Report.Render(facts));
        var last = new HistoryCommit(
            Signature.Conclave, order.Time, CommitMessage.OfReport(state, facts.Mark.Short, facts.Mark.Reason), PublishedReport.WithReport(SessionHistory.Blobs(files.Kept.Values), files, report.Id));
        return new DeliveryPlan(order, files, report, stands ? history : history.Add(last))
        {
            Published = published?.Blob,
            Tag = order.Ending is EntryBody.SessionSucceeded { Verdict: Verdict.Verified }
                ? new HistoryTag($"verified-{state.Id}", CommitMessage.OfTag(state, facts.Title, facts.Mark.Reason), order.Time)
                : null,
        };
    }

    /// <summary>The delivered files that run code when a tool is used.</summary>
    public static IEnumerable<(string Path, Risk Risk)> Listable(DeliveredFiles files) =>
        files.Kept.Keys.Select(path => (path, Risk: RiskyFiles.Of(path))).Where(file => file.Risk is not null).Select(file => (file.path, file.Risk!));

    /// <summary>The bytes of a file of the history.</summary>
    public Task<Blob> Read(BlobId id, CancellationToken cancel) => id == Report.Id ? Task.FromResult(Report) : id == Published?.Id ? Task.FromResult(Published) : Order.ReadBlob(id, cancel);
}
