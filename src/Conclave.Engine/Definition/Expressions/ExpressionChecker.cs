using System.Collections.Immutable;

namespace Conclave.Engine.Definition.Expressions;

/// <summary>
/// Infers the type of an expression from the types of its contexts. It complains only about what is wrong for every value that is not null; what is
/// wrong for some values, or unknown, only makes the report unsure.
/// </summary>
public sealed partial class ExpressionChecker
{
    private static readonly ExpressionType Unknown = new ExpressionType.Any();

    private readonly IReadOnlyDictionary<string, ExpressionType> contexts;
    private readonly ImmutableArray<TypeComplaint>.Builder complaints = ImmutableArray.CreateBuilder<TypeComplaint>();
    private bool isSure = true;

    private ExpressionChecker(IReadOnlyDictionary<string, ExpressionType> contexts) => this.contexts = contexts;

    /// <summary>Checks an expression over contexts of these types.</summary>
    public static TypeReport Check(Expression expression, IReadOnlyDictionary<string, ExpressionType> contexts)
    {
        var checker = new ExpressionChecker(contexts);
        var type = checker.Infer(expression);
        return new TypeReport(type, checker.complaints.ToImmutable(), checker.isSure);
    }

    /// <summary>Checks an expression that must say true or false; null counts as false.</summary>
    public static TypeReport CheckCondition(Expression expression, IReadOnlyDictionary<string, ExpressionType> contexts)
    {
        var checker = new ExpressionChecker(contexts);
        var type = checker.Infer(expression);
        checker.WantFlag(expression, type, "CONC083", wrong => $"a condition must be true or false, and `{Print(expression)}` is {wrong}");
        return new TypeReport(type, checker.complaints.ToImmutable(), checker.isSure);
    }

    private ExpressionType Infer(Expression expression) => expression switch
    {
        Expression.Literal literal => ExpressionType.OfValue(literal.Value),
        Expression.Context context => contexts.GetValueOrDefault(context.Name, Unknown),
        Expression.Member member => Member(member, Infer(member.Target)),
        Expression.Index index => Item(index, Infer(index.Target), Infer(index.Key)),
        Expression.Not not => Flag(not, "!", (not.Operand, Infer(not.Operand))),
        Expression.Binary { Operator: "&&" or "||" } both => Flag(both, both.Operator, (both.Left, Infer(both.Left)), (both.Right, Infer(both.Right))),
        Expression.Binary { Operator: "==" or "!=" } equality => Equality(equality, Infer(equality.Left), Infer(equality.Right)),
        Expression.Binary order => Order(order, Infer(order.Left), Infer(order.Right)),
        Expression.Call call => Call(call, call.Arguments.Select(Infer).ToImmutableArray()),
        _ => throw new InvalidOperationException($"No rule for {expression.GetType().Name}."),
    };

    private ExpressionType Member(Expression.Member member, ExpressionType target) => Read(
        target,
        option => option is ExpressionType.Map map ? MemberOf(map, member.Name) : Part.Wrong,
        () => Complain("CONC081", member, $"`{Print(member.Target)}` is {target.Describe()}, which has no member `{member.Name}`", Hint(target)),
        () => Missing(member, member.Target, target, member.Name));

    private ExpressionType Item(Expression.Index index, ExpressionType target, ExpressionType key) => Read(
        target,
        option => (option, key) switch
        {
            (_, ExpressionType.Any) => new Part(Unknown, Fit.Unknown),
            (ExpressionType.List list, _) when key.Options().Any(name => name is ExpressionType.Number) => new Part(list.Item.OrNull(), All<ExpressionType.Number>(key) ? Fit.Right : Fit.Unknown),
            (ExpressionType.Map map, ExpressionType.Text { Values: [var only] }) => MemberOf(map, only),
            (ExpressionType.Map, _) when key.Options().Any(name => name is ExpressionType.Text) => new Part(Unknown, All<ExpressionType.Text>(key) ? Fit.Right : Fit.Unknown),
            _ => Part.Wrong,
        },
        () => Complain("CONC081", index, $"`{Print(index.Target)}` is {target.Describe()}, which can't be indexed by {key.Describe()}"),
        () => Missing(index, index.Target, target, ((ExpressionType.Text)key).Values![0]));

