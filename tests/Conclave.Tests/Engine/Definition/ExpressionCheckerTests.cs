using System.Text.Json.Nodes;
using Conclave.Engine.Definition.Expressions;

namespace Conclave.Tests.Engine.Definition;

public sealed class ExpressionCheckerTests
{
    private static readonly Dictionary<string, ExpressionType> Types = new(StringComparer.Ordinal)
    {
        ["inputs"] = ExpressionType.OfSchema(JsonNode.Parse("""{"type": "object", "properties": {"description": {"type": "string"}, "github": {"type": ["string", "null"]}}, "required": ["description", "github"]}""")),
        ["phases"] = ExpressionType.OfSchema(JsonNode.Parse(
            """
            {"type": "object", "required": ["plan", "free", "list"], "properties": {
              "plan": {"type": "object", "required": ["status", "output"], "additionalProperties": false, "properties": {
                "status": {"type": "string", "enum": ["succeeded", "failed"]},
                "output": {"type": ["object", "null"], "required": ["title", "count", "ready", "items"], "additionalProperties": false, "properties": {
                  "title": {"type": "string"}, "count": {"type": "integer"}, "ready": {"type": "boolean"}, "items": {"type": "array", "items": {"type": "string"}}}}}},
              "free": {},
              "list": {"type": "array", "items": {"type": "object", "required": ["author"], "additionalProperties": false, "properties": {"author": {"type": "string"}}}}}}
            """)),
    };

    private static TypeReport Check(string expression) => ExpressionChecker.CheckCondition(ExpressionParser.Parse(expression), Types);

    [Theory]
    [InlineData("phases.plan.output.titel == 'x'", "CONC080 `phases.plan.output` has no member `titel` (did you mean `title`?)")]
    [InlineData("phases.plan.output['titel'] == 'x'", "CONC080 `phases.plan.output` has no member `titel` (did you mean `title`?)")]
    [InlineData("phases.plan.output.title.x == 'x'", "CONC081 `phases.plan.output.title` is a text, which has no member `x`")]
    [InlineData("phases.list.author == 'x'", "CONC081 `phases.list` is a list, which has no member `author` (take one of its items, for example `[0]`)")]
    [InlineData("phases.list['a'] == null", "CONC081 `phases.list` is a list, which can't be indexed by a text")]
    [InlineData("phases.plan.output.title == 1", "CONC082 `phases.plan.output.title == 1` compares a text with a number, which is always false")]
    [InlineData("phases.plan.output != 'x'", "CONC082 `phases.plan.output != 'x'` compares an object with a text, which is always true")]
    [InlineData("phases.plan.output.count < '3'", "CONC082 `<` can't compare a number with a text (`phases.plan.output.count < '3'`)")]
    [InlineData("phases.plan.status == 'success'", "CONC082 `phases.plan.status == 'success'` is always false: it can't be `success` (known: failed, succeeded)")]
    [InlineData("'success' != phases.plan.status", "CONC082 `'success' != phases.plan.status` is always true: it can't be `success` (known: failed, succeeded)")]
    [InlineData("phases.plan.status == 'suceeded'", "CONC082 `phases.plan.status == 'suceeded'` is always false: it can't be `suceeded` (did you mean `succeeded`?)")]
    [InlineData("!inputs.description", "CONC081 `!` wants true or false, and `inputs.description` is a text")]
    [InlineData("inputs.github && true", "CONC081 `&&` wants true or false, and `inputs.github` is a text")]
    [InlineData("true || 1", "CONC081 `||` wants true or false, and `1` is a number")]
    [InlineData("length(phases.plan.output.count) > 1", "CONC081 `length` wants a text, a list or an object, and `phases.plan.output.count` is a number")]
    [InlineData("startsWith(phases.list, 'x')", "CONC081 `startsWith` wants a text, and `phases.list` is a list")]
    [InlineData("contains('abc', 1)", "CONC081 `contains` wants a text, and `1` is a number")]
    [InlineData("join(inputs.description) == ''", "CONC081 `join` wants a list, and `inputs.description` is a text")]
    [InlineData("format('{0} {2}', 1, 2) == ''", "CONC081 `format` has no argument for {2} (`format('{0} {2}', 1, 2)`) (arguments count from {0})")]
    [InlineData("inputs.github", "CONC083 a condition must be true or false, and `inputs.github` is a text")]
    [InlineData("length(phases.list)", "CONC083 a condition must be true or false, and `length(phases.list)` is a number")]
    public void What_is_wrong_whatever_the_values_are_is_said_before_the_run(string expression, string expected) => Assert.Equal(
        expected,
        string.Join('\n', Check(expression).Complaints.Select(complaint => $"{complaint.Code} {complaint.Message}{(complaint.Fix is null ? "" : $" ({complaint.Fix})")}")));

