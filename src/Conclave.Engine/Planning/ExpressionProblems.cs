using System.Collections.Immutable;
using Conclave.Engine.Definition;
using Conclave.Engine.Definition.Expressions;

namespace Conclave.Engine.Planning;

/// <summary>What is wrong with the types of a workflow's expressions, whatever happens in the run.</summary>
internal static class ExpressionProblems
{
    /// <summary>The problems of all phases of one file. A phase may be incomplete: what it lacks is reported elsewhere.</summary>
    /// <param name="scope">What the file's names mean.</param>
    public static IEnumerable<Problem> Of(WorkflowDefinition definition, WorkflowScope scope, IReadOnlyDictionary<PhaseId, Phase> planned, IReadOnlyDictionary<string, string> prompts)
    {
        var places = new TextPlaces(definition.Text);
        return from written in definition.Phases
               let phase = planned[scope.Phase(written.Name.Value)]
               let before = definition.Phases.Select(other => (other.Name.Value, Phase: planned[scope.Phase(other.Name.Value)])).Where(other => phase.Ancestors.Contains(other.Phase.Id))
               let types = PhaseTypes.Of(written, scope.Use is null ? definition.Inputs : [], before)
               from found in PhaseExpression.Of(written, phase, prompts)
               from problem in Of(found, types, definition)
               select problem with { At = found.Offset is { } offset ? places.Of(found.Text, offset) : found.Text.At };
    }

    private static IEnumerable<Problem> Of(PhaseExpression found, ImmutableDictionary<string, ExpressionType> types, WorkflowDefinition definition)
    {
        var where = found.Prompt is null ? "" : $" (in prompt `{found.Prompt}`)";
        var isCondition = found.Use == PhaseExpressionUse.Condition;
        var report = isCondition || found.Use == PhaseExpressionUse.Until ? ExpressionChecker.CheckCondition(found.Expression, types) : ExpressionChecker.Check(found.Expression, types);
        foreach (var complaint in report.Complaints)
        {
            yield return new Problem(complaint.Code, found.Text.At, $"{complaint.Message}{where}", complaint.Fix);
        }

        if (found.Expression.All().Any(part => part is Expression.Index { Target: Expression.Context { Name: "phases" } }))
        {
            yield return new Problem("CONC084", found.Text.At, $"`phases[...]` is always null{where}: which phases are read must be known before the run", "write `phases.NAME`");
        }

        if (isCondition && found.Expression.All().Any(part => part is Expression.Context { Name: "matrix" }))
        {
            yield return new Problem("CONC086", found.Text.At, "`if` is decided once for the whole phase and can't see its `matrix`", "take the value out of the matrix, or decide in the prompt");
        }

        var isWholeName = found.Use == PhaseExpressionUse.Agent && Template.Parse(found.Text.Value).Parts.Length == 1;
        foreach (var name in isWholeName ? NoAgents(report.Type, definition) : [])
        {
            yield return new Problem("CONC012", found.Text.At, $"`{ExpressionPrinter.Print(found.Expression)}` gives `{name}`, and there is no agent `{name}`", NearMiss.Suggest(name, definition.Agents.Select(agent => agent.Name.Value)));
        }
    }

    private static ImmutableSortedSet<string> NoAgents(ExpressionType type, WorkflowDefinition definition) =>
        type is ExpressionType.Text { Values: { } names } ? names.Except(definition.Agents.Select(agent => agent.Name.Value)) : [];
}
