using System.Collections.Immutable;
using System.Text.Json;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Workspace.Files;

namespace Conclave.Workspace.Delivery;

/// <summary>What the report and the release notes are made from.</summary>
internal sealed record ReportFacts(DeliveryOrder Order, Mark Mark, DeliveredFiles Files, string Title, string Description, ImmutableArray<Evidence> Evidence)
{
    public SessionState State => Order.State;

    /// <summary>Null when the evidence says nothing of acceptance tests.</summary>
    public AcceptanceEvidence? AcceptanceTests { get; init; }

    /// <summary>Reads them from the journal.</summary>
    public static async Task<ReportFacts> Load(DeliveryOrder order, DeliveredFiles files, CancellationToken cancel)
    {
        var evidence = order.State.Verification?.Evidence is { } stored ? await Load(order, stored, cancel) : "";
        return new ReportFacts(
            order,
            Mark.Of(order.Ending),
            files,
            await TitleOf(order, cancel),
            await Load(order, order.State.Created.Description, cancel),
            Delivery.Evidence.Read(evidence))
        {
            AcceptanceTests = AcceptanceEvidence.Read(evidence),
        };
    }

    // The last phase whose output has a title knows best: the contract after the requirements.
    private static async Task<string> TitleOf(DeliveryOrder order, CancellationToken cancel)
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
