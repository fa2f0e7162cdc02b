using System.Collections.Immutable;

namespace Conclave.Engine.Definition.Expressions;

public sealed partial class ExpressionChecker
{
    private ExpressionType Call(Expression.Call call, ImmutableArray<ExpressionType> given)
    {
        switch (call.Function)
        {
            case "length":
                Want(call, given, 0, "a text, a list or an object", type => type is ExpressionType.Text or ExpressionType.List or ExpressionType.Map, nullIsFine: true);
                return new ExpressionType.Number();
            case "contains":
                Want(call, given, 0, "a text or a list", type => type is ExpressionType.Text or ExpressionType.List, nullIsFine: true);
                if (given[0].Options().Any(type => type is ExpressionType.Text) && !given[0].Options().Any(type => type is ExpressionType.List))
                {
                    WantText(call, given, 1);
                }

                isSure &= All<ExpressionType.List>(Real(given[0])) || All<ExpressionType.Text>(given[1]);
                return new ExpressionType.Flag();
            case "startsWith" or "endsWith":
                WantText(call, given, 0);
                WantText(call, given, 1);
                return new ExpressionType.Flag();
            case "format":
                WantText(call, given, 0);
                Slots(call, given);
                return new ExpressionType.Text();
            case "join":
                Want(call, given, 0, "a list", type => type is ExpressionType.List, nullIsFine: false);
                isSure &= given[0].Options().OfType<ExpressionType.List>().All(list => !list.Item.MayBeNull);
                if (given.Length > 1)
                {
                    WantText(call, given, 1);
                }

                return new ExpressionType.Text();
            case "toJSON":
                return new ExpressionType.Text();
            case "fromJSON":
                WantText(call, given, 0);
                // Whether a text is JSON shows only in the run.
                isSure = false;
                return Unknown;
            default:
                return new ExpressionType.Flag();
        }
    }

    private void WantText(Expression.Call call, ImmutableArray<ExpressionType> given, int argument) =>
        Want(call, given, argument, "a text", type => type is ExpressionType.Text, nullIsFine: false);

    private void Want(Expression.Call call, ImmutableArray<ExpressionType> given, int argument, string wanted, Func<ExpressionType, bool> fits, bool nullIsFine)
    {
        var options = given[argument].Options().ToList();
        var isWrong = options.TrueForAll(option => option is not ExpressionType.Any && !fits(option));
        if (isWrong && (!nullIsFine || options.Exists(option => option is not ExpressionType.Null)))
        {
            Complain("CONC081", call, $"`{call.Function}` wants {wanted}, and `{Print(call.Arguments[argument])}` is {given[argument].Describe()}");
        }

        isSure &= options.TrueForAll(option => fits(option) || (nullIsFine && option is ExpressionType.Null));
    }

    // Which arguments a format uses is known only when its text is.
    private void Slots(Expression.Call call, ImmutableArray<ExpressionType> given)
    {
        isSure &= given.Skip(1).All(type => !type.MayBeNull);
        if (given[0] is not ExpressionType.Text { Values: [var format] })
        {
            isSure = false;
        }
        else if (ExpressionFunctions.Slots(format).Where(slot => slot >= given.Length - 1).Cast<int?>().FirstOrDefault() is { } missing)
        {
            Complain("CONC081", call, $"`format` has no argument for {{{missing}}} (`{Print(call)}`)", "arguments count from {0}");
        }
    }
}
