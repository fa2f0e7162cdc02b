using Conclave.Engine.Definition.Expressions;
using Conclave.Engine.Planning;

namespace Conclave.Cli.Workflows;

/// <summary>Parts of a phase as the user would write them.</summary>
internal static class PhaseText
{
    public static string? Agent(Phase phase) => phase.Agent is { } template
        ? string.Concat(template.Parts.Select(part => part.Literal ?? $"${{{{ {ExpressionPrinter.Print(part.Expression!)} }}}}"))
        : null;

    public static string? Condition(Phase phase) => phase.If is { } condition ? ExpressionPrinter.Print(condition) : null;
}
