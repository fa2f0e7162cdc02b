using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Conclave.Engine.Definition;

namespace Conclave.Engine.Planning;

public static partial class WorkflowPlanner
{
    /// <summary>What the plans of a file and of the files that it uses have in common. Grows while they are planned.</summary>
    private sealed class Draft
    {
        public List<Problem> Problems { get; } = [];

        public SortedDictionary<string, string> Prompts { get; } = new(StringComparer.Ordinal);

        public SortedDictionary<string, string> SubWorkflows { get; } = new(StringComparer.Ordinal);

        public Dictionary<AgentId, Agent> Agents { get; } = [];

        public int UsedPhases { get; set; }
    }

    /// <summary>Where a file stands among the files that use each other.</summary>
    /// <param name="Root">The file that was started, as the user wrote it.</param>
    /// <param name="Path">The names of the files from that one to this.</param>
    /// <param name="Before">The phases outside that come before all of its own.</param>
    /// <param name="OuterAgents">The names of the agents that it may use without defining them.</param>
    private sealed record FileUse(WorkflowScope Scope, string Root, ImmutableArray<string> Path, ImmutableHashSet<PhaseId> Before, ImmutableHashSet<string> OuterAgents)
    {
        /// <summary>What happens to calls in doubt of phases that don't say.</summary>
        public OnInDoubt OnInDoubt { get; init; } = OnInDoubt.Retry;

        public string Folder => Path.Length == 1 ? "" : SubWorkflow.Folder(Path[^1]);

        public static FileUse Of(WorkflowDefinition definition) =>
            new(WorkflowScope.Root, definition.File, [definition.File[(definition.File.LastIndexOfAny(['/', '\\']) + 1)..]], [], []);
    }

    private sealed partial class Planning
    {
        // The phases of the file that a phase uses: a copy for each cell of its matrix.
        private ImmutableArray<Phase> Inside(PhaseDefinition definition, Phase phase)
        {
            RefuseStepKeys(definition);
            if (FindFile(definition) is not { } found)
            {
                return [];
            }

            var inputs = Inputs(definition, found.Definition);
            var phases = ImmutableArray.CreateBuilder<Phase>();
            foreach (var cell in phase.Matrix)
            {
                plan.UsedPhases += found.Definition.Phases.Length;
                if (plan.UsedPhases > SubWorkflow.MaxPhases)
                {
                    Report("CONC075", definition.Name.At, $"with all the files that it uses the workflow has more than {SubWorkflow.MaxPhases} phases", "use fewer, or shorten a matrix");
                    return [];
                }

                var inner = use with
                {
                    Scope = Scoped(phase, cell, found.Definition, inputs),
                    Path = use.Path.Add(found.Name),
                    Before = phase.Ancestors,
                    OuterAgents = [.. agentNames],
                    OnInDoubt = phase.OnInDoubt,
                };
                phases.AddRange(new Planning(found.Definition, catalog, inner, plan).Phases());
            }

            return phases.ToImmutable();
        }

        // Such a phase makes no calls itself; what is said about calls belongs to the phases inside.
        private void RefuseStepKeys(PhaseDefinition phase)
        {
            (string Key, bool Given)[] keys =
            [
                ("agent", phase.Agent is not null), ("prompt", phase.Prompt is not null), ("output", phase.Output is not null),
                ("retry", phase.Retry is not null), ("timeout", phase.Timeout is not null), ("max_output_tokens", phase.MaxOutputTokens is not null), ("cache", phase.Cache != CacheMode.Off),
            ];
            foreach (var (key, _) in keys.Where(key => key.Given))
            {
                Report("CONC077", phase.Name.At, $"phase `{phase.Name.Value}` uses a workflow and takes no `{key}`", $"write `{key}` at the phases of that workflow");
            }

            if (phase.Loop is not null)
            {
                Report("CONC077", phase.Name.At, $"phase `{phase.Name.Value}` uses a workflow, so it can't be a `loop`: its phases run once", "put the `loop` at a phase of that workflow, or use the workflow once more in a phase after this one");
            }

            if (phase.Matrix is MatrixDefinition.Maps || phase.Matrix is MatrixDefinition.Lists { Items: var lists } && lists.Any(list => list.Expression is not null))
            {
                Report("CONC077", phase.Name.At, $"phase `{phase.Name.Value}` uses a workflow, so its matrix can't be an expression: all phases must be known before the start", "write the lists out, or put the matrix at a phase of that workflow");
            }
        }

