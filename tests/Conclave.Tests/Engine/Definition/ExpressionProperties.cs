using System.Text.Json.Nodes;
using Conclave.Engine.Definition.Expressions;
using FsCheck;
using FsCheck.Fluent;

namespace Conclave.Tests.Engine.Definition;

public sealed class ExpressionProperties
{
    private static readonly string[] Names = ["inputs", "phases", "text", "maybe", "count", "flag", "kind", "list", "free", "map"];

    private static readonly ExpressionType Shape = ExpressionType.OfSchema(JsonNode.Parse(
        """
        {"type": "object", "additionalProperties": false, "required": ["text", "maybe", "count", "flag", "kind", "list", "free", "map"], "properties": {
          "text": {"type": "string"}, "maybe": {"type": ["string", "null"]}, "count": {"type": "number"}, "flag": {"type": ["boolean", "null"]},
          "kind": {"type": "string", "enum": ["a", "b"]}, "list": {"type": "array", "items": {"type": "string"}}, "free": {},
          "map": {"type": ["object", "null"], "additionalProperties": false, "required": ["text", "count"], "properties": {"text": {"type": "string"}, "count": {"type": "integer"}}}}}
        """));

    private static readonly Dictionary<string, ExpressionType> Types = new(StringComparer.Ordinal) { ["inputs"] = Shape, ["phases"] = Shape };

    private static readonly Gen<Expression> Leaf = Gen.OneOf(
        Gen.Elements<JsonNode?>(null, true, false, 0m, 1m, -2.5m, "", "a", "it's", "}}", "[1]").Select(value => (Expression)new Expression.Literal(value?.DeepClone())),
        Gen.Elements("inputs", "phases").Select(name => (Expression)new Expression.Context(name)),
        Path,
        Path);

    private static Gen<Expression> Path =>
        from context in Gen.Elements("inputs", "phases")
        from name in Gen.Elements(Names[2..])
        select (Expression)new Expression.Member(new Expression.Context(context), name);

    private static readonly Gen<Expression> Tree = Sized(4);

    private static readonly Gen<Dictionary<string, JsonNode?>> Values =
        from inputs in Value(Shape)
        from phases in Value(Shape)
        select new Dictionary<string, JsonNode?>(StringComparer.Ordinal) { ["inputs"] = inputs, ["phases"] = phases };

