using System.Collections.Concurrent;
using System.Collections.Immutable;
using Conclave.Engine.Definition;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;

namespace Conclave.Engine.Execution;

/// <summary>
/// The stored workflows that were planned lately: many sessions have the same one, and planning it costs more than running a phase. What is planned
/// depends on nothing but the texts and this version's catalog. Thread-safe.
/// </summary>
internal sealed class PlannedWorkflows(PlanningCatalog catalog)
{
    private const int Most = 64;

    private readonly ConcurrentDictionary<string, Checked<Workflow>> planned = new(StringComparer.Ordinal);

    /// <summary>The workflow of a session, whose texts must be loaded.</summary>
    public Checked<Workflow> Of(EntryBody.SessionCreated created)
    {
        var key = Blob.Of(Parts(created)).Id.Value;
        if (planned.TryGetValue(key, out var known))
        {
            return known;
        }

        if (planned.Count >= Most)
        {
            planned.Clear();
        }

        return planned[key] = StoredWorkflow.Plan(created, catalog);
    }

    // Each with its length before it, so that no two lists of texts give the same bytes.
    private static string Parts(EntryBody.SessionCreated created) => string.Concat(
        new[] { created.WorkflowFile, created.Workflow.Text }
            .Concat(created.Prompts.SelectMany(pair => new[] { pair.Key, pair.Value.Text }))
            .Append("")
            .Concat((created.SubWorkflows ?? ImmutableSortedDictionary<string, StoredText>.Empty).SelectMany(pair => new[] { pair.Key, pair.Value.Text }))
            .Select(part => $"{part.Length}:{part}"));
}