    private static Part MemberOf(ExpressionType.Map map, string name) => map.Members.TryGetValue(name, out var known)
        ? new Part(known, Fit.Right)
        : new Part(map.IsClosed ? new ExpressionType.Null() : Unknown, map.IsClosed ? Fit.Missing : Fit.Right);

    // A phase with a matrix gives a list, which is easily forgotten.
    private static string? Hint(ExpressionType target) => target.Options().OfType<ExpressionType.List>().Any() ? "take one of its items, for example `[0]`" : null;

    private void Missing(Expression where, Expression targetText, ExpressionType target, string name) => Complain(
        "CONC080",
        where,
        $"`{Print(targetText)}` has no member `{name}`",
        NearMiss.Suggest(name, target.Options().OfType<ExpressionType.Map>().SelectMany(map => map.Members.Keys).Distinct(StringComparer.Ordinal)));

    /// <summary>Reads something of a value: the rule says for each type that it may have what comes out, null gives null.</summary>
    private ExpressionType Read(ExpressionType target, Func<ExpressionType, Part> rule, Action wrong, Action missing)
    {
        var parts = target.Options().Select(option => option switch
        {
            ExpressionType.Any => new Part(Unknown, Fit.Unknown),
            ExpressionType.Null => new Part(option, Fit.Empty),
            _ => rule(option),
        }).ToList();
        isSure &= parts.TrueForAll(part => part.Fit is not (Fit.Wrong or Fit.Unknown));
        var real = parts.Where(part => part.Fit != Fit.Empty).ToList();
        if (real.Count > 0 && real.TrueForAll(part => part.Fit is Fit.Wrong or Fit.Missing))
        {
            (real.TrueForAll(part => part.Fit == Fit.Wrong) ? wrong : missing)();
            return Unknown;
        }

        return ExpressionType.OneOf(parts.Where(part => part.Fit != Fit.Wrong).Select(part => part.Type));
    }

    private static bool All<T>(ExpressionType type) => type.Options().All(option => option is T);

    private void WantFlag(Expression where, ExpressionType type, string code, Func<string, string> message)
    {
        var options = type.Options().ToList();
        if (options.TrueForAll(option => option is not (ExpressionType.Any or ExpressionType.Flag)) && options.Exists(option => option is not ExpressionType.Null))
        {
            Complain(code, where, message(type.Describe()));
        }

        isSure &= options.TrueForAll(option => option is ExpressionType.Flag or ExpressionType.Null);
    }

    private void Complain(string code, Expression where, string message, string? fix = null)
    {
        isSure = false;
        complaints.Add(new TypeComplaint(code, where, message, fix));
    }

    private static string Print(Expression expression)
    {
        var text = ExpressionPrinter.Print(expression);
        return text.Length <= 60 ? text : $"{text.AsSpan(0, 59)}…";
    }

    private enum Fit
    {
        Right,
        Wrong,
        Missing,
        Unknown,
        Empty,
    }

    private readonly record struct Part(ExpressionType Type, Fit Fit)
    {
        public static Part Wrong { get; } = new(Unknown, Fit.Wrong);
    }
}

/// <summary>What an expression is known to give.</summary>
/// <param name="IsSure">True when it can't fail on any values of the types that it was checked with.</param>
public sealed record TypeReport(ExpressionType Type, ImmutableArray<TypeComplaint> Complaints, bool IsSure);

/// <summary>What is wrong with a part of an expression, whatever the values are.</summary>
public sealed record TypeComplaint(string Code, Expression Where, string Message, string? Fix);
