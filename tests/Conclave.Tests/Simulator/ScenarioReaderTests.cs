using Conclave.Engine.Definition;
using Conclave.Simulator;
using Conclave.Simulator.Scenarios;

namespace Conclave.Tests.Simulator;

/// <summary>What a scenario file may say, and what it is told when it is wrong.</summary>
public sealed class ScenarioReaderTests
{
    [Fact]
    public void A_scenario_says_who_gets_which_answer()
    {
        var read = Read("""
            name: example
            description: For this test.
            answers:
              - match: { vendor: openai, task: plan, contains: [one, two], nth: 3 }
                reply: "The plan."
                latency: 300ms
                tokens_per_second: 200
                thinking_tokens: 120
              - match: { contains: one }
                reply_file: answers/long.md
              - fault: { kind: rate_limit, retry_after: 2 }
            """, ("answers/long.md", "A long answer.\n"));

        Assert.Empty(read.Problems);
        var scenario = read.Value!;
        Assert.Equal(("example", "For this test."), (scenario.Name, scenario.Description));
        var (first, second, third) = (scenario.Rules[0], scenario.Rules[1], scenario.Rules[2]);
        Assert.Equal((Vendor.OpenAI, "plan", 3), (first.Match.Vendor, first.Match.Task, first.Match.Nth));
        Assert.Equal(["one", "two"], first.Match.Contains);
        Assert.Equal((TimeSpan.FromMilliseconds(300), 200, 120), (first.Latency, first.TokensPerSecond, first.ThinkingTokens));
        Assert.Equal(["one"], second.Match.Contains);
        Assert.Equal("A long answer.\n", second.Reply!.Text);
        Assert.Equal(new Fault.RateLimit(2m, WaitForm.Vendor), third.Fault);
        Assert.Null(third.Reply);
    }

