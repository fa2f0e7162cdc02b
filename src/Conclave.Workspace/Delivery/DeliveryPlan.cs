using System.Collections.Immutable;
using System.Text.Json;
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

        var files = DeliveredFiles.Of(state.Files.Values);
        var mark = Mark.Of(order.Ending);
        var evidence = state.Verification?.Evidence is { } stored ? await Load(order, stored, cancel) : "";
        var facts = new ReportFacts(
            order,
            mark,
            files,
            await Title(order, cancel),
            await Load(order, state.Created.Description, cancel),
            Evidence.Read(evidence))
        {
            AcceptanceTests = AcceptanceEvidence.Read(evidence),
        };
        var report = Blob.Of(Delivery.Report.Render(facts));
        var tree = SessionHistory.Blobs(files.Kept.Values)
            .SetItems(files.HeldBack.Select(held => KeyValuePair.Create(held.KeptAs, held.Change.Blob!.Value)))
            .SetItem(DeliveredFiles.Report, report.Id);
        var last = new HistoryCommit(Signature.Conclave, order.Time, CommitMessage.OfReport(state, mark.Short, mark.Reason), tree);
        return new DeliveryPlan(order, files, report, [.. SessionHistory.Of(state), last]);
    }

    /// <summary>The delivered files that run code when a tool is used.</summary>
    public static IEnumerable<(string Path, Risk Risk)> Listable(DeliveredFiles files) =>
        files.Kept.Keys.Select(path => (path, Risk: RiskyFiles.Of(path))).Where(file => file.Risk is not null).Select(file => (file.path, file.Risk!));

    /// <summary>The bytes of a file of the history.</summary>
    public Task<Blob> Read(BlobId id, CancellationToken cancel) => id == Report.Id ? Task.FromResult(Report) : Order.ReadBlob(id, cancel);

    // The last phase whose output has a title knows best: the contract after the requirements.
    private static async Task<string> Title(DeliveryOrder order, CancellationToken cancel)
    {
        var title = order.State.Created.WorkflowName;
        foreach (var output in order.State.Created.Phases.SelectMany(phase => order.State.Phase(phase).Steps).Select(step => step.Output).OfType<StoredText>())
        {
            using var json = JsonDocument.Parse(await Load(order, output, cancel));
            if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("title", out var value) && value.ValueKind == JsonValueKind.String
                && !string.IsNullOrWhiteSpace(value.GetString()))
            {
                title = value.GetString()!;
            }
        }

        return title;
    }

    private static async Task<string> Load(DeliveryOrder order, StoredText text, CancellationToken cancel)
    {
        if (!text.IsLoaded)
        {
            text.Load((await order.ReadBlob(text.Blob!.Value, cancel)).Text);
        }

        return text.Text;
    }
}