    [Fact]
    public void Printing_and_parsing_gives_the_same_expression() =>
        Prop.ForAll(Tree.ToArbitrary(), tree => Assert.Equal(Structure(tree), Structure(ExpressionParser.Parse(ExpressionPrinter.Print(tree))))).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void Any_text_parses_or_says_why_not_and_evaluates_or_says_why_not() => Prop.ForAll(
        Gen.Elements("inputs", "phases", ".", "[", "]", "(", ")", "!", "==", "<", "&&", "||", "'", "''", "a", "length(", "fromJSON(", "join(", ",", "1", "-", "9999999999999999999999999999999", " ", "\ud800", "text", "{0}", "\"").ArrayOf().Select(string.Concat).ToArbitrary(),
        Values.ToArbitrary(),
        (text, values) =>
        {
            try
            {
                ExpressionEvaluator.Evaluate(ExpressionParser.Parse(text), new ExpressionContext(values));
            }
            catch (ExpressionException)
            {
                // The one way in which it may fail.
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    [Fact]
    public void Every_expression_gives_a_value_or_an_expression_error() =>
        Prop.ForAll(Tree.ToArbitrary(), Values.ToArbitrary(), (tree, values) => { Fails(tree, values); }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    [Fact]
    public void Values_of_two_types_are_never_equal_and_never_in_order() => Prop.ForAll(
        Value(new ExpressionType.Any()).ToArbitrary(),
        Value(new ExpressionType.Any()).ToArbitrary(),
        (left, right) =>
        {
            if (ExpressionValues.TypeName(left) != ExpressionValues.TypeName(right))
            {
                Assert.False(ExpressionValues.AreEqual(left, right));
                var order = new Expression.Binary("<", new Expression.Literal(left), new Expression.Literal(right));
                Assert.Throws<ExpressionException>(() => ExpressionEvaluator.Evaluate(order, new ExpressionContext(Types.ToDictionary(pair => pair.Key, _ => (JsonNode?)null))));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void What_the_checker_is_sure_of_never_fails_and_has_the_type_it_says()
    {
        var sure = 0;
        Prop.ForAll(Tree.ToArbitrary(), Values.ToArbitrary(), (tree, values) =>
        {
            var report = ExpressionChecker.Check(tree, Types);
            if (report.IsSure)
            {
                sure++;
                var value = ExpressionEvaluator.Evaluate(tree, new ExpressionContext(values));
                Assert.True(Has(report.Type, value), $"{ExpressionPrinter.Print(tree)} gave {value?.ToJsonString() ?? "null"}, not {report.Type.Describe()}");
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
        Assert.True(sure > 500, $"only {sure} expressions were of use");
    }

    [Fact]
    public void What_the_checker_complains_about_fails_or_is_always_the_same_unless_null_came_in_between() => Prop.ForAll(Tree.ToArbitrary(), Values.ToArbitrary(), (tree, values) =>
    {
        foreach (var complaint in ExpressionChecker.Check(tree, Types).Complaints)
        {
            var text = ExpressionPrinter.Print(complaint.Where);
            switch (complaint.Where)
            {
                case Expression.Binary { Operator: "==" or "!=" } equality when !Fails(equality, values):
                    Assert.Equal(equality.Operator == "!=", ExpressionEvaluator.Evaluate(equality, new ExpressionContext(values))!.GetValue<bool>());
                    break;
                case Expression.Binary { Operator: "&&" or "||" }:
                    break;
                case var other:
                    Assert.True(Fails(other, values) || complaint.Code == "CONC080" || Operands(other).Any(operand => Fails(operand, values) || ExpressionEvaluator.Evaluate(operand, new ExpressionContext(values)) is null), text);
                    break;
            }
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

    private static Gen<Expression> Sized(int depth)
    {
        if (depth == 0)
        {
            return Leaf;
        }

        var below = Sized(depth - 1);
        return Gen.OneOf(
            Leaf,
            from target in below from name in Gen.Elements(Names) select (Expression)new Expression.Member(target, name),
            from target in below from key in below select (Expression)new Expression.Index(target, key),
            from operand in below select (Expression)new Expression.Not(operand),
            from op in Gen.Elements("==", "!=", "<", "<=", ">", ">=", "&&", "||") from left in below from right in below select (Expression)new Expression.Binary(op, left, right),
            from op in Gen.Elements("==", "!=", "&&", "||") from left in below from right in below select (Expression)new Expression.Binary(op, left, right),
            from name in Gen.Elements("length", "toJSON", "fromJSON", "join") from one in below select (Expression)new Expression.Call(name, [one]),
            from name in Gen.Elements("contains", "startsWith", "endsWith", "format", "join") from one in below from two in below select (Expression)new Expression.Call(name, [one, two]),
            Gen.Elements("always", "success", "failure", "cancelled").Select(name => (Expression)new Expression.Call(name, [])));
    }

    private static Gen<JsonNode?> Value(ExpressionType type) => type switch
    {
        ExpressionType.Null => Gen.Constant<JsonNode?>(null),
        ExpressionType.Flag => Gen.Elements(true, false).Select(value => (JsonNode?)JsonValue.Create(value)),
        ExpressionType.Number => Gen.Elements(0m, 1m, 2.5m, -3m).Select(value => (JsonNode?)JsonValue.Create(value)),
        ExpressionType.Text { Values: { } values } => Gen.Elements<string>(values).Select(value => (JsonNode?)JsonValue.Create(value)),
        ExpressionType.Text => Gen.Elements("", "a", "it's", "[1]", "{0}").Select(value => (JsonNode?)JsonValue.Create(value)),
        ExpressionType.List list => Value(list.Item).ArrayOf().Select(items => (JsonNode?)new JsonArray([.. items.Take(3).Select(item => item?.DeepClone())])),
        ExpressionType.Map map => map.Members.Aggregate(Gen.Constant<JsonNode?>(new JsonObject()), (all, member) =>
            from soFar in all from value in Value(member.Value) select With(soFar!, member.Key, value)),
        ExpressionType.Either either => Gen.OneOf(either.Alternatives.Select(Value)),
        _ => Gen.Elements("null", "true", "1", "\"a\"", "[1, null]", "{\"text\": 1}").Select(json => JsonNode.Parse(json)),
    };

    private static JsonNode? With(JsonNode map, string key, JsonNode? value)
    {
        var copy = map.DeepClone();
        copy[key] = value?.DeepClone();
        return copy;
    }

    private static bool Fails(Expression expression, Dictionary<string, JsonNode?> values)
    {
        try
        {
            ExpressionEvaluator.Evaluate(expression, new ExpressionContext(values));
            return false;
        }
        catch (ExpressionException)
        {
            return true;
        }
    }

    private static IEnumerable<Expression> Operands(Expression expression) => expression switch
    {
        Expression.Member member => [member.Target],
        Expression.Index index => [index.Target, index.Key],
        Expression.Not not => [not.Operand],
        Expression.Binary binary => [binary.Left, binary.Right],
        Expression.Call call => call.Arguments,
        _ => [],
    };

    private static bool Has(ExpressionType type, JsonNode? value) => type.Options().Any(option => (option, ExpressionValues.TypeName(value)) switch
    {
        (ExpressionType.Any, _) or (ExpressionType.Null, "null") or (ExpressionType.Flag, "true or false") or (ExpressionType.Number, "a number") => true,
        (ExpressionType.Text text, "a text") => text.Values is null || text.Values.Contains(value!.GetValue<string>()),
        (ExpressionType.List list, "a list") => value!.AsArray().All(item => Has(list.Item, item)),
        (ExpressionType.Map map, "an object") => value!.AsObject().All(pair => map.Members.TryGetValue(pair.Key, out var member) ? Has(member, pair.Value) : !map.IsClosed),
        _ => false,
    });

    private static string Structure(Expression expression) => expression switch
    {
        Expression.Literal literal => $"<{literal.Value?.ToJsonString() ?? "null"}>",
        Expression.Context context => context.Name,
        Expression.Member member => $"member({Structure(member.Target)},{member.Name})",
        Expression.Binary binary => $"{binary.Operator}({Structure(binary.Left)},{Structure(binary.Right)})",
        Expression.Call call => $"call {call.Function}({string.Join(',', call.Arguments.Select(Structure))})",
        _ => $"{expression.GetType().Name}({string.Join(',', Operands(expression).Select(Structure))})",
    };
}
