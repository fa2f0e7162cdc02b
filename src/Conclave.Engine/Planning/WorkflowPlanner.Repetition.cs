using System.Collections.Immutable;
using Conclave.Engine.Definition;
using Conclave.Engine.Definition.Expressions;

namespace Conclave.Engine.Planning;

public static partial class WorkflowPlanner
{
    private sealed partial class Planning
    {
        private PhaseLoop? Loop(PhaseDefinition phase, Scope scope) =>
            phase.Loop is { Until.Value.Length: > 0 } loop && Condition("until", loop.Until, scope) is { } until ? new PhaseLoop(until, loop.Max) : null;

        private static ImmutableArray<string>? MatrixNames(PhaseDefinition phase) => phase.Matrix switch
        {
            MatrixDefinition.Lists lists => [.. lists.Items.Select(list => list.Key.Value)],
            MatrixDefinition.Maps => null,
            _ => [],
        };

        private (ImmutableArray<MatrixCell> Cells, MatrixSource? Source) Matrix(PhaseDefinition phase, Scope scope)
        {
            switch (phase.Matrix)
            {
                case null:
                    return (MatrixCells.One, null);
                case MatrixDefinition.Maps maps:
                    return ([], MatrixExpression(maps.Expression, scope) is { } expression ? new MatrixSource.Maps(expression) : null);
                case MatrixDefinition.Lists { Items: var lists } when lists.Any(list => list.Expression is not null):
                    return ([], new MatrixSource.Lists([.. lists.Select(list => (list.Key.Value, list.Expression is { } text ? MatrixExpression(text, scope) : null, list.Values))]));
                case MatrixDefinition.Lists { Items: var lists } when MatrixCells.Count(lists.Select(list => list.Values.Length)) > MatrixCells.Max:
                    Report("CONC070", lists[0].Key.At, $"the matrix of phase `{phase.Name.Value}` has more than {MatrixCells.Max} cells", "shorten its lists, or split the phase");
                    return ([], null);
                case MatrixDefinition.Lists { Items: var lists }:
                    return (MatrixCells.Combinations([.. lists.Select(list => (list.Key.Value, list.Values))]), null);
                default:
                    throw new InvalidOperationException("No rule for this matrix.");
            }
        }

        private Expression? MatrixExpression(Sourced<string> text, Scope scope)
        {
            var template = ParseTemplate(text, scope);
            if (template is null or { Parts: [{ Expression: not null }] })
            {
                return template?.Parts[0].Expression;
            }

            Report("CONC017", text.At, $"a matrix must be one expression, not `{text.Value}`");
            return null;
        }
    }
}
