using System.Collections.Immutable;
using Conclave.Engine.Definition;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;

namespace Conclave.Engine.Execution;

/// <summary>A session goes on with the workflow, the files that it uses and the prompts that it began with, whatever the files say now.</summary>
public static class StoredWorkflow
{
    /// <summary>Plans what the session's first entry holds; its texts must be loaded.</summary>
    public static Checked<Workflow> Plan(EntryBody.SessionCreated created, PlanningCatalog catalog)
    {
        var prompts = created.Prompts.ToImmutableDictionary(pair => pair.Key, pair => pair.Value.Text);
        var workflows = (created.SubWorkflows ?? ImmutableSortedDictionary<string, StoredText>.Empty).ToImmutableDictionary(pair => pair.Key, pair => pair.Value.Text);
        return WorkflowPlanner.Plan(created.Workflow.Text, created.WorkflowFile, catalog with { Prompts = catalog.Prompts.SetItems(prompts), Workflows = workflows });
    }
}
