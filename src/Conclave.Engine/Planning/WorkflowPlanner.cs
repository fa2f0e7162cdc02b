using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Conclave.Engine.Definition;
using Conclave.Engine.Definition.Expressions;

namespace Conclave.Engine.Planning;

/// <summary>Turns what the user wrote into a <see cref="Workflow"/>, or says everything that is wrong with it.</summary>
public static partial class WorkflowPlanner
{
    /// <summary>Plans a definition; pure.</summary>
    public static Checked<Workflow> Plan(WorkflowDefinition definition, PlanningCatalog catalog) =>
        new Planning(definition, catalog, FileUse.Of(definition), new Draft()).Run();

    /// <summary>Reads and plans a file's text.</summary>
    public static Checked<Workflow> Plan(string text, string file, PlanningCatalog catalog)
    {
        var read = WorkflowReader.Read(text, file);
        if (read.Value is null)
        {
            return new Checked<Workflow>(null, read.Problems);
        }

        var planned = Plan(read.Value, catalog);
        return read.Problems.IsEmpty ? planned : new Checked<Workflow>(null, read.Problems.Concat(planned.Problems));
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{0,63}$", RegexOptions.NonBacktracking)]
    private static partial Regex NamePattern();

    private sealed partial class Planning(WorkflowDefinition definition, PlanningCatalog catalog, FileUse use, Draft plan)
    {
        private readonly TextPlaces places = new(definition.Text);
        private readonly HashSet<string> phaseNames = definition.Phases.Select(phase => phase.Name.Value).ToHashSet(StringComparer.Ordinal);
        private readonly HashSet<string> inputNames = definition.Inputs.Select(input => input.Name.Value).ToHashSet(StringComparer.Ordinal);
        private readonly HashSet<string> agentNames = definition.Agents.Select(agent => agent.Name.Value).Concat(use.OuterAgents).ToHashSet(StringComparer.Ordinal);

        // What each phase needs, without what would close a cycle.
        private readonly Dictionary<PhaseId, ImmutableArray<PhaseId>> edges = [];
        private bool isCut;

        public Checked<Workflow> Run()
        {
            var phases = Phases();
            if (plan.Problems.Count > 0)
            {
                return new Checked<Workflow>(null, plan.Problems);
            }

            var workflow = new Workflow(definition.Name, definition.Inputs, plan.Agents.ToImmutableDictionary(), definition.Budget, phases)
            {
                Prompts = plan.Prompts.ToImmutableSortedDictionary(StringComparer.Ordinal),
                SubWorkflows = plan.SubWorkflows.ToImmutableSortedDictionary(StringComparer.Ordinal),
            };
            return new Checked<Workflow>(workflow, WorkflowWarnings.Of(definition, workflow));
        }

        // The phases of this file and of all that it uses, in order.
        private ImmutableArray<Phase> Phases()
        {
            if (definition.Phases.IsEmpty)
            {
                Report("CONC019", new SourcePosition(definition.File, 1, 1), "the workflow has no phases", "add at least one under `phases:`");
            }

            foreach (var agent in definition.Agents.Select(Agent))
            {
                plan.Agents.TryAdd(agent.Id, agent);
            }

            var order = OrderWithoutCycles();
            var byName = definition.Phases.ToDictionary(phase => new PhaseId(phase.Name.Value));
            var planned = new Dictionary<PhaseId, Phase>();
            var phases = ImmutableArray.CreateBuilder<Phase>();
            foreach (var id in order)
            {
                var phase = PlanPhase(byName[id], planned);
                var inside = phase.IsWorkflow ? Inside(byName[id], phase) : [];
                phase = phase with
                {
                    Ancestors = phase.Ancestors.Union(inside.Select(inner => inner.Id)),
                    Parts = [.. inside.Where(inner => inner.Scope.Use?.By == new StepPlace(phase.Id, phase.Matrix[0].Label))],
                };
                planned[phase.Id] = phase;
                phases.Add(phase);
                phases.AddRange(inside);
            }

            foreach (var phase in definition.Phases)
            {
                CheckDefault(phase, planned[use.Scope.Phase(phase.Name.Value)]);
            }

            plan.Problems.AddRange(ExpressionProblems.Of(definition, use.Scope, planned, plan.Prompts).Except(plan.Problems));
            return phases.ToImmutable();
        }

        private Agent Agent(AgentDefinition agent)
        {
            CheckName(agent.Name, "agent");
            if (agent.Provider.Value.Length > 0 && !catalog.Providers.Contains(agent.Provider.Value))
            {
                Report("CONC020", agent.Provider.At, $"there is no provider `{agent.Provider.Value}`", NearMiss.Suggest(agent.Provider.Value, catalog.Providers));
            }

            foreach (var fallback in agent.Fallback)
            {
                CheckAgent(fallback);
            }

            return new Agent(
                use.Scope.Agent(agent.Name.Value),
                agent.Provider.Value,
                agent.Model.Value,
                agent.Role,
                agent.Effort,
                agent.MaxOutputTokens,
                [.. agent.Fallback.Select(name => use.Scope.Agent(name.Value))]);
        }

        private ImmutableArray<PhaseId> Needs(PhaseDefinition phase)
        {
            CheckName(phase.Name, "phase");
            foreach (var need in phase.Needs.Where(need => !phaseNames.Contains(need.Value)))
            {
                Report("CONC010", need.At, $"phase `{phase.Name.Value}` needs `{need.Value}`, which does not exist", NearMiss.Suggest(need.Value, phaseNames));
            }

            return KnownNeeds(phase);
        }

        // Every cycle is reported, and cut, so that what is wrong inside of its phases is found as well.
        private ImmutableArray<PhaseId> OrderWithoutCycles()
        {
            foreach (var phase in definition.Phases)
            {
                edges[new PhaseId(phase.Name.Value)] = Needs(phase);
            }

            while (true)
            {
                var graph = definition.Phases.Select(phase => new PhaseId(phase.Name.Value)).Select(id => (id, edges[id])).ToList();
                if (PhaseGraph.Order(graph) is { } order)
                {
                    return order;
                }

                var cycle = PhaseGraph.Cycle(graph);
                ReportCycle(cycle);
                edges[cycle[^2]] = edges[cycle[^2]].Remove(cycle[^1]);
                isCut = true;
            }
        }

        private void ReportCycle(ImmutableArray<PhaseId> cycle)
        {
            var first = definition.Phases.First(phase => phase.Name.Value == cycle[0].Value);
            if (cycle.Length == 2)
            {
                Report("CONC011", first.Needs.First(need => need.Value == cycle[0].Value).At, $"phase `{cycle[0]}` needs itself", "remove this");
            }
            else
            {
                Report("CONC011", first.Name.At, $"phases form a cycle: {string.Join(" -> ", cycle)}", "remove one of these `needs`");
            }
        }

        private Phase PlanPhase(PhaseDefinition phase, Dictionary<PhaseId, Phase> planned)
        {
            ImmutableArray<PhaseId> needs = [.. edges[new PhaseId(phase.Name.Value)].Select(need => use.Scope.Phase(need.Value))];
            var kind = Kind(phase);
            var outside = new Scope(PhaseGraph.Ancestors(needs, planned).Union(use.Before), [], phase.Name.Value);
            var scope = outside with { Matrix = MatrixNames(phase), Repeats = phase.Loop is not null };
            var (cells, source) = Matrix(phase, outside);
            return new Phase(use.Scope.Phase(phase.Name.Value))
            {
                Scope = use.Scope,
                Needs = needs,
                Ancestors = scope.Before,
                If = phase.If is { } condition ? Condition("if", condition, scope with { Repeats = false }) : null,
                Kind = kind,
                With = With(phase, kind, scope),
                Agent = AgentTemplate(phase, kind, scope),
                Prompt = Prompt(phase, kind, scope),
                Output = Output(phase, kind),
                Matrix = cells,
                MatrixSource = source,
                HasMatrix = phase.Matrix is not null,
                MaxParallel = phase.MaxParallel ?? MatrixCells.Max,
                FailFast = phase.FailFast,
                Loop = Loop(phase, outside with { Repeats = true }),
                Retry = phase.Retry ?? definition.Defaults.Retry,
                Timeout = phase.Timeout ?? definition.Defaults.Timeout,
                OnError = phase.OnError,
                OnInDoubt = phase.OnInDoubt ?? use.OnInDoubt,
                Cache = phase.Cache,
                MaxOutputTokens = phase.MaxOutputTokens,
                Budget = phase.Budget is { } own ? new BudgetDefinition(own.Usd, own.OnExceed ?? definition.Budget.OnExceed) : null,
            };
        }

        private ImmutableArray<PhaseId> KnownNeeds(PhaseDefinition phase) =>
            [.. phase.Needs.Where(need => phaseNames.Contains(need.Value)).Select(need => new PhaseId(need.Value)).Distinct()];

        private StepKind Kind(PhaseDefinition phase)
        {
            var uses = phase.Uses?.Value ?? "ask";
            if (catalog.Steps.TryGetValue(uses, out var kind))
            {
                return kind;
            }

            Report("CONC013", phase.Uses!.Value.At, $"phase `{phase.Name.Value}` uses `{uses}`, which does not exist", NearMiss.Suggest(uses, catalog.Steps.Keys));
            return new StepKind(uses) { With = phase.With.ToImmutableDictionary(pair => pair.Key.Value, _ => false) };
        }

        private ImmutableDictionary<string, JsonNode?> With(PhaseDefinition phase, StepKind kind, Scope scope)
        {
            foreach (var (key, value) in phase.With)
            {
                if (!kind.With.ContainsKey(key.Value))
                {
                    Report("CONC014", key.At, $"`{kind.Name}` takes no `{key.Value}`", NearMiss.Suggest(key.Value, kind.With.Keys));
                }

                CheckTexts(value, key.At, scope);
            }

            foreach (var (key, _) in kind.With.Where(pair => pair.Value && phase.With.All(given => given.Key.Value != pair.Key)))
            {
                Report("CONC014", phase.Name.At, $"phase `{phase.Name.Value}` lacks `with: {{ {key}: ... }}`, which `{kind.Name}` needs");
            }

            if (!kind.NeedsPrompt && kind.Name != SubWorkflow.Kind.Name)
            {
                RefuseQuestionKeys(phase, kind);
            }

            plan.Problems.AddRange(kind.Check(phase));
            return phase.With.ToImmutableDictionary(pair => pair.Key.Value, pair => pair.Value, StringComparer.Ordinal);
        }

        private void CheckTexts(JsonNode? value, SourcePosition at, Scope scope)
        {
            switch (value)
            {
                case JsonObject map:
                    map.ToList().ForEach(pair => CheckTexts(pair.Value, at, scope));
                    break;
                case JsonArray list:
                    list.ToList().ForEach(item => CheckTexts(item, at, scope));
                    break;
                case JsonValue text when text.TryGetValue<string>(out var written):
                    ParseTemplate(new Sourced<string>(written, at), scope);
                    break;
                default:
                    break;
            }
        }

        private Template? AgentTemplate(PhaseDefinition phase, StepKind kind, Scope scope)
        {
            if (phase.Agent is not { } agent)
            {
                if (kind.NeedsAgent)
                {
                    Report("CONC012", phase.Name.At, $"phase `{phase.Name.Value}` lacks `agent`, which `{kind.Name}` needs", NearMiss.Suggest("", agentNames));
                }

                return null;
            }

            var template = ParseTemplate(agent, scope);
            if (template is { Parts: [{ Literal: not null }] })
            {
                CheckAgent(agent);
            }

            return template;
        }

        private string? Prompt(PhaseDefinition phase, StepKind kind, Scope scope)
        {
            foreach (var own in kind.Prompts)
            {
                AddPrompt(own, catalog.Prompts[own], phase.Name.At, scope);
            }

            if (phase.Prompt is not { } prompt)
            {
                if (kind.NeedsPrompt)
                {
                    Report("CONC015", phase.Name.At, $"phase `{phase.Name.Value}` lacks `prompt`, which `{kind.Name}` needs", NearMiss.Suggest("", catalog.Prompts.Keys));
                }

                return null;
            }

            var stored = prompt.Value.EndsWith(".md", StringComparison.Ordinal) ? use.Folder + prompt.Value : prompt.Value;
            if (catalog.Prompts.TryGetValue(stored, out var known))
            {
                AddPrompt(stored, known, prompt.At, scope);
                return stored;
            }

            if (!prompt.Value.Any(char.IsWhiteSpace))
            {
                var what = prompt.Value.EndsWith(".md", StringComparison.Ordinal) ? "file" : "name";
                Report("CONC015", prompt.At, $"phase `{phase.Name.Value}` wants the prompt `{prompt.Value}`, but there is no such {what}", NearMiss.Suggest(prompt.Value, catalog.Prompts.Keys));
                return null;
            }

            var inline = $"phase {use.Scope.Phase(phase.Name.Value)}";
            AddPrompt(inline, prompt.Value, prompt.At, scope, $"phase {phase.Name.Value}");
            return inline;
        }

        private void AddPrompt(string name, string text, SourcePosition at, Scope scope, string? shown = null)
        {
            plan.Prompts[name] = text;
            ParseTemplate(new Sourced<string>(text, at), scope with { Prompt = shown ?? name });
        }

        private OutputSchema? Output(PhaseDefinition phase, StepKind kind)
        {
            if (phase.Output is not { } output)
            {
                return kind.Output;
            }

            if (output.Value is JsonObject inline)
            {
                CheckSchema(phase.Name.Value, inline, output.At);
                return new OutputSchema($"{phase.Name.Value}-output", inline.ToJsonString(EngineJson.Options));
            }

            var name = output.Value.ToString();
            if (catalog.Schemas.TryGetValue(name, out var schema))
            {
                return schema;
            }

            Report("CONC016", output.At, $"phase `{phase.Name.Value}` wants the output `{name}`, which is no schema", NearMiss.Suggest(name, catalog.Schemas.Keys));
            return null;
        }

        // `if` and `until` are expressions with or without ${{ }} around them, as in GitHub Actions.
        private Expression? Condition(string key, Sourced<string> text, Scope scope)
        {
            var template = ParseTemplate(text.Value.Contains("${{", StringComparison.Ordinal) ? text : text with { Value = $"${{{{{text.Value}}}}}" }, scope);
            if (template is null or { Parts: [{ Expression: not null }] })
            {
                return template?.Parts[0].Expression;
            }

            Report("CONC017", text.At, $"`{key}` must be one expression, not `{text.Value}`");
            return null;
        }

        private void Report(string code, SourcePosition at, string message, string? fix = null)
        {
            var problem = new Problem(code, at, message, fix);
            if (!plan.Problems.Contains(problem))
            {
                plan.Problems.Add(problem);
            }
        }
    }
}
