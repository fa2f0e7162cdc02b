using System.Text.Json.Nodes;
using Conclave.Agents;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Planning;

namespace Conclave.Tests.Agents;

/// <summary>What servers that speak Chat Completions do differently from one another, and what they must not be asked.</summary>
public sealed class CompatibleServerTests
{
    [Theory]
    [InlineData(""": OPENROUTER PROCESSING""")]
    [InlineData("""data: {"choices":[{"index":0,"delta":{"content":"Hello"},"finish_reason":null}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""")]
    [InlineData("""data: {"choices":[{"index":0,"delta":{"role":"assistant","content":null,"reasoning":""}}]}""")]
    [InlineData("""data: {"choices":[],"prompt_filter_results":[{"index":0}]}""")]
    public async Task Comments_usage_in_every_chunk_empty_reasoning_and_chunks_without_choices_change_nothing(string odd)
    {
        var text = odd.Contains("Hello", StringComparison.Ordinal) ? "" : "Hello";
        await using var server = await LoopbackServer.Start(200, $"{odd}\n\n{Vendors.Answer(Vendors.Compatible, text)}");

        var answered = Assert.IsType<CallOutcome.Answered>(await Vendors.Ask(Vendors.Compatible, server.Url));

        Assert.Equal(("Hello", 10L), (answered.Answer.Text, answered.Usage!.InputTokens));
    }

    [Fact]
    public async Task A_stream_without_its_end_marker_is_whole_once_the_reason_for_its_end_came()
    {
        await using var server = await LoopbackServer.Start(200, Vendors.Answer(Vendors.Compatible, "Hello").Replace("data: [DONE]\n\n", "", StringComparison.Ordinal));

        Assert.Equal("Hello", Assert.IsType<CallOutcome.Answered>(await Vendors.Ask(Vendors.Compatible, server.Url)).Answer.Text);
    }

    [Fact]
    public async Task A_stream_that_has_its_end_marker_is_not_waited_for_any_longer()
    {
        await using var server = new RawServer(RawServer.Silence(Vendors.StreamHead + Vendors.Answer(Vendors.Compatible, "Hello")));

        Assert.Equal("Hello", Assert.IsType<CallOutcome.Answered>(await Vendors.Ask(Vendors.Compatible, server.Url)).Answer.Text);
    }

    [Fact]
    public async Task Without_usage_the_answer_is_whole_and_nothing_is_made_up()
    {
        await using var server = await LoopbackServer.Start(200, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"},\"finish_reason\":\"stop\"}]}\n\n");

        Assert.Null(Assert.IsType<CallOutcome.Answered>(await Vendors.Ask(Vendors.Compatible, server.Url)).Usage);
    }

    [Theory]
    [InlineData("""{"tool_calls":[{"id":"a","function":{"name":"f","arguments":{"x":1}}},{"id":"b","function":{"name":"g","arguments":"{}"}}]}""", "a f {\"x\":1}", "b g {}")]
    [InlineData("""{"tool_calls":[{"function":{"name":"f","arguments":"{}"}},{"function":{"name":"g","arguments":"{}"}}]}""", "call_1 f {}", "call_2 g {}")]
    [InlineData("""{"function_call":{"name":"f","arguments":"{}"}}""", "call_1 f {}", null)]
    public async Task Calls_without_index_without_id_or_in_the_old_form_are_read(string message, string first, string? second)
    {
        await using var server = await LoopbackServer.Start(200, $$"""{"object":"chat.completion","choices":[{"index":0,"message":{{message}},"finish_reason":"tool_calls"}]}""", ("content-type", "application/json"));

        var calls = Assert.IsType<CallOutcome.Answered>(await Vendors.Ask(Vendors.Compatible, server.Url)).Calls!.Value;

        Assert.Equal(second is null ? [first] : [first, second], calls.Select(call => $"{call.Id} {call.Name} {call.Arguments.Text}"));
    }

    [Fact]
    public async Task Fragments_of_calls_that_have_no_index_go_to_the_call_before()
    {
        await using var server = await LoopbackServer.Start(200, """
            data: {"choices":[{"index":0,"delta":{"tool_calls":[{"id":"a","function":{"name":"f","arguments":"{\"x\""}}]}}]}

            data: {"choices":[{"index":0,"delta":{"tool_calls":[{"function":{"arguments":":1}"}}]}}]}

            data: {"choices":[{"index":0,"delta":{"tool_calls":[{"id":"b","function":{"name":"g","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}


            """);

        var calls = Assert.IsType<CallOutcome.Answered>(await Vendors.Ask(Vendors.Compatible, server.Url)).Calls!.Value;

        Assert.Equal(["a f {\"x\":1}", "b g {}"], calls.Select(call => $"{call.Id} {call.Name} {call.Arguments.Text}"));
    }

    [Fact]
    public async Task Five_hundred_calls_of_tools_at_once_are_read()
    {
        var calls = string.Concat(Enumerable.Range(0, 500).Select(number => $$$"""data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":{{{number}}},"id":"c{{{number}}}","function":{"name":"f","arguments":"{}"}}]}}]}""" + "\n\n"));
        await using var server = await LoopbackServer.Start(200, $"{calls}data: {{\"choices\":[{{\"index\":0,\"finish_reason\":\"tool_calls\"}}]}}\n\n");

        Assert.Equal(500, Assert.IsType<CallOutcome.Answered>(await Vendors.Ask(Vendors.Compatible, server.Url)).Calls!.Value.Length);
    }

