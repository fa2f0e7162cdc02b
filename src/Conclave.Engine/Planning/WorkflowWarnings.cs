using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Conclave.Engine.Definition;
using Conclave.Engine.Definition.Expressions;
using Conclave.Engine.Execution;

namespace Conclave.Engine.Planning;

/// <summary>What a valid workflow says but hardly means: outputs nobody reads, phases that never run, agents and inputs nobody uses.</summary>
internal sealed class WorkflowWarnings
{
    private readonly WorkflowDefinition definition;
    private readonly Workflow workflow;
    private readonly ImmutableArray<Phase> phases;
    private readonly ImmutableDictionary<PhaseId, PhaseDefinition> written;
    private readonly ImmutableDictionary<PhaseId, ImmutableArray<PhaseExpression>> expressions;
    private readonly HashSet<PhaseId> neverRun = [];

    private WorkflowWarnings(WorkflowDefinition definition, Workflow workflow)
    {
        this.definition = definition;
        this.workflow = workflow;
        written = definition.Phases.ToImmutableDictionary(phase => new PhaseId(phase.Name.Value));
        // The phases of files that this one uses belong to those files.
        phases = [.. workflow.Phases.Where(phase => phase.Scope.Use is null)];
        expressions = phases.ToImmutableDictionary(phase => phase.Id, phase => PhaseExpression.Of(written[phase.Id], phase, workflow.Prompts).ToImmutableArray());
        // In planned order, so that what stands behind a phase that never runs is seen with that in mind.
        foreach (var phase in phases.Where(phase => phase.If is { } condition && ExpressionFolding.IsNeverTrue(condition, part => Known(phase, part))))
        {
            neverRun.Add(phase.Id);
        }
    }

    /// <summary>All warnings about a workflow that is valid.</summary>
    public static IEnumerable<Problem> Of(WorkflowDefinition definition, Workflow workflow)
    {
        var warnings = new WorkflowWarnings(definition, workflow);
        return warnings.PhasesThatNeverRun()
            .Concat(warnings.ReadsOfPhasesThatNeverRun())
            .Concat(warnings.OutputsNobodyReads())
            .Concat(warnings.AgentsNobodyAsks())
            .Concat(warnings.InputsNobodyReads())
            .Concat(warnings.NeedsGivenTwice())
            .Concat(warnings.phases.SelectMany(phase => phase.Kind.Notice(warnings.written[phase.Id])))
            .Select(problem => problem with { Severity = Severity.Warning });
    }

    private IEnumerable<Problem> PhasesThatNeverRun() =>
        from id in neverRun
        let condition = written[id].If!.Value
        select new Problem("CONC091", condition.At, $"phase `{id}` never runs: its condition `{condition.Value}` is never true", "remove the phase or correct the condition");

    private IEnumerable<Problem> ReadsOfPhasesThatNeverRun() =>
        from phase in phases
        where !neverRun.Contains(phase.Id)
        from found in expressions[phase.Id]
        from id in OutputsReadBy(found.Expression).Where(neverRun.Contains).Distinct()
        select new Problem("CONC095", found.Text.At, $"phase `{phase.Id}` reads `phases.{id}.output`, which is always null: `{id}` never runs");

    private IEnumerable<Problem> OutputsNobodyReads() =>
        from phase in phases
        where phase.Kind.NeedsPrompt && !neverRun.Contains(phase.Id)
        where phases.Any(other => other.Needs.Contains(phase.Id))
        where !phases.Any(other => Reads(other, phase))
        select new Problem("CONC090", written[phase.Id].Name.At, $"nobody reads the output of phase `{phase.Id}`", $"read it with `${{{{ phases.{phase.Id}.output }}}}` in a later prompt, or remove the phase");

    private bool Reads(Phase reader, Phase phase) =>
        expressions[reader.Id].Any(found => OutputsReadBy(found.Expression).Contains(phase.Id))
        || (reader.Ancestors.Contains(phase.Id) && (reader.Kind.Reads is not { } schemas || (phase.Output is { } output && schemas.Contains(output.Name))));

