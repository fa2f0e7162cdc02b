using System.Text;
using Conclave.Engine.Budget;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Tests.Agents;

/// <summary>What comes in a reply besides the ordinary: every ending has its outcome, and what is unknown does no harm.</summary>
public sealed class AnswerTests
{
    [Theory]
    [InlineData("openai", "gpt")]
    [InlineData("anthropic", "claude")]
    [InlineData("gemini", "gemini")]
    [InlineData("compatible", "house")]
    public async Task An_answer_comes_with_its_text_its_usage_its_model_and_the_vendors_name_of_it(string provider, string model)
    {
        await using var server = await LoopbackServer.Start(200, Vendors.Answer(provider, "Hel", "lo"), ("x-request-id", "req_1"));

        var answered = Assert.IsType<CallOutcome.Answered>(await Vendors.Ask(provider, server.Url));

        Assert.Equal("Hello", answered.Answer.Text);
        Assert.Equal(new Usage(10, 0, 0, 5, 0), answered.Usage);
        Assert.Equal(model, answered.ResponseModel);
        Assert.Equal("req_1", answered.RequestId);
    }

    [Theory]
    [InlineData("openai", "resp_1")]
    [InlineData("anthropic", "msg_1")]
    [InlineData("gemini", "gem_1")]
    [InlineData("compatible", "chat_1")]
    public async Task Without_a_header_the_answers_own_name_stands_for_the_request(string provider, string id)
    {
        await using var server = await LoopbackServer.Start(200, Vendors.Answer(provider, "Hello"));

        Assert.Equal(id, (await Vendors.Ask(provider, server.Url)).RequestId);
    }

    [Theory]
    [ForEachVendor]
    public async Task Comments_pings_line_ends_unknown_events_and_an_end_marker_of_another_protocol_change_nothing(string provider)
    {
        var answer = Vendors.Answer(provider, "Hel", "lo").ReplaceLineEndings("\r\n");
        var odd = """
            : a comment

            event: ping
            data: {"type": "ping"}

            event: something.new
            data: {"type":"something.new","candidates":"odd","output_index":"x","usage":7}

            id: 7
            retry: 10000

            data: {"candidates":[{"index":1,"content":{"parts":[{"text":"another candidate"}]}}],"type":null}


            """;
        await using var server = await LoopbackServer.Start(200, $"\uFEFF\r\n{odd}{answer}data: [DONE]\n\n");

        Assert.Equal("Hello", Assert.IsType<CallOutcome.Answered>(await Vendors.Ask(provider, server.Url)).Answer.Text);
    }

    [Theory]
    [ForEachVendor]
    public async Task Text_in_any_script_comes_through_however_its_bytes_are_cut(string provider)
    {
        const string Text = "Grüße 🌍 日本 \u0000 \u2028 \"\\";
        var whole = Encoding.UTF8.GetBytes(Vendors.Answer(provider, Text));
        await using var server = await LoopbackServer.Start(async context =>
        {
            foreach (var piece in whole.Chunk(1))
            {
                await context.Response.Body.WriteAsync(piece);
                await context.Response.Body.FlushAsync();
            }
        });
        await using var gateway = Vendors.Gateway(provider, server.Url);

        var heard = await gateway.Ask(Vendors.Question(provider));

        Assert.Equal(Text, Assert.IsType<CallOutcome.Answered>(heard.Outcome).Answer.Text);
        Assert.Equal(Text, heard.Streamed);
    }

    [Theory]
    [ForEachVendor]
    public async Task Half_a_character_becomes_a_replacement_character(string provider)
    {
        var body = Vendors.Answer(provider, "a#b##c").Replace("##", "\\\\ud83d", StringComparison.Ordinal).Replace("#", "\\ud83d", StringComparison.Ordinal);
        await using var server = await LoopbackServer.Start(200, body);

        Assert.Equal("a\uFFFDb\\ud83dc", Assert.IsType<CallOutcome.Answered>(await Vendors.Ask(provider, server.Url)).Answer.Text);
    }

