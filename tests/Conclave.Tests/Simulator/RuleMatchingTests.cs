namespace Conclave.Tests.Simulator;

/// <summary>Which rule answers which call.</summary>
public sealed class RuleMatchingTests
{
    private const string TwoStumbles = """
          - match: { vendor: openai, task: plan, nth: 1 }
            fault: { kind: rate_limit }
          - match: { vendor: openai, task: plan, nth: 2 }
            fault: { kind: overloaded }
          - match: { vendor: openai, task: plan }
            reply: The plan.
          - reply: Anything else.
        """;

    private const string Plan = "<task name=\"plan\">Plan it.</task>";

    [Fact]
    public async Task Nth_counts_the_calls_that_fit_the_rules_other_keys()
    {
        await using var simulator = await TestSimulator.Start(TwoStumbles);

        var other = await simulator.Ask(WireFormat.Messages, Plan);
        var statuses = new List<int>();
        for (var i = 0; i < 4; i++)
        {
            statuses.Add((await simulator.Ask(WireFormat.Responses, Plan)).Status);
        }

        Assert.Equal(200, other.Status);
        Assert.Equal([429, 503, 200, 200], statuses);
        Assert.Equal([3, 0, 1, 2, 2], simulator.Calls().Select(call => call.Rule!.Value));
        Assert.Equal([1, 2, 3, 4, 5], simulator.Calls().Select(call => call.Number));
    }

    [Fact]
    public async Task Nth_goes_on_counting_after_a_restart_even_when_rules_moved()
    {
        var ledgers = TestSimulator.NewFolder();
        await using (var first = await TestSimulator.Start(TwoStumbles, ledgers))
        {
            Assert.Equal(429, (await first.Ask(WireFormat.Responses, Plan)).Status);
        }

        await using (var second = await TestSimulator.Start("  - match: { task: unheard of }\n    reply: Never.\n" + TwoStumbles, ledgers))
        {
            Assert.Equal(503, (await second.Ask(WireFormat.Responses, Plan)).Status);
            Assert.Equal(200, (await second.Ask(WireFormat.Responses, Plan)).Status);
            Assert.Equal([1, 2, 3], second.Calls().Select(call => call.Number));
        }

        Directory.Delete(ledgers, recursive: true);
    }

    [Fact]
    public async Task Each_scope_counts_for_itself()
    {
        await using var simulator = await TestSimulator.Start(TwoStumbles);

        var first = await simulator.Ask(WireFormat.Responses, Plan, scope: "one");
        var second = await simulator.Ask(WireFormat.Responses, Plan, scope: "two");
        var third = await simulator.Ask(WireFormat.Responses, Plan, scope: "one");

        Assert.Equal([429, 429, 503], [first.Status, second.Status, third.Status]);
        Assert.Equal(2, simulator.Calls("one").Length);
        Assert.Single(simulator.Calls("two"));
        Assert.Empty(simulator.Calls());
    }

    [Fact]
    public async Task The_first_rule_that_fits_wins_and_all_its_texts_must_be_there()
    {
        await using var simulator = await TestSimulator.Start("""
              - match: { contains: [alpha, beta] }
                reply: Both.
              - match: { contains: beta }
                reply: Beta.
              - reply: None.
            """);

        Assert.Equal("Both.", await Answer(simulator, "beta and alpha"));
        Assert.Equal("Beta.", await Answer(simulator, "beta"));
        Assert.Equal("None.", await Answer(simulator, "Beta"));
    }

    [Theory]
    [InlineData("Do this: <task  name=\"plan\" id=\"3\">go</task> <task name=\"build\">", "plan")]
    [InlineData("<task name=\"build\"/>", "build")]
    [InlineData("<task>plan</task>", null)]
    public async Task The_task_is_the_first_that_the_user_names(string prompt, string? task)
    {
        await using var simulator = await TestSimulator.Start("  - reply: Hello.\n");

        await simulator.Ask(WireFormat.Chat, prompt);

        Assert.Equal(task, Assert.Single(simulator.Calls()).Task);
    }

    [Fact]
    public async Task A_task_in_the_system_prompt_or_in_an_answer_is_not_the_users()
    {
        await using var simulator = await TestSimulator.Start("  - match: { task: plan, contains: wrong }\n    reply: Hello.\n");
        const string Body = """
            {"model":"m","max_tokens":9,"system":"<task name=\"wrong\">","messages":[
              {"role":"user","content":"go"},{"role":"assistant","content":"<task name=\"wrong\">"},
              {"role":"user","content":[{"type":"text","text":"<task name=\"plan\">"}]}]}
            """;
        using var request = WireRequest.Post(WireFormat.Messages, simulator.Server, "/v1/messages", Body);
        using var response = await simulator.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.True(response.IsSuccessStatusCode);
        Assert.Equal("plan", Assert.Single(simulator.Calls()).Task);
    }

    [Theory]
    [InlineData(WireFormat.Responses, "<task name=\"plann\">", "has no answer for task `plann` of openai (did you mean `plan`?)")]
    [InlineData(WireFormat.Messages, "<task name=\"plan\">", "has no answer for task `plan` of anthropic (known: review)")]
    [InlineData(WireFormat.Chat, "<task name=\"plan\">", "no `contains` or `nth` of theirs fits")]
    [InlineData(WireFormat.GenerateContent, "Hello", "names no task with <task name=\\\"...\\\">")]
    public async Task A_call_without_an_answer_is_told_what_is_missing(WireFormat format, string prompt, string says)
    {
        await using var simulator = await TestSimulator.Start("""
              - match: { vendor: openai, task: plan, nth: 7 }
                reply: The plan.
              - match: { task: review, contains: code }
                reply: The review.
            """);

        var (status, body) = await simulator.Ask(format, prompt);

        Assert.Equal(400, status);
        Assert.Contains(says, body, StringComparison.Ordinal);
        var call = Assert.Single(simulator.Calls());
        Assert.Equal("no_answer", call.End!.Outcome);
        Assert.Null(call.Rule);
    }

    private static async Task<string?> Answer(TestSimulator simulator, string prompt) =>
        ServerSentEvents.WholeText(WireFormat.Chat, (await simulator.Ask(WireFormat.Chat, prompt)).Body);
}