    public static TheoryData<string, Fault> Faults { get; } = new()
    {
        { "kind: rate_limit, retry_after: null", new Fault.RateLimit(null, WaitForm.Vendor) },
        { "kind: rate_limit, retry_after: -0.5", new Fault.RateLimit(-0.5m, WaitForm.Vendor) },
        { "kind: overloaded", new Fault.Overloaded() },
        { "kind: server_error", new Fault.ServerError(500) },
        { "kind: server_error, status: 504", new Fault.ServerError(504) },
        { "kind: bad_key", new Fault.BadKey() },
        { "kind: no_quota", new Fault.NoQuota() },
        { "kind: no_model", new Fault.NoModel() },
        { "kind: rate_limit, retry_after: 3, form: date", new Fault.RateLimit(3m, WaitForm.Date) },
        { "kind: forbidden", new Fault.Forbidden() },
        { "kind: no_credit", new Fault.NoCredit() },
        { "kind: spend_limit", new Fault.SpendLimit() },
        { "kind: too_long", new Fault.TooLong() },
        { "kind: too_large", new Fault.TooLarge() },
        { "kind: refusal", new Fault.Refusal(null) },
        { "kind: refusal, reason: RECITATION", new Fault.Refusal("RECITATION") },
        { "kind: blocked, reason: BLOCKLIST", new Fault.Blocked("BLOCKLIST") },
        { "kind: empty", new Fault.Empty() },
        { "kind: reset", new Fault.Reset(default) },
        { "kind: reset, inside: headers", new Fault.Reset(new BreakPoint(0, BreakPlace.Headers)) },
        { "kind: hang", new Fault.Hang(default) },
        { "kind: pings", new Fault.Pings(default) },
        { "kind: truncate", new Fault.Truncate(default, Framing.Whole) },
        { "kind: truncate, framing: close", new Fault.Truncate(default, Framing.Close) },
        { "kind: error_event, error: overloaded, form: failed", new Fault.ErrorEvent(new Fault.Overloaded(), 0, ErrorForm.Failed) },
        { "kind: html", new Fault.Html(200) },
        { "kind: html, status: 502", new Fault.Html(502) },
        { "kind: redirect, status: 301, location: 'http://127.0.0.1:9/'", new Fault.Redirect(301, "http://127.0.0.1:9/") },
        { "kind: gzip_bomb, megabytes: 7", new Fault.GzipBomb(7) },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Every_fault_can_be_written(string written, Fault expected)
    {
        var read = Read($"name: x\nanswers:\n  - fault: {{ {written} }}\n");

        Assert.Empty(read.Problems);
        Assert.Equal(expected, read.Value!.Rules[0].Fault);
        Assert.StartsWith($"kind: {expected.Kind}", written, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kind: cut_off, after_chars: 5")]
    [InlineData("kind: reset, after_chars: 5")]
    [InlineData("kind: hang, after_chars: 5")]
    [InlineData("kind: truncate, after_chars: 5")]
    [InlineData("kind: slow, bytes_per_second: 5")]
    [InlineData("kind: pings, after_chars: 5")]
    [InlineData("kind: error_event, error: server_error, after_chars: 5")]
    [InlineData("kind: odd, what: [comments, cr_lf]")]
    [InlineData("kind: giant, megabytes: 2")]
    [InlineData("kind: giant_event, megabytes: 2")]
    [InlineData("kind: not_streamed")]
    [InlineData("kind: wrong_type, content_type: text/plain")]
    [InlineData("kind: early_hints")]
    public void A_fault_that_breaks_off_a_reply_needs_one(string fault)
    {
        Assert.Empty(Read($"name: x\nanswers:\n  - fault: {{ {fault} }}\n    reply: Hello.\n").Problems);

        var problem = Assert.Single(Read($"name: x\nanswers:\n  - fault: {{ {fault} }}\n").Problems);
        Assert.Equal("CONC005", problem.Code);
        Assert.StartsWith("test.yaml:3:5: CONC005 answer 1 lacks `reply` or `reply_file`", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void All_problems_come_at_once_with_their_places()
    {
        var read = Read("""
            description: [a, list]
            author: me
            answers:
              - match: { vendor: opena, tsk: plan, nth: 0 }
                reply: Hello.
                latency: soon
              - reply: Hello.
                reply_file: hello.md
              - match: plan
                replay: Hello.
              - fault: { kind: rate_limt }
              - fault: { kind: overloaded, after: 3 }
                reply: Never seen.
              - fault: { kind: cut_off }
                reply: Hello.
              - fault: { retry_after: 3 }
              - reply_file: ../secrets.md
              - reply_file: nowhere.md
                tokens_per_second: 0
              - just text
            """, ("hello.md", "Hello."));

        Assert.Equal(
            [
                "test.yaml:1:1: CONC005 the scenario lacks `name`",
                "test.yaml:1:14: CONC006 `description` of the scenario must be a text",
                "test.yaml:2:1: CONC003 the scenario has no key `author` (known: answers, description, name)",
                "test.yaml:4:22: CONC006 `vendor` of `match` of answer 1 can't be `opena` (write openai, anthropic, gemini)",
                "test.yaml:4:29: CONC003 `match` of answer 1 has no key `tsk` (did you mean `task`?)",
                "test.yaml:4:45: CONC006 `nth` of `match` of answer 1 can't be `0` (write a whole number from 1 to 1000000)",
                "test.yaml:6:14: CONC006 `latency` of answer 1 can't be `soon` (write a duration such as 300ms, 2s or 0)",
                "test.yaml:8:17: CONC006 answer 2 has both `reply` and `reply_file` (keep one of them)",
                "test.yaml:9:5: CONC005 answer 3 lacks `reply` or `reply_file` (or give a `fault`)",
                "test.yaml:9:12: CONC006 `match` of answer 3 must be a map of keys",
                "test.yaml:10:5: CONC003 answer 3 has no key `replay` (did you mean `reply`?)",
                "test.yaml:11:20: CONC006 `kind` of `fault` of answer 4 can't be `rate_limt` (did you mean `rate_limit`?)",
                "test.yaml:12:5: CONC006 answer 5 has a reply that is never sent: the fault `overloaded` has no text (remove one of the two)",
                "test.yaml:12:32: CONC003 `fault` of answer 5 has no key `after` (known: form, kind, retry_after)",
                "test.yaml:14:12: CONC005 `fault` of answer 6 lacks `after_chars`",
                "test.yaml:16:12: CONC005 `fault` of answer 7 lacks `kind`",
                "test.yaml:17:17: CONC006 `reply_file` of answer 8 can't be `../secrets.md` (write a path below the scenario's folder, with `/`)",
                "test.yaml:18:17: CONC902 the reply file `nowhere.md` of answer 9 can't be read: there is no such file",
                "test.yaml:19:24: CONC006 `tokens_per_second` of answer 9 can't be `0` (write a whole number from 1 to 2147483647)",
                "test.yaml:20:5: CONC006 answer 10 must be a map of keys",
            ],
            read.Problems.Select(problem => problem.ToString()));
    }

    [Theory]
    [InlineData("name: x\n", "test.yaml:1:1: CONC005 `answers` of the scenario must be a list with at least one entry")]
    [InlineData("name: x\nanswers: []\n", "test.yaml:2:10: CONC005 `answers` of the scenario must be a list with at least one entry")]
    [InlineData("name: x\nanswers:\n  - reply: 'open\n", "CONC002 this is not YAML")]
    [InlineData("name: &a x\nanswers: *a\n", "CONC001")]
    public void A_file_that_is_no_scenario_says_why(string text, string says) =>
        Assert.Contains(Read(text).Problems, problem => problem.ToString().Contains(says, StringComparison.Ordinal));

    [Fact]
    public void A_scenario_is_loaded_from_a_folder_or_a_file_with_its_reply_files()
    {
        var folder = TestSimulator.NewFolder();
        Directory.CreateDirectory(Path.Combine(folder, "answers"));
        File.WriteAllText(Path.Combine(folder, "answers", "a.md"), "From a file.");
        var file = Path.Combine(folder, "scenario.yaml");
        File.WriteAllText(file, "name: x\nanswers:\n  - reply_file: answers/a.md\n");

        Assert.All([Scenario.Load(folder), Scenario.Load(file)], read => Assert.Equal("From a file.", read.Value!.Rules[0].Reply!.Text));
        var missing = Assert.Single(Scenario.Load(Path.Combine(folder, "other.yaml")).Problems);
        Assert.Equal("CONC901", missing.Code);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Every_built_in_scenario_is_valid()
    {
        Assert.Contains("hello", Scenario.BuiltInNames);
        Assert.All(Scenario.BuiltInNames, name => Assert.Equal(name, Scenario.BuiltIn(name).Name));
    }

    [Fact]
    public void A_built_in_scenario_that_does_not_exist_has_a_near_miss()
    {
        var error = Assert.Throws<ArgumentException>(() => Scenario.BuiltIn("helo"));

        Assert.Contains("did you mean `hello`?", error.Message, StringComparison.Ordinal);
    }

    private static Checked<Scenario> Read(string text, params (string Path, string Text)[] files) => ScenarioReader.Read(new ScenarioFiles(
        "test.yaml",
        new FileText(text, null),
        path => files.Where(file => file.Path == path).Select(file => new FileText(file.Text, null)).FirstOrDefault(FileText.Missing)));
}
