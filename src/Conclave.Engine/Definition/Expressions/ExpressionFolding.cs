using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Conclave.Engine.Definition.Expressions;

/// <summary>Works out before the run what does not depend on it: three-valued, where the third value is "not known yet".</summary>
public static class ExpressionFolding
{
    private static readonly ExpressionContext Nothing = new(ImmutableDictionary<string, JsonNode?>.Empty);

    /// <summary>The expression with every part that is known replaced by its value.</summary>
    /// <param name="known">What the caller knows about a part: a literal, or null for nothing.</param>
    public static Expression Fold(Expression expression, Func<Expression, Expression.Literal?> known) => known(expression) ?? expression switch
    {
        Expression.Member member => Try(member with { Target = Fold(member.Target, known) }),
        Expression.Index index => Try(index with { Target = Fold(index.Target, known), Key = Fold(index.Key, known) }),
        Expression.Not not => Try(not with { Operand = Fold(not.Operand, known) }),
        Expression.Binary binary => Shortcut(binary with { Left = Fold(binary.Left, known), Right = Fold(binary.Right, known) }),
        Expression.Call { Function: "always" } => Literal(true),
        Expression.Call call when !ExpressionFunctions.StatusFunctions.Contains(call.Function) => Try(call with { Arguments = [.. call.Arguments.Select(argument => Fold(argument, known))] }),
        _ => expression,
    };

    /// <summary>Whether a condition is false whatever happens; null counts as false.</summary>
    public static bool IsNeverTrue(Expression condition, Func<Expression, Expression.Literal?> known) =>
        Is(Fold(condition, known), IsFalse);

    // One side can be enough, whatever the other side comes to.
    private static Expression Shortcut(Expression.Binary binary) => binary.Operator switch
    {
        "&&" when Is(binary.Left, IsFalse) || Is(binary.Right, IsFalse) => Literal(false),
        "||" when Is(binary.Left, IsTrue) || Is(binary.Right, IsTrue) => Literal(true),
        _ => Try(binary),
    };

    private static Expression Try(Expression expression)
    {
        if (expression.All().Skip(1).Any(part => part is not Expression.Literal))
        {
            return expression;
        }

        try
        {
            return new Expression.Literal(ExpressionEvaluator.Evaluate(expression, Nothing)?.DeepClone());
        }
        catch (ExpressionException)
        {
            return expression;
        }
    }

    private static Expression.Literal Literal(bool value) => new(JsonValue.Create(value));

    private static bool Is(Expression expression, Func<JsonNode?, bool> test) => expression is Expression.Literal literal && test(literal.Value);

    private static bool IsTrue(JsonNode? value) => value?.GetValueKind() == JsonValueKind.True;

    private static bool IsFalse(JsonNode? value) => value is null || value.GetValueKind() == JsonValueKind.False;
}
