using System.Diagnostics;
using Conclave.Engine.Definition;

namespace Conclave.Tests.Engine.Definition;

public sealed class WorkflowReaderTests
{
    private static string[] Problems(string yaml) => [.. WorkflowReader.Read(yaml, "w.yaml").Problems.Select(problem => problem.ToString())];

    [Fact]
    public void Every_problem_of_form_is_reported_at_once_with_its_place_and_fix()
    {
        var problems = Problems("""
            name: demo
            version: 2
            agents:
              pm: { provider: openai, modle: gpt }
            budget: { usd: -1, on_exceed: explode }
            phases:
              plan: { agent: pm, prompt: plan, timeout: 10 }
              build: { need: plan, fail_fast: maybe, max_parallel: 0 }
            """);

        Assert.Equal(
            """
            w.yaml:2:10: CONC006 `version` can't be `2` (this program reads version 1)
            w.yaml:4:7: CONC005 agent `pm` lacks `model`
            w.yaml:4:27: CONC003 agent `pm` has no key `modle` (did you mean `model`?)
            w.yaml:5:16: CONC006 `usd` of `budget` can't be `-1` (write an amount of USD such as 2.50)
            w.yaml:5:31: CONC006 `on_exceed` of `budget` can't be `explode` (known: pause, stop)
            w.yaml:7:45: CONC006 `timeout` of phase `plan` can't be `10` (write a duration such as 90s, 10m or 2h)
            w.yaml:8:12: CONC003 phase `build` has no key `need` (did you mean `needs`?)
            w.yaml:8:35: CONC006 `fail_fast` of phase `build` can't be `maybe` (write true or false)
            w.yaml:8:56: CONC006 `max_parallel` of phase `build` can't be `0` (write a whole number from 1 to 1000)
            """,
            string.Join('\n', problems));
    }

    [Fact]
    public void An_expression_without_quotes_in_a_flow_map_gets_a_kind_word() => Assert.Contains(
        "needs quotes: \"${{ ... }}\"",
        Assert.Single(Problems("name: a\nversion: 1\nphases:\n  vote: { if: ${{ true }}, uses: council }")),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("", "w.yaml:1:1: CONC002 the file is empty (start with `name:` and `phases:`)")]
    [InlineData("- a\n- b", "w.yaml:1:1: CONC002 the file must be a map of keys (start with `name:` and `phases:`)")]
    [InlineData("a: &x 1\nb: *x", "w.yaml:1:4: CONC001 the anchor `&x` is not supported (write the value out where it is used)")]
    [InlineData("name: a\nname: b", "w.yaml:2:1: CONC085 the key `name` stands twice in one map (keep one of them)")]
    [InlineData("name: a\nphases: { a: { uses: x, uses: y } }", "w.yaml:2:25: CONC085 the key `uses` stands twice in one map (keep one of them)")]
    [InlineData("a: 1\n---\nb: 2", "w.yaml:3:1: CONC002 the file holds more than one document")]
    [InlineData("a: [1", "w.yaml:2:1: CONC002 this is not YAML")]
    [InlineData("a:\n\t- 1", "w.yaml:2:1: CONC002 a line is indented with a tab")]
    public void What_is_no_workflow_file_is_refused_with_its_place(string yaml, string start) =>
        Assert.StartsWith(start, Problems(yaml)[0], StringComparison.Ordinal);

    [Fact]
    public void A_bomb_of_aliases_is_refused_before_it_is_built()
    {
        var bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + string.Concat(Enumerable.Range(1, 9).Select(i =>
            $"{(char)('a' + i)}: &{(char)('a' + i)} [{string.Join(',', Enumerable.Repeat($"*{(char)('a' + i - 1)}", 9))}]\n"));
        Assert.Contains("CONC001", Problems(bomb)[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    public void Twenty_thousand_levels_are_refused_before_the_parser_builds_a_tree(string level)
    {
        var watch = Stopwatch.StartNew();
        var problems = Problems("phases: " + (level == "- " ? "\n" : "") + string.Concat(Enumerable.Repeat(level, 20_000)));
        Assert.Contains($"CONC001 the nesting is deeper than {YamlDocument.MaxDepth} levels", problems[0], StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), "the gate stops at its bound instead of reading on");
    }

    [Fact]
    public void A_file_of_more_than_a_mebibyte_is_refused() =>
        Assert.Contains("CONC001 the file is larger than 1 MiB", Problems("a: " + new string('x', YamlDocument.MaxBytes))[0], StringComparison.Ordinal);

    [Fact]
    public void A_file_of_too_many_values_is_refused() =>
        Assert.Contains("CONC001 the file has more than 50000 values", Problems("a: [" + string.Concat(Enumerable.Repeat("1,", 60_000)) + "]")[0], StringComparison.Ordinal);

    [Fact]
    public void Plain_scalars_of_with_have_their_type_and_quoted_ones_are_texts()
    {
        var phase = WorkflowReader.Read("name: a\nversion: 1\nphases: { p: { with: { a: 1.5, b: '1.5', c: true, d: no, e: null, f: [x, 2], g: 1e3 } } }", "w.yaml").Value!.Phases[0];
        Assert.Equal(
            "a=1.5 b=\"1.5\" c=true d=\"no\" e=null f=[\"x\",2] g=\"1e3\"",
            string.Join(' ', phase.With.Select(pair => $"{pair.Key.Value}={pair.Value?.ToJsonString() ?? "null"}")));
    }

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("10m", 600)]
    [InlineData("2h", 7200)]
    public void Durations_are_read_and_written_back(string text, int seconds)
    {
        Assert.Equal(TimeSpan.FromSeconds(seconds), DurationText.Parse(text));
        Assert.Equal(text == "90s" ? "90s" : text, DurationText.Format(TimeSpan.FromSeconds(seconds)));
    }

    [Theory]
    [InlineData("10")]
    [InlineData("s")]
    [InlineData("-5s")]
    [InlineData("0s")]
    [InlineData("99999999999999999999h")]
    [InlineData("5d")]
    public void What_is_no_duration_is_refused(string text) => Assert.Null(DurationText.Parse(text));
}
