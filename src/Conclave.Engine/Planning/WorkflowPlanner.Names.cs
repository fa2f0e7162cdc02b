using System.Collections.Immutable;
using Conclave.Engine.Definition;
using Conclave.Engine.Definition.Expressions;

namespace Conclave.Engine.Planning;

public static partial class WorkflowPlanner
{
    // What the texts of a file may name, and where.
    private sealed partial class Planning
    {
        private Template? ParseTemplate(Sourced<string> text, Scope scope)
        {
            try
            {
                var template = Template.Parse(text.Value);
                foreach (var expression in template.Expressions.SelectMany(expression => expression.All()))
                {
                    CheckNames(expression, text.At, scope);
                }

                return template;
            }
            catch (ExpressionException error)
            {
                Report("CONC017", places.Of(text, error.Offset), scope.Prompt is null ? $"`{text.Value}`: {error.Message}" : $"prompt `{scope.Prompt}`, character {error.Offset + 1}: {error.Message}");
                return null;
            }
        }

        private void CheckNames(Expression expression, SourcePosition at, Scope scope)
        {
            if (expression is not Expression.Member { Target: Expression.Context context, Name: var name })
            {
                return;
            }

            var where = scope.Prompt is null ? "" : $" (in prompt `{scope.Prompt}`)";
            switch (context.Name)
            {
                case "phases" when !phaseNames.Contains(name):
                    Report("CONC018", at, $"`phases.{name}` does not exist{where}", NearMiss.Suggest(name, phaseNames));
                    break;
                case "phases" when name == scope.Phase && scope.Repeats:
                    break;
                case "phases" when !isCut && !scope.Before.Contains(use.Scope.Phase(name)):
                    Report("CONC018", at, $"phase `{scope.Phase}` reads `phases.{name}`, which is not before it{where}", $"add `{name}` to its `needs`");
                    break;
                case "inputs" when !inputNames.Contains(name):
                    Report("CONC018", at, $"`inputs.{name}` does not exist{where}", NearMiss.Suggest(name, inputNames));
                    break;
                case "matrix" when scope.Matrix is { } known && !known.Contains(name):
                    Report("CONC018", at, $"`matrix.{name}` does not exist{where}", NearMiss.Suggest(name, known));
                    break;
                case "step" when scope.Prompt is null:
                    Report("CONC018", at, "`step` exists only in the prompts of built-in steps");
                    break;
                default:
                    break;
            }
        }

        private void CheckName(Sourced<string> name, string what)
        {
            if (!NamePattern().IsMatch(name.Value))
            {
                Report("CONC004", name.At, $"the {what} name `{name.Value}` is not allowed", "use a-z, 0-9 and -, starting with a letter, at most 64 characters");
            }
        }

        private void CheckAgent(Sourced<string> name)
        {
            if (!agentNames.Contains(name.Value))
            {
                Report("CONC012", name.At, $"there is no agent `{name.Value}`", NearMiss.Suggest(name.Value, agentNames));
            }
        }

        /// <param name="Matrix">The names that `matrix` has; null when they are known only later.</param>
        private sealed record Scope(ImmutableHashSet<PhaseId> Before, ImmutableArray<string>? Matrix, string Phase)
        {
            /// <summary>Whether the phase may read its own output, that of the round before.</summary>
            public bool Repeats { get; init; }

            public string? Prompt { get; init; }
        }
    }
}