    [Theory]
    [InlineData("openai", """{"type":"response.incomplete","response":{"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"output":[]}}""", "CutOff")]
    [InlineData("openai", """{"type":"response.incomplete","response":{}}""", "CutOff")]
    [InlineData("openai", """{"type":"response.incomplete","response":{"incomplete_details":{"reason":"something_new"}}}""", "CutOff")]
    [InlineData("openai", """{"type":"response.incomplete","response":{"incomplete_details":{"reason":"content_filter"}}}""", "Refused content_filter")]
    [InlineData("openai", """{"type":"response.completed","response":{"output":[{"type":"message","content":[{"type":"refusal","refusal":"I can't."}]}]}}""", "Refused refusal: I can't.")]
    [InlineData("openai", """{"type":"response.failed","response":{"status":"failed","error":{"code":"server_error","message":"Broken."}}}""", "Failed server_error: Broken.")]
    [InlineData("openai", """{"type":"response.failed","response":{"error":{"code":"insufficient_quota","message":"Empty."}}}""", "Rejected NoQuota")]
    [InlineData("openai", """{"type":"error","code":"server_error","message":"Broken."}""", "Failed server_error: Broken.")]
    [InlineData("openai", """{"type":"error","error":{"code":"server_is_overloaded","message":"Busy."}}""", "Failed server_is_overloaded: Busy.")]
    [InlineData("openai", """{"type":"response.completed","response":{"status":"in_progress"}}""", "Answered")]
    [InlineData("compatible", """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""", "Answered")]
    [InlineData("compatible", """{"choices":[{"index":0,"delta":{},"finish_reason":"eos_token"}]}""", "Answered")]
    [InlineData("compatible", """{"choices":[{"index":0,"delta":{},"finish_reason":"LENGTH"}]}""", "CutOff")]
    [InlineData("compatible", """{"choices":[{"index":0,"delta":{},"finish_reason":"content_filter"}]}""", "Refused content_filter")]
    [InlineData("compatible", """{"choices":[{"index":0,"delta":{},"finish_reason":"something_new"}]}""", "Refused something_new")]
    [InlineData("compatible", """{"choices":[{"index":0,"delta":{"refusal":"I can't."},"finish_reason":"stop"}]}""", "Refused refusal: I can't.")]
    [InlineData("compatible", """{"choices":[{"index":0,"delta":{},"finish_reason":"error"}]}""", "Failed the server gave up in the middle of the answer: error")]
    [InlineData("compatible", """{"choices":[{"index":0,"delta":{},"finish_reason":null}]}""", "InDoubt")]
    [InlineData("compatible", """{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}""", "InDoubt")]
    [InlineData("compatible", """[DONE]""", "Answered")]
    [InlineData("compatible", """{"error":{"code":"server_error","message":"Broken."}}""", "Failed server_error: Broken.")]
    [InlineData("compatible", """{"error":"model is loading"}""", "Failed model is loading")]
    [InlineData("compatible", """{"object":"error","message":"Broken.","code":500}""", "Failed 500: Broken.")]
    [InlineData("compatible", """{"error":{"code":"insufficient_quota","message":"Empty."}}""", "Rejected NoQuota")]
    [InlineData("compatible", """{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"Quota.","details":[{"violations":[{"quotaId":"RequestsPerDay"}]}]}}""", "Rejected NoQuota")]
    [InlineData("anthropic", """{"type":"message_delta","delta":{"stop_reason":"max_tokens"}}""", "CutOff")]
    [InlineData("anthropic", """{"type":"message_delta","delta":{"stop_reason":"pause_turn"}}""", "CutOff")]
    [InlineData("anthropic", """{"type":"message_delta","delta":{"stop_reason":"model_context_window_exceeded"}}""", "CutOff")]
    [InlineData("anthropic", """{"type":"message_delta","delta":{"stop_reason":"stop_sequence"}}""", "Answered")]
    [InlineData("anthropic", """{"type":"message_delta","delta":{"stop_reason":"tool_use"}}""", "Answered")]
    [InlineData("anthropic", """{"type":"message_delta","delta":{"stop_reason":"something_new"}}""", "Refused something_new")]
    [InlineData("anthropic", """{"type":"message_delta","delta":{"stop_reason":"refusal","stop_details":{"category":"cyber","explanation":"Not this."}}}""", "Refused refusal: cyber: Not this.")]
    [InlineData("anthropic", """{"type":"message_delta","delta":{}}""", "InDoubt")]
    [InlineData("gemini", """{"candidates":[{"finishReason":"MAX_TOKENS"}]}""", "CutOff")]
    [InlineData("gemini", """{"candidates":[{"finishReason":2}]}""", "CutOff")]
    [InlineData("gemini", """{"candidates":[{"finishReason":1}]}""", "Answered")]
    [InlineData("gemini", """{"candidates":[{"finishReason":"FINISH_REASON_UNSPECIFIED"}]}""", "InDoubt")]
    [InlineData("gemini", """{"candidates":[{"finishReason":""}]}""", "InDoubt")]
    [InlineData("gemini", """{"candidates":[{"finishReason":"SAFETY","finishMessage":"No."}]}""", "Refused SAFETY: No.")]
    [InlineData("gemini", """{"candidates":[{"finishReason":7}]}""", "Refused reason 7")]
    [InlineData("gemini", """{"candidates":[{"finishReason":"SOMETHING_NEW"}]}""", "Refused SOMETHING_NEW")]
    [InlineData("gemini", """{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"}}""", "Refused PROHIBITED_CONTENT")]
    [InlineData("gemini", """{"error":{"code":503,"status":"UNAVAILABLE","message":"Busy."}}""", "Failed UNAVAILABLE: Busy.")]
    public async Task Every_ending_has_its_outcome(string provider, string ending, string expected)
    {
        var stop = provider == "anthropic" ? "data: {\"type\":\"message_stop\"}\n\n" : "";
        await using var server = await LoopbackServer.Start(200, $"{Vendors.Beginning(provider, "Hello")}data: {ending}\n\n{stop}");

        var outcome = await Vendors.Ask(provider, server.Url);

        Assert.Equal(expected, outcome switch
        {
            CallOutcome.Rejected rejected => $"Rejected {rejected.Reason}",
            CallOutcome.Refused refused => $"Refused {refused.Reason}",
            CallOutcome.Failed failed => $"Failed {failed.Message}",
            _ => outcome.GetType().Name,
        });
        if (outcome is CallOutcome.Answered or CallOutcome.CutOff or CallOutcome.InDoubt)
        {
            Assert.Equal("Hello", outcome.Text?.Text);
        }
    }