    // `phases.x.status` says how it went and leaves its output alone.
    private static IEnumerable<PhaseId> OutputsReadBy(Expression expression)
    {
        var parts = expression.All().ToList();
        var asked = parts.OfType<Expression.Member>().Where(member => member.Name == "status").Select(member => member.Target).ToList();
        return parts.OfType<Expression.Member>()
            .Where(member => member.Target is Expression.Context { Name: "phases" } && !asked.Exists(target => ReferenceEquals(target, member)))
            .Select(member => new PhaseId(member.Name));
    }

    private IEnumerable<Problem> AgentsNobodyAsks()
    {
        var asked = new HashSet<string>(StringComparer.Ordinal);
        foreach (var phase in phases)
        {
            if (!phase.Kind.AsksOnlyNamedAgents || AgentsNamedBy(phase) is not { } named)
            {
                return [];
            }

            asked.UnionWith(named);
        }

        while (asked.ToList().Exists(name => workflow.Agents.TryGetValue(new AgentId(name), out var agent) && agent.Fallback.Any(fallback => asked.Add(fallback.Value))))
        {
            // Each round adds who stands in for somebody who is asked.
        }

        return from agent in definition.Agents
               where !asked.Contains(agent.Name.Value)
               select new Problem("CONC092", agent.Name.At, $"nobody asks agent `{agent.Name.Value}`", "name it in a phase, or remove it");
    }

    /// <summary>The agents of a phase by name; null when an expression that is not known before the run names one.</summary>
    private IEnumerable<string>? AgentsNamedBy(Phase phase)
    {
        var types = PhaseTypes.Of(written[phase.Id], definition.Inputs, []);
        var inWith = phase.With.Values.SelectMany(PhaseExpression.Texts).ToList();
        return phase.Agent switch
        {
            _ when PhaseExpression.Texts(phase.With.GetValueOrDefault("voters")).Any(text => text.Contains("${{", StringComparison.Ordinal)) => null,
            null => inWith,
            { Parts: [{ Literal: { } name }] } => inWith.Append(name),
            { Parts: [{ Expression: { } one }] } when ExpressionChecker.Check(one, types).Type is ExpressionType.Text { Values: { } names } => inWith.Concat(names),
            _ => null,
        };
    }

    private IEnumerable<Problem> InputsNobodyReads()
    {
        var all = expressions.Values.SelectMany(found => found).SelectMany(found => found.Expression.All()).ToList();
        var read = all.OfType<Expression.Member>().Where(member => member.Target is Expression.Context { Name: "inputs" }).ToList();
        if (all.Count(part => part is Expression.Context { Name: "inputs" }) > read.Count)
        {
            return [];
        }

        return from input in definition.Inputs
               where !read.Exists(member => member.Name == input.Name.Value)
               select new Problem("CONC093", input.Name.At, $"nobody reads input `{input.Name.Value}`", $"read it with `${{{{ inputs.{input.Name.Value} }}}}`, or remove it");
    }

    private IEnumerable<Problem> NeedsGivenTwice() =>
        from phase in definition.Phases
        from need in phase.Needs.GroupBy(need => need.Value, StringComparer.Ordinal)
        from again in need.Skip(1)
        select new Problem("CONC094", again.At, $"phase `{phase.Name.Value}` needs `{again.Value}` twice", "once is enough");

    // A phase that is skipped satisfies the needs of those behind it; where nothing runs before a phase, nothing can fail.
    private Expression.Literal? Known(Phase phase, Expression part) => part switch
    {
        Expression.Member { Target: Expression.Member { Target: Expression.Context { Name: "phases" }, Name: var other }, Name: var name } when neverRun.Contains(new PhaseId(other)) => name switch
        {
            "output" => new Expression.Literal(null),
            // Behind a phase that fails it is blocked instead.
            "status" when workflow[new PhaseId(other)].Ancestors.All(neverRun.Contains) => new Expression.Literal(JsonValue.Create(EngineText.Snake(PhaseStatus.Skipped))),
            _ => null,
        },
        Expression.Call { Function: "failure" } when phase.Ancestors.All(neverRun.Contains) => new Expression.Literal(JsonValue.Create(false)),
        _ => null,
    };
}
