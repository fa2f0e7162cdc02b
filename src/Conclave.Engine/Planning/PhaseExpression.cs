using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Conclave.Engine.Definition;
using Conclave.Engine.Definition.Expressions;

namespace Conclave.Engine.Planning;

/// <summary>An expression of a phase and where it stands.</summary>
/// <param name="Text">The text that it is a part of; its place is the place of the prompt's name for a prompt that stands elsewhere.</param>
/// <param name="Offset">Where it begins in the text; null when the text does not stand in the workflow file.</param>
/// <param name="Prompt">The prompt that it stands in; null when it stands in none.</param>
internal sealed record PhaseExpression(Expression Expression, PhaseExpressionUse Use, Sourced<string> Text, int? Offset, string? Prompt)
{
    /// <summary>All expressions of a phase that parse, its prompts' included.</summary>
    public static IEnumerable<PhaseExpression> Of(PhaseDefinition written, Phase phase, IReadOnlyDictionary<string, string> prompts)
    {
        if (written.If is { } condition && phase.If is { } expression)
        {
            yield return new PhaseExpression(expression, PhaseExpressionUse.Condition, condition, Math.Max(0, condition.Value.IndexOf("${{", StringComparison.Ordinal)), null);
        }

        if (written.Loop is { } loop && phase.Loop is { } planned)
        {
            yield return new PhaseExpression(planned.Until, PhaseExpressionUse.Until, loop.Until, Math.Max(0, loop.Until.Value.IndexOf("${{", StringComparison.Ordinal)), null);
        }

        var agent = written.Agent is { } name ? In(name, PhaseExpressionUse.Agent) : [];
        var with = written.With.SelectMany(pair => Texts(pair.Value).SelectMany(text => In(new Sourced<string>(text, pair.Key.At), PhaseExpressionUse.With, inFile: false)));
        var at = written.Prompt?.At ?? written.Name.At;
        var sent = phase.Kind.Prompts.Concat(phase.Prompt is { } own ? [own] : []).Distinct(StringComparer.Ordinal);
        var inPrompts = sent.Where(prompts.ContainsKey).SelectMany(prompt =>
            In(new Sourced<string>(prompts[prompt], at), PhaseExpressionUse.Prompt, inFile: written.Prompt?.Value == prompts[prompt], prompt));
        foreach (var found in agent.Concat(with).Concat(inPrompts))
        {
            yield return found;
        }
    }

    /// <summary>The texts of a JSON value, near and far.</summary>
    public static IEnumerable<string> Texts(JsonNode? value) => value switch
    {
        JsonObject map => map.SelectMany(pair => Texts(pair.Value)),
        JsonArray list => list.SelectMany(Texts),
        JsonValue text when text.TryGetValue<string>(out var written) => [written],
        _ => [],
    };

    private static ImmutableArray<PhaseExpression> In(Sourced<string> text, PhaseExpressionUse use, bool inFile = true, string? prompt = null)
    {
        try
        {
            return [.. Template.Parse(text.Value).Parts
                .Where(part => part.Expression is not null)
                .Select(part => new PhaseExpression(part.Expression!, use, text, inFile ? part.Offset : null, prompt))];
        }
        catch (ExpressionException)
        {
            // The planner has said so where it parsed the text first.
            return [];
        }
    }
}

/// <summary>What an expression is for.</summary>
internal enum PhaseExpressionUse
{
    /// <summary>It decides whether the phase runs.</summary>
    Condition,

    /// <summary>It decides whether the phase's rounds are over.</summary>
    Until,

    /// <summary>It names the agent.</summary>
    Agent,

    /// <summary>It is a parameter of the step.</summary>
    With,

    /// <summary>It stands in a prompt.</summary>
    Prompt,
}
