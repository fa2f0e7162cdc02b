using System.Text.Json.Nodes;
using Conclave.Engine.Definition.Expressions;

namespace Conclave.Tests.Engine.Definition;

public sealed class ExpressionTests
{
    private static readonly ExpressionContext Context = new(
        new Dictionary<string, JsonNode?>(StringComparer.Ordinal)
        {
            ["inputs"] = JsonNode.Parse("""{"github": "", "count": 3, "name": "it's"}"""),
            ["phases"] = JsonNode.Parse("""{"plan-backend": {"status": "succeeded", "output": {"conflicts": [1, 2], "title": "Ünï"}}, "vote": {"status": "skipped", "output": null}}"""),
            ["matrix"] = JsonNode.Parse("""{"part": "backend"}"""),
        },
        BeforeStatus.Failure);

    [Theory]
    [InlineData("1 == 1.0", "true")]
    [InlineData("'a' == 1", "false")]
    [InlineData("null == phases.vote.output", "true")]
    [InlineData("phases.vote.output.decisions.first", "null")]
    [InlineData("length(phases.plan-backend.output.conflicts) > 1", "true")]
    [InlineData("length(phases.vote.output.conflicts)", "0")]
    [InlineData("length(phases.plan-backend.output.title)", "3")]
    [InlineData("inputs.github != '' && phases.vote.status == 'succeeded'", "false")]
    [InlineData("!(inputs.count >= 3) || inputs.count < 4", "true")]
    [InlineData("inputs['name']", "\"it's\"")]
    [InlineData("'it''s' == inputs.name", "true")]
    [InlineData("phases.plan-backend.output.conflicts[1]", "2")]
    [InlineData("phases.plan-backend.output.conflicts[7]", "null")]
    [InlineData("contains(phases.plan-backend.output.conflicts, 2)", "true")]
    [InlineData("contains('abc', 'b') && startsWith('abc', 'a') && endsWith('abc', 'c')", "true")]
    [InlineData("format('{0}-{1} {{x}}', matrix.part, 2)", "\"backend-2 {x}\"")]
    [InlineData("join(phases.plan-backend.output.conflicts, '; ')", "\"1; 2\"")]
    [InlineData("fromJSON('[1,{\"a\":2}]')[1].a", "2")]
    [InlineData("toJSON(phases.vote.output)", "\"null\"")]
    [InlineData("failure() && !success() && always() && !cancelled()", "true")]
    [InlineData("true || fromJSON('nonsense')", "true")]
    [InlineData("matrix.none", "null")]
    public void It_evaluates(string expression, string expected)
    {
        var value = ExpressionEvaluator.Evaluate(ExpressionParser.Parse(expression), Context);
        Assert.Equal(JsonNode.Parse(expected)?.ToJsonString() ?? "null", value?.ToJsonString() ?? "null");
    }

    [Theory]
    [InlineData("1 < 'a'", "`<` can't compare a number with a text")]
    [InlineData("inputs.count && true", "`&&` wants true or false, not a number")]
    [InlineData("inputs.name.x", "a text has no member `x`")]
    [InlineData("length(1)", "`length` wants a text, a list or an object, not a number")]
    [InlineData("join('a')", "`join` wants a list, not a text")]
    [InlineData("format('{3}', 1)", "`format` has no argument for {3}")]
    [InlineData("fromJSON('{')", "`fromJSON` got a text that is not JSON")]
    public void It_says_what_is_wrong_with_a_value(string expression, string message)
    {
        var error = Assert.Throws<ExpressionException>(() => ExpressionEvaluator.Evaluate(ExpressionParser.Parse(expression), Context));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 0, "expected a value but the expression ends")]
    [InlineData("1 +", 2, "expected an operator or the end but found `+`")]
    [InlineData("inputs.", 7, "expected a name after `.` but the expression ends")]
    [InlineData("(1 == 1", 7, "expected `)` but the expression ends")]
    [InlineData("'open", 0, "the text that starts with ' does not end")]
    [InlineData("lenght(1)", 0, "there is no function `lenght` (did you mean `length`?)")]
    [InlineData("length()", 0, "`length` takes 1 argument, not 0")]
    [InlineData("phase.x", 0, "`phase` is not known here (did you mean `phases`?)")]
    [InlineData("1.2.3", 0, "`1.2.3` is not a number")]
    public void It_says_where_an_expression_does_not_parse(string expression, int offset, string message)
    {
        var error = Assert.Throws<ExpressionException>(() => ExpressionParser.Parse(expression));
        Assert.Equal((offset, message), (error.Offset, error.Message));
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("!", "")]
    [InlineData("inputs[", "]")]
    public void Nesting_is_bounded(string open, string close)
    {
        var deep = string.Concat(Enumerable.Repeat(open, 100_000 / open.Length)) + "1" + string.Concat(Enumerable.Repeat(close, 1000));
        Assert.Throws<ExpressionException>(() => ExpressionParser.Parse(deep));
        Assert.Throws<ExpressionException>(() => ExpressionParser.Parse(deep[..ExpressionParser.MaxLength]));
    }

    [Fact]
    public void A_template_is_expanded_once_and_never_again()
    {
        var context = new ExpressionContext(new Dictionary<string, JsonNode?> { ["inputs"] = JsonNode.Parse("""{"a": "${{ inputs.b }}", "b": "secret"}""") });
        Assert.Equal("x ${{ inputs.b }} y", Template.Parse("x ${{ inputs.a }} y").Expand(context));
    }

    [Fact]
    public void Null_inside_a_text_is_an_error()
    {
        var error = Assert.Throws<ExpressionException>(() => Template.Parse("a ${{ phases.vote.output }}").Expand(Context));
        Assert.StartsWith("the value is null", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_that_is_one_expression_keeps_its_type() =>
        Assert.Equal("[1,2]", Template.Parse("${{ phases.plan-backend.output.conflicts }}").Value(Context)!.ToJsonString());

    [Fact]
    public void Braces_inside_a_quoted_text_do_not_end_the_expression() =>
        Assert.Equal("}}!", Template.Parse("${{ '}}' }}!").Expand(Context));

    [Fact]
    public void An_expression_knows_the_phases_it_reads() =>
        Assert.Equal(["plan-backend", "vote"], ExpressionParser.Parse("length(phases.plan-backend.output) > 0 && phases['x'] == phases.vote.status").Phases().Select(id => id.Value));
}
