using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Conclave.Engine.Definition.Expressions;

/// <summary>Writes an expression as the user would; parsing the text gives the same expression.</summary>
public static class ExpressionPrinter
{
    private const int Tightest = 5;

    public static string Print(Expression expression) => expression switch
    {
        Expression.Literal literal => Value(literal.Value),
        Expression.Context context => context.Name,
        Expression.Member member => $"{Target(member.Target)}.{member.Name}",
        Expression.Index index => $"{Target(index.Target)}[{Print(index.Key)}]",
        Expression.Not not => $"!{Inside(not.Operand, Tightest)}",
        Expression.Binary binary => $"{Inside(binary.Left, Level(binary))} {binary.Operator} {Inside(binary.Right, Level(binary) + 1)}",
        Expression.Call call => $"{call.Function}({string.Join(", ", call.Arguments.Select(Print))})",
        _ => throw new InvalidOperationException($"No rule for {expression.GetType().Name}."),
    };

    private static string Inside(Expression expression, int level) => Level(expression) < level ? $"({Print(expression)})" : Print(expression);

    // A number must not run into the dot after it.
    private static string Target(Expression target) => target is Expression.Binary or Expression.Not or Expression.Literal ? $"({Print(target)})" : Print(target);

    private static int Level(Expression expression) => expression is Expression.Binary binary
        ? binary.Operator switch
        {
            "||" => 1,
            "&&" => 2,
            "==" or "!=" => 3,
            _ => 4,
        }
        : Tightest;

    private static string Value(JsonNode? value) => value?.GetValueKind() switch
    {
        null => "null",
        JsonValueKind.String => $"'{value.GetValue<string>().Replace("'", "''", StringComparison.Ordinal)}'",
        JsonValueKind.Number when value.AsValue().TryGetValue<decimal>(out var number) => number.ToString(CultureInfo.InvariantCulture),
        _ => value.ToJsonString(EngineJson.Options),
    };
}
