using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Conclave.Engine.Definition;
using Conclave.Engine.Observation;
using Conclave.Engine.Planning;
using Conclave.Server.Asking;
using Conclave.Server.Vendors;
using Conclave.Storage;
using Conclave.Tests.Agents;
using Microsoft.AspNetCore.Http;

namespace Conclave.Tests.Cli;

/// <summary><c>conclave ask</c>: one question by hand goes the way of every other, and what came of it is told.</summary>
public sealed partial class AskCommandTests : IDisposable
{
    private const string Key = Vendors.Key;

    private readonly CliMachine machine = new();

    public void Dispose() => machine.Dispose();

    private async Task<(int Exit, string Output, string Error)> Ask(LoopbackServer server, string provider, params string[] more)
    {
        machine.Serve(server.Url, provider);
        machine.Keys[provider] = Key;
        return await machine.Run(["ask", $"{provider}/{Vendors.Model(provider)}", "Say hello.", .. more]);
    }

    [Theory]
    [ForEachVendor]
    public async Task The_answer_is_on_stdout_and_everything_else_on_stderr(string provider)
    {
        await using var server = await LoopbackServer.Start(200, Vendors.Answer(provider, "Hello ", "there\u200d\u001b[1m."));

        var (exit, output, error) = await Ask(server, provider);

        Assert.Equal((0, "Hello there\u200d\u001b[1m.\n"), (exit, output));
        Assert.Contains("conclave: answered (", error, StringComparison.Ordinal);
        Assert.Contains("10 tokens in (0 cached), 5 out (0 thinking), $0.0", error, StringComparison.Ordinal);
        Assert.Single(server.Seen);
    }

    [Theory]
    [ForEachVendor]
    public async Task With_json_it_is_one_object(string provider)
    {
        await using var server = await LoopbackServer.Start(200, Vendors.Answer(provider, "Hello"), ("x-request-id", "req_7"));

        var (exit, output, _) = await Ask(server, provider, "--json");

        Assert.Equal(0, exit);
        Snapshot.Matches($"ask-{provider}.json.txt", Duration().Replace(output, "\"duration_ms\":0"));
    }

    [Theory]
    [InlineData(401, "bad_key", 4, false)]
    [InlineData(402, "no_quota", 4, false)]
    [InlineData(404, "no_model", 5, false)]
    [InlineData(413, "too_large", 5, false)]
    [InlineData(422, "bad_request", 5, false)]
    [InlineData(302, "bad_request", 5, false)]
    [InlineData(429, "rate_limited", 7, true)]
    [InlineData(503, "overloaded", 7, true)]
    public async Task An_error_has_its_class_its_status_and_its_exit_code(int status, string kind, int code, bool retryable)
    {
        await using var server = await LoopbackServer.Start(status, Vendors.Error("anthropic", "some_error", $"It went wrong with {Key}."));

        var (exit, output, error) = await Ask(server, "anthropic", "--json", "--attempts", "1");

        var told = JsonNode.Parse(output)!;
        Assert.Equal(code, exit);
        Assert.Equal(kind, told["error"]!["class"]!.GetValue<string>());
        Assert.Equal(status, told["error"]!["status"]!.GetValue<int>());
        Assert.Equal(retryable, told["error"]!["retryable"]!.GetValue<bool>());
        Assert.DoesNotContain(Key, output + error, StringComparison.Ordinal);
        Assert.Single(server.Seen);
    }

    [Fact]
    public async Task A_vendor_that_is_busy_is_asked_again_and_both_requests_are_told()
    {
        await using var server = await LoopbackServer.Start(async context =>
        {
            if (context.Items[nameof(SeenRequest)] is SeenRequest && Interlocked.Increment(ref asked) == 1)
            {
                (context.Response.StatusCode, context.Response.Headers.RetryAfter) = (429, "0");
                return;
            }

            await context.Response.WriteAsync(Vendors.Answer("openai", "Hello"));
        });

        var (exit, output, error) = await Ask(server, "openai");

        Assert.Equal((0, "Hello\n"), (exit, output));
        Assert.Contains("rate limited: no explanation came with it; asking again (retry)", error, StringComparison.Ordinal);
        Assert.Contains("2 requests", error, StringComparison.Ordinal);
    }

