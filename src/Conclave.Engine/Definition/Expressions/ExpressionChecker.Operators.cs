namespace Conclave.Engine.Definition.Expressions;

public sealed partial class ExpressionChecker
{
    private ExpressionType.Flag Flag(Expression where, string op, params IEnumerable<(Expression Where, ExpressionType Type)> operands)
    {
        foreach (var operand in operands)
        {
            WantFlag(where, operand.Type, "CONC081", wrong => $"`{op}` wants true or false, and `{Print(operand.Where)}` is {wrong}");
        }

        return new ExpressionType.Flag();
    }

    private ExpressionType.Flag Equality(Expression.Binary equality, ExpressionType left, ExpressionType right)
    {
        // Asking whether something is null is never wrong.
        if (left is ExpressionType.Null || right is ExpressionType.Null || left.Options().Any(l => right.Options().Any(r => CanBeEqual(l, r))))
        {
            return new ExpressionType.Flag();
        }

        var answer = equality.Operator == "==" ? "false" : "true";
        var texts = left.Options().Concat(right.Options()).OfType<ExpressionType.Text>().ToList();
        if (!All<ExpressionType.Text>(Real(left)) || !All<ExpressionType.Text>(Real(right)))
        {
            Complain("CONC082", equality, $"`{Print(equality)}` compares {left.Describe()} with {right.Describe()}, which is always {answer}");
        }
        else if (equality.Left is not Expression.Literal || equality.Right is not Expression.Literal)
        {
            var (known, other) = equality.Left is Expression.Literal ? (texts[1], texts[0]) : (texts[0], texts[1]);
            Complain("CONC082", equality, $"`{Print(equality)}` is always {answer}: it can't be `{string.Join("`, `", other.Values!)}`", NearMiss.Suggest(other.Values![0], known.Values!));
        }

        return new ExpressionType.Flag();
    }

    private static ExpressionType Real(ExpressionType type) => ExpressionType.OneOf(type.Options().Where(option => option is not ExpressionType.Null));

    private static bool CanBeEqual(ExpressionType left, ExpressionType right) => (left, right) switch
    {
        (ExpressionType.Any, _) or (_, ExpressionType.Any) => true,
        (ExpressionType.Text { Values: { } some }, ExpressionType.Text { Values: { } others }) => some.Overlaps(others),
        _ => left.GetType() == right.GetType(),
    };

    private ExpressionType.Flag Order(Expression.Binary order, ExpressionType left, ExpressionType right)
    {
        var pairs = left.Options().SelectMany(l => right.Options().Select(r => (Left: l, Right: r))).ToList();
        if (pairs.TrueForAll(pair => pair is (not ExpressionType.Any, not ExpressionType.Any) && !CanBeOrdered(pair.Left, pair.Right)))
        {
            Complain("CONC082", order, $"`{order.Operator}` can't compare {left.Describe()} with {right.Describe()} (`{Print(order)}`)");
        }

        isSure &= pairs.TrueForAll(pair => CanBeOrdered(pair.Left, pair.Right));
        return new ExpressionType.Flag();
    }

    private static bool CanBeOrdered(ExpressionType left, ExpressionType right) =>
        (left, right) is (ExpressionType.Number, ExpressionType.Number) or (ExpressionType.Text, ExpressionType.Text);
}