    [Fact]
    public async Task A_filter_that_strikes_after_what_looked_like_the_end_is_a_refusal()
    {
        await using var server = await LoopbackServer.Start(200, """
            data: {"candidates":[{"content":{"parts":[{"text":"Hello"}]},"finishReason":"STOP"}]}

            data: {"candidates":[{"finishReason":"RECITATION"}]}

            data: {"candidates":[{"finishReason":"STOP"}]}


            """);

        Assert.Equal("RECITATION", Assert.IsType<CallOutcome.Refused>(await Vendors.Ask("gemini", server.Url)).Reason);
    }

    [Theory]
    [InlineData("openai", """data: {"type":"response.output_item.added","item":{"type":"reasoning"}}""")]
    [InlineData("openai", """data: {"type":"response.reasoning_summary_text.delta","delta":"Hm."}""")]
    [InlineData("anthropic", """data: {"type":"content_block_start","index":7,"content_block":{"type":"redacted_thinking","data":"x"}}""")]
    [InlineData("anthropic", """data: {"type":"content_block_delta","index":7,"delta":{"type":"thinking_delta","thinking":"Hm."}}""")]
    [InlineData("gemini", """data: {"candidates":[{"content":{"parts":[{"text":"Hm.","thought":true}]}}]}""")]
    [InlineData("compatible", """data: {"choices":[{"index":0,"delta":{"reasoning_content":"Hm."}}]}""")]
    [InlineData("compatible", """data: {"choices":[{"index":0,"delta":{"reasoning":"Hm.","content":null}}]}""")]
    public async Task Thinking_is_told_and_is_no_part_of_the_answer(string provider, string thinking)
    {
        await using var server = await LoopbackServer.Start(200, $"{Vendors.Beginning(provider, "Hello")}{thinking}\n\n{Vendors.Ending(provider, "Hello")}");
        await using var gateway = Vendors.Gateway(provider, server.Url);

        var heard = await gateway.Ask(Vendors.Question(provider));

        Assert.Equal((1, "Hello", "Hello"), (heard.Thoughts, heard.Streamed, heard.Outcome.Text!.Text));
    }

