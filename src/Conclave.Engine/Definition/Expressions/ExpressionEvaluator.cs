using System.Text.Json;
using System.Text.Json.Nodes;

namespace Conclave.Engine.Definition.Expressions;

/// <summary>Evaluates an expression over its contexts: pure, without reflection, bounded by the size of the expression.</summary>
public static class ExpressionEvaluator
{
    /// <summary>The value; members of null are null.</summary>
    /// <exception cref="ExpressionException">A type is wrong.</exception>
    public static JsonNode? Evaluate(Expression expression, ExpressionContext context) => expression switch
    {
        Expression.Literal literal => literal.Value,
        Expression.Context root => context.Values.GetValueOrDefault(root.Name),
        Expression.Member member => MemberOf(Evaluate(member.Target, context), member.Name),
        Expression.Index index => ItemOf(Evaluate(index.Target, context), Evaluate(index.Key, context)),
        Expression.Not not => !Truth("!", Evaluate(not.Operand, context)),
        Expression.Binary binary => Apply(binary, context),
        Expression.Call call => ExpressionFunctions.Call(call.Function, [.. call.Arguments.Select(argument => Evaluate(argument, context))], context.Before),
        _ => throw new InvalidOperationException($"No rule for {expression.GetType().Name}."),
    };

    /// <summary>The value as a condition: it must be true or false; null counts as false.</summary>
    public static bool Condition(Expression expression, ExpressionContext context) => Truth("a condition", Evaluate(expression, context));

    private static JsonNode? MemberOf(JsonNode? target, string name) => target switch
    {
        null => null,
        JsonObject map => map[name],
        _ => throw new ExpressionException($"{ExpressionValues.TypeName(target)} has no member `{name}`"),
    };

    private static JsonNode? ItemOf(JsonNode? target, JsonNode? key) => (target, key) switch
    {
        (null, _) => null,
        (JsonObject map, JsonValue name) when name.GetValueKind() == JsonValueKind.String => map[name.GetValue<string>()],
        (JsonArray list, _) when ExpressionValues.Number(key) is { } at => at >= 0 && at < list.Count && at == decimal.Truncate(at) ? list[(int)at] : null,
        _ => throw new ExpressionException($"{ExpressionValues.TypeName(target)} can't be indexed by {ExpressionValues.TypeName(key)}"),
    };

    private static JsonNode? Apply(Expression.Binary binary, ExpressionContext context)
    {
        var left = Evaluate(binary.Left, context);
        return binary.Operator switch
        {
            "&&" => Truth("&&", left) && Truth("&&", Evaluate(binary.Right, context)),
            "||" => Truth("||", left) || Truth("||", Evaluate(binary.Right, context)),
            "==" => ExpressionValues.AreEqual(left, Evaluate(binary.Right, context)),
            "!=" => !ExpressionValues.AreEqual(left, Evaluate(binary.Right, context)),
            "<" => Compare("<", left, Evaluate(binary.Right, context)) < 0,
            "<=" => Compare("<=", left, Evaluate(binary.Right, context)) <= 0,
            ">" => Compare(">", left, Evaluate(binary.Right, context)) > 0,
            _ => Compare(">=", left, Evaluate(binary.Right, context)) >= 0,
        };
    }

    private static bool Truth(string what, JsonNode? value) => value?.GetValueKind() switch
    {
        null => false,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw new ExpressionException($"`{what}` wants true or false, not {ExpressionValues.TypeName(value)}"),
    };

    private static int Compare(string op, JsonNode? left, JsonNode? right)
    {
        if (ExpressionValues.Number(left) is { } a && ExpressionValues.Number(right) is { } b)
        {
            return a.CompareTo(b);
        }

        if (left is JsonValue x && right is JsonValue y && x.GetValueKind() == JsonValueKind.String && y.GetValueKind() == JsonValueKind.String)
        {
            return string.CompareOrdinal(x.GetValue<string>(), y.GetValue<string>());
        }

        throw new ExpressionException($"`{op}` can't compare {ExpressionValues.TypeName(left)} with {ExpressionValues.TypeName(right)}");
    }
}