    [Theory]
    [InlineData("length(phases.plan.output.items) > 0")]
    [InlineData("phases.plan.output.items[0] == 'x' && phases.plan.output.ready")]
    [InlineData("phases.free.output.anything.at.all")]
    [InlineData("phases.unknown.output == 3")]
    [InlineData("inputs.github != '' && phases.plan.status == 'succeeded'")]
    [InlineData("phases.plan.output == null")]
    [InlineData("null == inputs.description")]
    [InlineData("phases.free > 3 || phases.free == 'x' || phases.free")]
    [InlineData("contains(phases.list[0].author, 'x')")]
    [InlineData("fromJSON(inputs.description).a.b > 2")]
    [InlineData("startsWith(phases.plan.output.title, 'x')")]
    [InlineData("null")]
    public void What_may_be_right_stays_silent(string expression) => Assert.Empty(Check(expression).Complaints);

    [Theory]
    [InlineData("phases.plan.output.title == 'x' && always()", true)]
    [InlineData("startsWith(inputs.description, 'x')", true)]
    [InlineData("startsWith(inputs.github, 'x')", false)]
    [InlineData("phases.free == 1", true)]
    [InlineData("phases.free.x == 1", false)]
    [InlineData("fromJSON('1') == 1", false)]
    public void It_knows_whether_an_expression_can_still_fail(string expression, bool isSure) => Assert.Equal(isSure, Check(expression).IsSure);

    [Theory]
    [InlineData("toJSON(toJSON(toJSON(toJSON(toJSON(toJSON(toJSON(toJSON(toJSON(toJSON(toJSON(toJSON(toJSON(toJSON(toJSON(toJSON(toJSON(toJSON(toJSON(toJSON(toJSON(toJSON(toJSON(toJSON('\"'))))))))))))))))))))))))")]
    [InlineData("format('{0}{0}{0}{0}{0}{0}{0}{0}{0}{0}', format('{0}{0}{0}{0}{0}{0}{0}{0}{0}{0}', format('{0}{0}{0}{0}{0}{0}{0}{0}{0}{0}', format('{0}{0}{0}{0}{0}{0}{0}{0}{0}{0}', format('{0}{0}{0}{0}{0}{0}{0}{0}{0}{0}', format('{0}{0}{0}{0}{0}{0}{0}{0}{0}{0}', format('{0}{0}{0}{0}{0}{0}{0}{0}{0}{0}', format('{0}{0}{0}{0}{0}{0}{0}{0}{0}{0}', 'x'))))))))")]
    public void A_short_expression_cannot_make_an_endless_text(string expression)
    {
        var error = Assert.Throws<ExpressionException>(() => ExpressionEvaluator.Evaluate(ExpressionParser.Parse(expression), new ExpressionContext(new Dictionary<string, JsonNode?>())));
        Assert.Contains("would give a text of more than", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""fromJSON('{"a":1,"a":2}').a""")]
    [InlineData("""length(fromJSON('"\ud800"'))""")]
    public void Json_that_no_value_can_hold_is_an_error_of_the_expression(string expression) =>
        Assert.Throws<ExpressionException>(() => ExpressionEvaluator.Evaluate(ExpressionParser.Parse(expression), new ExpressionContext(new Dictionary<string, JsonNode?>())));
}