    [Theory]
    [InlineData("openai", """{"input_tokens":100,"input_tokens_details":{"cached_tokens":40,"cache_write_tokens":20},"output_tokens":50,"output_tokens_details":{"reasoning_tokens":30}}""", 100, 40, 20, 50, 30)]
    [InlineData("openai", """{"input_tokens":100,"input_tokens_details":null,"output_tokens":"many"}""", 100, 0, 0, 0, 0)]
    [InlineData("openai", """{"input_tokens":-1,"output_tokens":1e30}""", -1, 0, 0, long.MaxValue / 2, 0)]
    [InlineData("anthropic", """{"input_tokens":40,"cache_creation_input_tokens":20,"cache_read_input_tokens":40,"output_tokens":50,"output_tokens_details":{"thinking_tokens":30}}""", 100, 40, 20, 50, 30)]
    [InlineData("anthropic", """{"cache_read_input_tokens":null,"output_tokens":50}""", 10, 0, 0, 50, 0)]
    [InlineData("gemini", """{"promptTokenCount":100,"cachedContentTokenCount":40,"candidatesTokenCount":20,"thoughtsTokenCount":30,"totalTokenCount":150}""", 100, 40, 0, 50, 30)]
    [InlineData("gemini", """{"promptTokenCount":100,"totalTokenCount":100}""", 100, 0, 0, 0, 0)]
    [InlineData("compatible", """{"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,"prompt_tokens_details":{"cached_tokens":40},"completion_tokens_details":{"reasoning_tokens":30}}""", 100, 40, 0, 50, 30)]
    [InlineData("compatible", """{"prompt_tokens":100,"completion_tokens":50}""", 100, 0, 0, 50, 0)]
    [InlineData("compatible", """{"prompt_tokens":100,"completion_tokens":20,"total_tokens":150,"prompt_cache_hit_tokens":64,"prompt_tokens_details":null,"completion_tokens_details":{"reasoning_tokens":30}}""", 100, 64, 0, 50, 30)]
    public async Task Usage_has_one_shape_for_all_vendors(string provider, string usage, long input, long cached, long written, long output, long reasoning)
    {
        var ending = provider switch
        {
            "openai" => $$$"""data: {"type":"response.completed","response":{"usage":{{{usage}}}}}""",
            "anthropic" => $$"""data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{{usage}}}""" + "\n\ndata: {\"type\":\"message_stop\"}",
            "compatible" => $$"""data: {"choices":[{"index":0,"finish_reason":"stop"}],"usage":null}""" + $$"""


                data: {"choices":[],"usage":{{usage}}}
                """.Replace("                ", "", StringComparison.Ordinal),
            _ => $$"""data: {"candidates":[{"finishReason":"STOP"}],"usageMetadata":{{usage}}}""",
        };
        await using var server = await LoopbackServer.Start(200, $"{Vendors.Beginning(provider, "Hello")}{ending}\n\n");

        // The largest doubles round up by a little.
        var counted = (await Vendors.Ask(provider, server.Url)).Tokens!;
        Assert.Equal(new Usage(input, cached, written, Math.Min(output, counted.OutputTokens), reasoning), counted with { OutputTokens = Math.Min(output, counted.OutputTokens) });
        Assert.Equal(input >= 0, counted.IsPlausible);
    }

    [Theory]
    [InlineData("openai", """{"object":"response","id":"r","status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"Hello"}]}]}""")]
    [InlineData("anthropic", """{"type":"message","id":"m","content":[{"type":"text","text":"Hel"},{"type":"new"},{"type":"text","text":"lo"}],"stop_reason":"end_turn"}""")]
    [InlineData("gemini", """{"candidates":[{"content":{"parts":[{"text":"Hel"},{"inlineData":{}},{"text":"lo"}]},"finishReason":"STOP"}]}""")]
    [InlineData("compatible", """{"object":"chat.completion","id":"c","choices":[{"index":0,"message":{"content":"Hello"},"finish_reason":"stop"},{"index":1,"message":{"content":"another"},"finish_reason":"stop"}]}""")]
    [InlineData("compatible", """{"id":"c","choices":[{"index":0,"message":{"content":[{"type":"text","text":"Hel"},{"type":"image_url"},{"type":"text","text":"lo"}]},"finish_details":{"type":"stop"}}]}""")]
    [InlineData("gemini", """[{"candidates":[{"content":{"parts":[{"text":"Hel"}]}}]},{"candidates":[{"content":{"parts":[{"text":"lo"}]},"finishReason":"STOP"}]}]""")]
    public async Task A_server_that_does_not_stream_is_understood_as_well(string provider, string body)
    {
        await using var server = await LoopbackServer.Start(200, body, ("content-type", "application/json"));
        await using var gateway = Vendors.Gateway(provider, server.Url);

        var heard = await gateway.Ask(Vendors.Question(provider));

        Assert.Equal("Hello", Assert.IsType<CallOutcome.Answered>(heard.Outcome).Answer.Text);
        Assert.Equal("Hello", heard.Streamed);
        Assert.Null(heard.Outcome.Tokens);
    }

    [Fact]
    public async Task A_message_that_begins_again_replaces_what_it_was()
    {
        await using var server = await LoopbackServer.Start(200, Vendors.Beginning("anthropic", "Wrong") + Vendors.Answer("anthropic", "Right"));

        Assert.Equal("Right", Assert.IsType<CallOutcome.Answered>(await Vendors.Ask("anthropic", server.Url)).Answer.Text);
    }
}
