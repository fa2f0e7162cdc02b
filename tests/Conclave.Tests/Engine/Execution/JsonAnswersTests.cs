using System.Text.Json.Nodes;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Planning;

namespace Conclave.Tests.Engine.Execution;

/// <summary>JSON as models really write it: what is read, what is asked for again, and that no value changes on the way.</summary>
public sealed class JsonAnswersTests
{
    private const string Form = """
        {
          "type": "object", "additionalProperties": false, "required": ["title", "count", "done"],
          "properties": { "title": { "type": "string" }, "count": { "type": "integer" }, "done": { "type": ["boolean", "null"] } }
        }
        """;

    private const string Good = """{"title": "It's a [list] of {things}", "count": 3, "done": true}""";

    [Theory]
    [InlineData("{0}")]
    [InlineData("\uFEFF{0}")]
    [InlineData("```json\n{0}\n```")]
    [InlineData("```\n{0}\n```\n")]
    [InlineData("~~~json\n{0}\n~~~")]
    [InlineData("Here is the JSON you asked for:\n\n{0}\n\nLet me know if I should change anything!")]
    [InlineData("Sure! [As requested] the object:\n{0}")]
    [InlineData("I considered {several} forms (see [1]).\n{0}")]
    [InlineData("A stray [bracket and 5\" of rain: {0}")]
    [InlineData("<think>\nA draft: {{\"title\": \"x\", \"count\": 1, \"done\": null}}\n</think>\n{0}")]
    [InlineData("{0}\n{0}")]
    [InlineData("```json\n{0}\n```\nNote: `count` is {{3}}, not [4].")]
    [InlineData("First an example of another form: {{\"name\": 1}}\n{0}")]
    public void What_stands_around_it_is_taken_off(string around) => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Good), Read(around.Replace("{0}", Good, StringComparison.Ordinal).Replace("{{", "{", StringComparison.Ordinal).Replace("}}", "}", StringComparison.Ordinal))));

    [Theory]
    [InlineData("{\"title\": \"a\", \"count\": 1, \"done\": null,}", "a", 1, null)]
    [InlineData("{\"title\": \"a\", // the title\n \"count\": 1, /* one */ \"done\": false}", "a", 1, false)]
    [InlineData("{\"title\": \"two\nlines\tand a tab\", \"count\": 1, \"done\": false}", "two\nlines\tand a tab", 1, false)]
    [InlineData("{\"title\": \"it\\'s\", \"count\": 1, \"done\": True}", "it's", 1, true)]
    [InlineData("{\"title\": \"True, None and False // no comment, no \\\"end\\\"\", \"count\": 1, \"done\": None,}", "True, None and False // no comment, no \"end\"", 1, null)]
    [InlineData("{\"title\": \"a, ]}\", \"count\": 1, \"done\": False}", "a, ]}", 1, false)]
    [InlineData("\"{\\\"title\\\": \\\"a\\\", \\\"count\\\": 1, \\\"done\\\": null}\"", "a", 1, null)]
    [InlineData("{\"title\": \"漢字 😀 \\u00e9\", \"count\": -0, \"done\": null}", "漢字 😀 é", 0, null)]
    public void What_can_mean_one_thing_only_is_repaired(string answer, string title, int count, bool? done)
    {
        var json = Read(answer)!;

        Assert.Equal((title, count, done), (json["title"]!.GetValue<string>(), json["count"]!.GetValue<int>(), json["done"]?.GetValue<bool>()));
    }

    [Theory]
    [InlineData("", "no JSON document")]
    [InlineData("I can't do that.", "no JSON document")]
    [InlineData("{'title': 'a', 'count': 1, 'done': null}", "no JSON document")]
    [InlineData("{title: \"a\", count: 1, done: null}", "no JSON document")]
    [InlineData("{\"title\": “a”, \"count\": 1, \"done\": null}", "no JSON document")]
    [InlineData("{\"title\": \"a\", \"count\": 1, \"done\": nu", "no JSON document")]
    [InlineData("{\"title\": \"a\" \"count\": 1, \"done\": null}", "no JSON document")]
    [InlineData("{\"title\": \"a \"quoted\" word\", \"count\": 1, \"done\": null}", "no JSON document")]
    [InlineData("{\"title\": \"\\d+\", \"count\": 1, \"done\": null}", "no JSON document")]
    [InlineData("{\"title\": \"\\ud800\", \"count\": 1, \"done\": null}", "no JSON document")]
    [InlineData("{\"title\": \"a\", \"title\": \"b\", \"count\": 1, \"done\": null}", "no JSON document")]
    [InlineData("{\"title\": \"a\", \"count\": NaN, \"done\": null}", "no JSON document")]
    [InlineData("{\"title\": \"a\", \"count\": 1, ..., \"done\": null}", "no JSON document")]
    [InlineData("{\"title\": \"a\", \"count\": \"1\", \"done\": null}", "#/count: IntegerExpected")]
    [InlineData("{\"title\": \"a\", \"count\": 1}", "#/done: PropertyRequired")]
    [InlineData("{\"title\": \"a\", \"count\": 1, \"done\": null, \"extra\": 1}", "extra: NoAdditionalPropertiesAllowed")]
    [InlineData("[{\"title\": \"a\", \"count\": 1, \"done\": null}]", "ObjectExpected")]
    [InlineData("{\"draft\": {\"title\": \"a\", \"count\": 1, \"done\": null}, \"and\": ", "no JSON document")]
    [InlineData("For example {\"title\": \"a\", \"count\": 1, \"done\": null}, so: {\"title\": \"b\", \"count\": 2 \"done\": null}", "no JSON document")]
    [InlineData("\"just text\"", "no JSON document")]
    [InlineData("42", "no JSON document")]
    [InlineData("{\"title\": \"a\", \"count\": 1, \"done\": null}\nor rather\n{\"title\": \"b\", \"count\": 1, \"done\": null}", "2 different JSON documents")]
    public void What_could_mean_something_else_is_asked_for_again(string answer, string says) =>
        Assert.Contains(says, Assert.IsType<Reading<JsonNode>.Unreadable>(Reader().Read(answer)).Problem, StringComparison.Ordinal);

    [Fact]
    public void Hostile_texts_end_soon_and_in_words()
    {
        foreach (var answer in new[] { new string('[', 1_000_000), new string('{', 1_000_000), string.Concat(Enumerable.Repeat("[\"", 500_000)), new string('[', 5_000) + new string(']', 5_000), string.Concat(Enumerable.Repeat("{}", 100_000)) })
        {
            Assert.IsType<Reading<JsonNode>.Unreadable>(Reader().Read(answer));
        }
    }

    [Fact]
    public void Cutting_a_good_answer_anywhere_never_gives_another_value()
    {
        for (var length = 0; length < Good.Length; length++)
        {
            Assert.IsType<Reading<JsonNode>.Unreadable>(Reader().Read(Good[..length]));
        }
    }

    [Fact]
    public void Repairing_what_is_good_changes_nothing() => Assert.Equal(Good, JsonCandidates.Repaired(Good));

    private static JsonNode? Read(string answer) => Assert.IsType<Reading<JsonNode>.Read>(Reader().Read(answer)).Value;

    private static JsonAnswers Reader() => JsonAnswers.For(new OutputSchema("thing", Form)).GetAwaiter().GetResult();
}
