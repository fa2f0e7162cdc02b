using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;

namespace Conclave.Engine.Definition.Expressions;

/// <summary>A text with <c>${{ expressions }}</c> in it. It is expanded once: what an expression gives is never expanded again.</summary>
public sealed record Template(ImmutableArray<TemplatePart> Parts)
{
    /// <summary>The expressions in it, in order.</summary>
    public IEnumerable<Expression> Expressions => Parts.Select(part => part.Expression).OfType<Expression>();

    /// <summary>Parses a text.</summary>
    /// <exception cref="ExpressionException">An expression in it does not parse or does not end; the offset counts from the start of the text.</exception>
    public static Template Parse(string text)
    {
        var parts = ImmutableArray.CreateBuilder<TemplatePart>();
        var at = 0;
        while (at < text.Length)
        {
            var open = text.IndexOf("${{", at, StringComparison.Ordinal);
            if (open != at)
            {
                parts.Add(new TemplatePart(text[at..(open < 0 ? text.Length : open)], null));
            }

            if (open < 0)
            {
                break;
            }

            var close = Close(text, open);
            parts.Add(new TemplatePart(null, Inner(text, open + 3, close), open));
            at = close + 2;
        }

        return new Template(parts.ToImmutable());
    }

    /// <summary>The text with every expression replaced by its value; texts as they are, other values as JSON.</summary>
    /// <exception cref="ExpressionException">A value is null, or a type is wrong.</exception>
    public string Expand(ExpressionContext context)
    {
        var result = new StringBuilder();
        foreach (var (literal, expression, _) in Parts)
        {
            result.Append(literal ?? ExpressionValues.Display(ExpressionEvaluator.Evaluate(expression!, context)));
        }

        return result.ToString();
    }

    /// <summary>What stands before the first expression of a kind; null when there is none of it.</summary>
    public Template? Before(Func<Expression, bool> isOfKind)
    {
        var first = Parts.ToList().FindIndex(part => part.Expression is { } expression && isOfKind(expression));
        return first < 0 ? null : new Template(Parts[..first]);
    }

    /// <summary>The value: of any type when the text is nothing but one expression, else the expanded text.</summary>
    public JsonNode? Value(ExpressionContext context) => Parts is [{ Expression: { } only }]
        ? ExpressionEvaluator.Evaluate(only, context)?.DeepClone()
        : JsonValue.Create(Expand(context));

    // A `}}` inside a quoted text does not end the expression.
    private static int Close(string text, int open)
    {
        var quoted = false;
        for (var i = open + 3; i < text.Length; i++)
        {
            if (text[i] == '\'')
            {
                quoted = !quoted;
            }
            else if (!quoted && text.AsSpan(i).StartsWith("}}", StringComparison.Ordinal))
            {
                return i;
            }
        }

        throw new ExpressionException("`${{` has no `}}`", open);
    }

    private static Expression Inner(string text, int start, int end)
    {
        try
        {
            return ExpressionParser.Parse(text[start..end]);
        }
        catch (ExpressionException error)
        {
            throw new ExpressionException(error.Message, start + error.Offset);
        }
    }
}

/// <summary>A piece of a template: either a literal text or an expression.</summary>
/// <param name="Offset">Where an expression's <c>${{</c> stands in the text.</param>
public sealed record TemplatePart(string? Literal, Expression? Expression, int Offset = 0);