    [Fact]
    public async Task Arguments_without_end_are_not_kept_without_end()
    {
        var fragment = $$$"""data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":"{{{new string('x', 500_000)}}}"}}]}}]}""" + "\n\n";
        await using var server = await LoopbackServer.Start(async context =>
        {
            for (var i = 0; i < 40 && !context.RequestAborted.IsCancellationRequested; i++)
            {
                await context.Response.Body.WriteAsync(System.Text.Encoding.UTF8.GetBytes(fragment));
            }
        });

        Assert.Contains("16 MB", Assert.IsType<CallOutcome.InDoubt>(await Vendors.Ask(Vendors.Compatible, server.Url)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_a_key_is_sent_none()
    {
        await using var server = await LoopbackServer.Start(200, Vendors.Answer(Vendors.Compatible, "Hello"));
        await using var gateway = Vendors.Gateway("ollama", new ProviderSettings(new Uri(server.Url, "/v1"), null) { AllowInsecureLoopback = true, Protocol = WireProtocol.Chat });

        Assert.IsType<CallOutcome.Answered>((await gateway.Ask(Vendors.Question("ollama", "qwen"))).Outcome);
        Assert.DoesNotContain("authorization", server.Seen.Single().Headers, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(WireProtocol.Responses, "openai", "/v1/responses")]
    [InlineData(WireProtocol.Chat, "compatible", "/v1/chat/completions")]
    [InlineData(WireProtocol.Messages, "anthropic", "/v1/messages")]
    [InlineData(WireProtocol.Gemini, "gemini", "/v1/models/m:streamGenerateContent?alt=sse")]
    public async Task A_provider_of_any_name_speaks_what_its_settings_say(WireProtocol protocol, string like, string target)
    {
        await using var server = await LoopbackServer.Start(200, Vendors.Answer(like, "Hello"));
        var root = protocol == WireProtocol.Messages ? server.Url : new Uri(server.Url, "/v1");
        await using var gateway = Vendors.Gateway("house", new ProviderSettings(root, new Secret("k")) { AllowInsecureLoopback = true, Protocol = protocol });

        Assert.Equal("Hello", Assert.IsType<CallOutcome.Answered>((await gateway.Ask(Vendors.Question("house", "m"))).Outcome).Answer.Text);
        Assert.Equal(target, server.Seen.Single().Target);
    }

    [Fact]
    public async Task A_schema_that_is_not_closed_is_asked_for_without_strictness()
    {
        await using var server = await LoopbackServer.Start(200, Vendors.Answer(Vendors.Compatible, "{}"));
        await using var gateway = Vendors.Gateway(Vendors.Compatible, server.Url);
        await gateway.Ask(Vendors.Question(Vendors.Compatible) with { Output = new OutputSchema("x", """{"type":"object","properties":{"a":{"type":"object"}},"required":["a"],"additionalProperties":false}""") });

        Assert.False((bool)JsonNode.Parse(server.Seen.Single().Body)!["response_format"]!["json_schema"]!["strict"]!);
    }

    [Theory]
    [InlineData("""{"error":{"message":"Rate limit reached for m: Limit 30000. Please try again in 174ms. Visit x.","code":"rate_limit_exceeded"}}""", 174L)]
    [InlineData("""{"error":{"message":"Please try again in 6m0s.","code":"rate_limit_exceeded"}}""", 360_000L)]
    [InlineData("""{"error":{"message":"Try again in 1.5s","code":"rate_limit_exceeded"}}""", 1500L)]
    [InlineData("""{"error":{"message":"Try again in a while.","code":"rate_limit_exceeded"}}""", null)]
    [InlineData("""[{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"Slow.","details":[{"retryDelay":"46s"}]}}]""", 46_000L)]
    public async Task A_wait_that_only_the_words_of_an_error_name_is_honoured(string body, long? expected)
    {
        await using var server = await LoopbackServer.Start(429, body);

        Assert.Equal(expected, Assert.IsType<CallOutcome.RateLimited>(await Vendors.Ask(Vendors.Compatible, server.Url)).RetryAfterMs);
    }

    [Theory]
    [InlineData(400, """{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 9 tokens > 1 maximum"}}""", RejectionKind.TooLarge)]
    [InlineData(400, """[{"error":{"code":400,"status":"INVALID_ARGUMENT","message":"Bad key.","details":[{"reason":"API_KEY_INVALID"}]}}]""", RejectionKind.BadKey)]
    [InlineData(429, """{"error":{"message":"You exceeded your current quota.","code":"insufficient_quota"}}""", RejectionKind.NoQuota)]
    [InlineData(404, """{"error":"model 'nothing' not found"}""", RejectionKind.NoModel)]
    public async Task Errors_are_read_in_each_vendors_own_form(int status, string body, RejectionKind expected)
    {
        await using var server = await LoopbackServer.Start(status, body);

        Assert.Equal(expected, Assert.IsType<CallOutcome.Rejected>(await Vendors.Ask(Vendors.Compatible, server.Url)).Reason);
    }
}