    private int asked;

    [Fact]
    public async Task An_answer_that_breaks_off_is_in_doubt_and_what_may_be_billed_is_told()
    {
        await using var server = await LoopbackServer.Start(200, Vendors.Beginning("openai", "Hello"));

        var (exit, output, error) = await Ask(server, "openai");

        Assert.Equal((7, "Hello\nHello\n"), (exit, output));
        Assert.Contains("that request may have been billed; asking again (in doubt)", error, StringComparison.Ordinal);
        Assert.Contains("may not have been billed", error, StringComparison.Ordinal);
        Assert.Equal(2, server.Seen.Count);
    }

    [Fact]
    public async Task An_answer_that_fits_its_schema_is_its_json_also_out_of_a_fence()
    {
        await using var server = await LoopbackServer.Start(200, Vendors.Answer("anthropic", "Here:\n```json\n{ \"x\": 1, }\n```"));
        var schema = machine.Write("point.json", """{ "type": "object", "properties": { "x": { "type": "integer" } }, "required": ["x"], "additionalProperties": false }""");

        var (exit, output, _) = await Ask(server, "anthropic", "--schema", schema);

        Assert.Equal(0, exit);
        Assert.Equal(1, JsonNode.Parse(output)!["x"]!.GetValue<int>());
    }

    [Fact]
    public async Task An_answer_that_does_not_fit_its_schema_is_asked_for_once_more_and_then_unreadable()
    {
        await using var server = await LoopbackServer.Start(200, Vendors.Answer("anthropic", "{\"x\": \"one\"}"));
        var schema = machine.Write("point.json", """{ "type": "object", "properties": { "x": { "type": "integer" } }, "required": ["x"] }""");

        var (exit, output, _) = await Ask(server, "anthropic", "--schema", schema, "--json");

        Assert.Equal(5, exit);
        Assert.Equal("unreadable", JsonNode.Parse(output)!["outcome"]!.GetValue<string>());
        Assert.Equal(2, server.Seen.Count);
    }

    [Theory]
    [InlineData("no JSON at all")]
    [InlineData("[1]")]
    [InlineData("{ \"$ref\": \"http://127.0.0.1:1/schema.json\" }")]
    public async Task A_schema_that_is_none_is_refused_before_anything_is_sent(string text)
    {
        await using var server = await LoopbackServer.Start(200, Vendors.Answer("anthropic", "Hello"));

        var (exit, _, error) = await Ask(server, "anthropic", "--schema", machine.Write("schema.json", text));

        Assert.Equal(3, exit);
        Assert.Contains("CONC438 the schema", error, StringComparison.Ordinal);
        Assert.Empty(server.Seen);
    }