        private (string Name, WorkflowDefinition Definition)? FindFile(PhaseDefinition phase)
        {
            if (phase.With.FirstOrDefault(pair => pair.Key.Value == "file") is not { Key: { Value: not null } key })
            {
                return null;
            }

            var written = SubWorkflow.FileOf(phase);
            if (written is null || written.Contains("${{", StringComparison.Ordinal))
            {
                Report("CONC072", key.At, $"`file` of phase `{phase.Name.Value}` must be the name of a built-in workflow or of a file, and no expression");
                return null;
            }

            if (SubWorkflow.Name(use.Folder, written) is not { } name)
            {
                Report("CONC072", key.At, $"phase `{phase.Name.Value}` can't use the file `{written}`", "name a built-in workflow, or a .yaml file in the folder of this one or below it");
                return null;
            }

            if (!catalog.Workflows.TryGetValue(name, out var text))
            {
                Report("CONC072", key.At, $"phase `{phase.Name.Value}` uses the workflow `{written}`, and there is neither a built-in one nor a file of this name", NearMiss.Suggest(name, catalog.Workflows.Keys));
                return null;
            }

            return MayUse(name, key.At) ? Read(name, text) : null;
        }

        private bool MayUse(string name, SourcePosition at)
        {
            if (use.Path.Contains(name))
            {
                Report("CONC073", at, $"workflows use each other in a circle: {string.Join(" -> ", use.Path.SkipWhile(file => file != name).Append(name))}", "remove one of these uses");
                return false;
            }

            if (use.Path.Length >= SubWorkflow.MaxDepth)
            {
                Report("CONC074", at, $"workflows use each other more than {SubWorkflow.MaxDepth} deep: {string.Join(" -> ", use.Path.Add(name))}", "flatten them");
                return false;
            }

            return true;
        }

        private (string Name, WorkflowDefinition Definition)? Read(string name, string text)
        {
            plan.SubWorkflows[name] = text;
            var read = WorkflowReader.Read(text, SubWorkflow.Shown(use.Root, name));
            plan.Problems.AddRange(read.Problems.Except(plan.Problems));
            return read.Value is { } definition ? (name, definition) : null;
        }

        private ImmutableSortedDictionary<string, JsonNode?> Inputs(PhaseDefinition phase, WorkflowDefinition inner)
        {
            var given = phase.With.FirstOrDefault(pair => pair.Key.Value == "inputs");
            var at = given.Key.Value is null ? phase.Name.At : given.Key.At;
            if (given.Value is not (null or JsonObject))
            {
                Report("CONC076", at, $"`inputs` of phase `{phase.Name.Value}` must be a map of inputs of workflow `{inner.Name}`");
                return ImmutableSortedDictionary<string, JsonNode?>.Empty;
            }

            var values = (given.Value as JsonObject ?? []).ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
            foreach (var unknown in values.Keys.Where(name => inner.Inputs.All(input => input.Name.Value != name)))
            {
                Report("CONC076", at, $"workflow `{inner.Name}` has no input `{unknown}`", NearMiss.Suggest(unknown, inner.Inputs.Select(input => input.Name.Value)));
            }

            foreach (var missing in inner.Inputs.Where(input => input.Required && !values.ContainsKey(input.Name.Value)))
            {
                var name = missing.Name.Value;
                Report("CONC076", at, $"phase `{phase.Name.Value}` lacks the input `{name}`, which workflow `{inner.Name}` needs", inputNames.Contains(name) ? $"add `inputs: {{ {name}: \"${{{{ inputs.{name} }}}}\" }}` to `with`" : $"add it to `inputs` of `with`");
            }

            return values;
        }

        // An agent that the file defines just as the outer one does is the outer one.
        private WorkflowScope Scoped(Phase phase, MatrixCell cell, WorkflowDefinition inner, ImmutableSortedDictionary<string, JsonNode?> inputs)
        {
            var prefix = phase.HasMatrix ? $"{phase.Id}[{cell.Label}]/" : $"{phase.Id}/";
            var agents = inner.Agents.ToImmutableDictionary(agent => agent.Name.Value, agent => new AgentId($"{phase.Id}/{agent.Name.Value}"), StringComparer.Ordinal);
            return new WorkflowScope(prefix, new WorkflowUse(
                use.Scope,
                new StepPlace(phase.Id, cell.Label),
                cell,
                inputs,
                inner.Inputs.Where(input => !inputs.ContainsKey(input.Name.Value)).ToImmutableSortedDictionary(input => input.Name.Value, input => input.Default, StringComparer.Ordinal),
                agents.RemoveRange(inner.Agents.Where(IsOuter).Select(agent => agent.Name.Value))));
        }

        private bool IsOuter(AgentDefinition agent) =>
            plan.Agents.TryGetValue(use.Scope.Agent(agent.Name.Value), out var outer)
            && (outer.Provider, outer.Model, outer.Role, outer.Effort, outer.MaxOutputTokens) == (agent.Provider.Value, agent.Model.Value, agent.Role, agent.Effort, agent.MaxOutputTokens)
            && outer.Fallback.SequenceEqual(agent.Fallback.Select(name => use.Scope.Agent(name.Value)));
    }
}