    [Fact]
    public async Task The_question_comes_from_stdin_and_is_no_template_and_the_options_reach_the_vendor()
    {
        await using var server = await LoopbackServer.Start(200, Vendors.Answer("anthropic", "Hello"));
        machine.Serve(server.Url, "anthropic");
        machine.Keys["anthropic"] = Key;

        var (exit, _, _) = await machine.RunWith("What is ${{ inputs.question }}?", "ask", "backend", "-", "--system", "Be brief.", "--max-output-tokens", "77", "--effort", "low");

        Assert.Equal(0, exit);
        var body = server.Seen.Single().Body;
        Assert.Contains("What is ${{ inputs.question }}?", body, StringComparison.Ordinal);
        Assert.Contains("Be brief.", body, StringComparison.Ordinal);
        Assert.Contains("\"max_tokens\":77", body, StringComparison.Ordinal);
        Assert.Contains("\"effort\":\"low\"", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_nobody_prices_needs_a_price_and_then_costs_it()
    {
        await using var server = await LoopbackServer.Start(200, Vendors.Answer("openai", "Hello"));
        machine.Serve(server.Url, "openai");
        machine.Keys["openai"] = Key;

        var refused = await machine.Run("ask", "openai/house/1", "Hello?");
        Assert.Equal(3, refused.Exit);
        Assert.Contains("CONC402 nobody knows what openai's house/1 costs", refused.Error, StringComparison.Ordinal);
        Assert.Empty(server.Seen);

        var (exit, output, error) = await machine.Run("ask", "openai/house/1", "Hello?", "--price", "100/1000", "--max-output-tokens", "100");
        Assert.Equal((0, "Hello\n"), (exit, output));
        Assert.Contains("$0.0060", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CONC436 workflow `software-project` has no agent `backen`", "backen")]
    [InlineData("CONC436 there is no provider `opnai`", "opnai/gpt")]
    [InlineData("CONC438 the question is empty", "backend", " ")]
    [InlineData("CONC435 the question holds one of this machine's keys", "backend", "Is " + Key + " a key?")]
    public async Task What_can_not_be_asked_is_refused(string problem, string target, string text = "Hello?")
    {
        machine.Keys["anthropic"] = Key;
        var (exit, output, error) = await machine.Run("ask", target, text);
        Assert.Equal((3, ""), (exit, output));
        Assert.Contains(problem, error, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_budget_that_is_too_small_sends_nothing()
    {
        await using var server = await LoopbackServer.Start(200, Vendors.Answer("openai", "Hello"));

        var (exit, output, _) = await Ask(server, "openai", "--budget", "0.0001", "--json");

        Assert.Equal(5, exit);
        Assert.Equal("over_budget", JsonNode.Parse(output)!["error"]!["class"]!.GetValue<string>());
        Assert.Equal("not_asked", JsonNode.Parse(output)!["outcome"]!.GetValue<string>());
        Assert.Empty(server.Seen);
    }

    [Fact]
    public async Task A_question_that_is_stopped_in_the_middle_says_what_may_have_been_billed()
    {
        await using var server = await LoopbackServer.Start(async context =>
        {
            await context.Response.WriteAsync(Vendors.Beginning("openai", "Hel"));
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        machine.Serve(server.Url, "openai");
        machine.Keys["openai"] = Key;
        var access = VendorAccess.Of(DataDirectory.Open(machine.Data), machine.Environment(), TimeProvider.System).Value!;
        var agent = new Agent(new AgentId("asked"), "openai", Vendors.Model("openai"), null, null, null, []);
        using var stop = new CancellationTokenSource();

        var report = await new HandCall(access, TimeProvider.System, "test").Ask(new Question(agent, "Say hello."), item => Stop(item is FeedItem.Delta), stop.Token);

        Assert.Equal(("cancelled", "Hel"), (report.Outcome, report.Text));
        Assert.True(report.InDoubtUsd > 0);
        Assert.StartsWith("stopped while a request was under way; it may have been billed, at most $", report.Error!.Message, StringComparison.Ordinal);

        void Stop(bool now)
        {
            if (now)
            {
                stop.Cancel();
            }
        }
    }

    [Fact]
    public async Task The_simulator_answers_without_a_key()
    {
        var (exit, output, error) = await machine.Run("ask", "pm", "Hello?", "--simulate");

        Assert.Equal((0, "Hello from the simulator.\n"), (exit, output));
        Assert.Contains("simulated (hello)", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_command_that_fails_is_told_before_anything_is_sent()
    {
        machine.Configure("providers: { anthropic: { key_command: [\"false\"] } }");
        var (exit, _, error) = await machine.Run("ask", "backend", "Hello?");
        Assert.Equal(4, exit);
        Assert.Contains("CONC432 key_command of anthropic (false) ended with exit code 1", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ask")]
    [InlineData("keys")]
    [InlineData("keys", "set")]
    [InlineData("keys", "check")]
    public async Task Help_looks_as_in_its_snapshot(params string[] command)
    {
        var (exit, output, _) = await machine.Run([.. command, "--help"]);
        Assert.Equal(0, exit);
        Snapshot.Matches($"help-{string.Join('-', command)}.txt", output);
    }

    [GeneratedRegex("\"duration_ms\":[0-9]+", RegexOptions.NonBacktracking)]
    private static partial Regex Duration();
}
