using System.Text.Json.Nodes;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Tests.Agents;

/// <summary>Tools: how they are offered, how their calls are read, and how a turn goes back to its vendor with everything that the vendor put into it.</summary>
public sealed class ToolTests
{
    private const string Closed = """{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}""";
    private const string Open = """{"type":"object","properties":{"city":{"type":"string"},"unit":{"type":["string","null"]}},"required":["city"]}""";

    /// <summary>By vendor: a streamed answer that thinks, says something and calls a tool twice at once.</summary>
    private static string Answer(string provider) => string.Join("\n\n", provider switch
    {
        "openai" => (string[])
        [
            """data: {"type":"response.created","response":{"id":"resp_1"}}""",
            """data: {"type":"response.output_text.delta","output_index":1,"content_index":0,"delta":"Let me look."}""",
            """data: {"type":"response.function_call_arguments.delta","output_index":2,"delta":"{\"city\":"}""",
            """data: {"type":"response.completed","response":{"id":"resp_1","status":"completed","output":[{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"sealed=="},{"type":"message","id":"msg_1","role":"assistant","phase":"commentary","content":[{"type":"output_text","text":"Let me look.","annotations":[]}]},{"type":"function_call","id":"fc_1","call_id":"call_1","name":"weather","arguments":"{\"city\": \"Bern\"}","status":"completed"},{"type":"function_call","id":"fc_2","call_id":"call_2","name":"weather","arguments":"{\"city\": \"Köln","status":"completed"}]}}""",
            "",
        ],
        "anthropic" =>
        [
            """data: {"type":"message_start","message":{"id":"msg_1","content":[],"usage":{"input_tokens":10}}}""",
            """data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}""",
            """data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Two "}}""",
            """data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"cities."}}""",
            """data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"sealed=="}}""",
            """data: {"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}""",
            """data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Let me look."}}""",
            """data: {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"call_1","name":"weather","input":{}}}""",
            """data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"city\": "}}""",
            """data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"\"Bern\"}"}}""",
            """data: {"type":"content_block_start","index":3,"content_block":{"type":"tool_use","id":"call_2","name":"weather","input":{}}}""",
            """data: {"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":"{\"city\": \"Köln"}}""",
            """data: {"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":5}}""",
            """data: {"type":"message_stop"}""",
            "",
        ],
        Vendors.Compatible =>
        [
            """data: {"id":"chat_1","choices":[{"index":0,"delta":{"role":"assistant","reasoning_content":"Two cities.","content":"Let me "}}]}""",
            """data: {"id":"chat_1","choices":[{"index":0,"delta":{"content":"look."}}]}""",
            """data: {"id":"chat_1","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"weather","arguments":""},"extra_content":{"google":{"thought_signature":"sealed=="}}}]}}]}""",
            """data: {"id":"chat_1","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"city\": \"Bern\"}"}},{"index":1,"id":"call_2","function":{"name":"weather","arguments":"{\"city\": \"K"}}]}}]}""",
            """data: {"id":"chat_1","choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"function":{"arguments":"öln"}}]}}]}""",
            """data: {"id":"chat_1","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}""",
            "data: [DONE]",
            "",
        ],
        _ =>
        [
            """data: {"candidates":[{"content":{"role":"model","parts":[{"text":"Two cities.","thought":true}]}}],"responseId":"gem_1"}""",
            """data: {"candidates":[{"content":{"role":"model","parts":[{"text":"Let me "}]}}]}""",
            """data: {"candidates":[{"content":{"role":"model","parts":[{"text":"look.","thoughtSignature":"sealed1=="},{"functionCall":{"name":"weather","args":{"city": "Bern"}},"thoughtSignature":"sealed2=="},{"functionCall":{"id":"call_2","name":"weather","args":{"city": "Köln"}}}]},"finishReason":"STOP"}]}""",
            "",
        ],
    });

    [Theory]
    [InlineData("openai", "call_1 weather {\"city\": \"Bern\"}", "call_2 weather {\"city\": \"Köln", "completed")]
    [InlineData("anthropic", "call_1 weather {\"city\": \"Bern\"}", "call_2 weather {\"city\": \"Köln", "tool_use")]
    [InlineData("compatible", "call_1 weather {\"city\": \"Bern\"}", "call_2 weather {\"city\": \"Köln", "tool_calls")]
    [InlineData("gemini", "conclave-call-1 weather {\"city\": \"Bern\"}", "call_2 weather {\"city\": \"Köln\"}", "STOP")]
    public async Task The_calls_of_an_answer_are_read_exactly_even_when_their_arguments_are_no_json(string provider, string first, string second, string stop)
    {
        var answered = Assert.IsType<CallOutcome.Answered>(await Told(provider));

        Assert.Equal([first, second], answered.Calls!.Value.Select(call => $"{call.Id} {call.Name} {call.Arguments.Text}"));
        Assert.Equal(("Let me look.", stop), (answered.Answer.Text, answered.StopReason));
    }

    [Theory]
    [InlineData("openai", """
        {"tools": [
          {"type": "function", "name": "weather", "description": "Tells the weather.", "parameters": CLOSED, "strict": true},
          {"type": "function", "name": "loose", "description": "Anything.", "parameters": OPEN, "strict": false}],
         "input": [
          {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Which weather?"}]},
          {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "sealed=="},
          {"type": "message", "role": "assistant", "phase": "commentary", "content": [{"type": "output_text", "text": "Let me look.", "annotations": []}]},
          {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "weather", "arguments": "{\"city\": \"Bern\"}", "status": "completed"},
          {"type": "function_call", "id": "fc_2", "call_id": "call_2", "name": "weather", "arguments": "{\"city\": \"Köln", "status": "completed"},
          {"type": "function_call_output", "call_id": "call_1", "output": "sunny"},
          {"type": "function_call_output", "call_id": "call_2", "output": "no such city"}]}
        """)]
    [InlineData("anthropic", """
        {"tools": [
          {"name": "weather", "description": "Tells the weather.", "input_schema": CLOSED, "strict": true},
          {"name": "loose", "description": "Anything.", "input_schema": OPEN}],
         "messages": [
          {"role": "user", "content": "Which weather?"},
          {"role": "assistant", "content": [
            {"type": "thinking", "thinking": "Two cities.", "signature": "sealed=="},
            {"type": "text", "text": "Let me look."},
            {"type": "tool_use", "id": "call_1", "name": "weather", "input": {"city": "Bern"}},
            {"type": "tool_use", "id": "call_2", "name": "weather", "input": {}}]},
          {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": "call_1", "content": "sunny"},
            {"type": "tool_result", "tool_use_id": "call_2", "content": "no such city", "is_error": true}]}]}
        """)]
    [InlineData("compatible", """
        {"tools": [
          {"type": "function", "function": {"name": "weather", "description": "Tells the weather.", "parameters": CLOSED, "strict": true}},
          {"type": "function", "function": {"name": "loose", "description": "Anything.", "parameters": OPEN, "strict": false}}],
         "messages": [
          {"role": "system", "content": "You are terse."},
          {"role": "user", "content": "Which weather?"},
          {"role": "assistant", "content": "Let me look.", "tool_calls": [
            {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": "{\"city\": \"Bern\"}"}, "extra_content": {"google": {"thought_signature": "sealed=="}}},
            {"id": "call_2", "type": "function", "function": {"name": "weather", "arguments": "{\"city\": \"Köln"}}]},
          {"role": "tool", "content": "sunny", "tool_call_id": "call_1"},
          {"role": "tool", "content": "no such city", "tool_call_id": "call_2"}]}
        """)]
    [InlineData("gemini", """
        {"tools": [{"functionDeclarations": [
          {"name": "weather", "description": "Tells the weather.", "parametersJsonSchema": CLOSED},
          {"name": "loose", "description": "Anything.", "parametersJsonSchema": OPEN}]}],
         "contents": [
          {"role": "user", "parts": [{"text": "Which weather?"}]},
          {"role": "model", "parts": [
            {"text": "Let me "},
            {"text": "look.", "thoughtSignature": "sealed1=="},
            {"functionCall": {"name": "weather", "args": {"city": "Bern"}}, "thoughtSignature": "sealed2=="},
            {"functionCall": {"id": "call_2", "name": "weather", "args": {"city": "Köln"}}}]},
          {"role": "user", "parts": [
            {"functionResponse": {"name": "weather", "response": {"result": "sunny"}}},
            {"functionResponse": {"name": "weather", "response": {"error": "no such city"}, "id": "call_2"}}]}]}
        """)]
    public async Task A_turn_goes_back_as_it_came_with_what_the_tools_said(string provider, string expected)
    {
        var answered = await Told(provider);
        var question = Vendors.Question(provider) with
        {
            Tools = [new ToolDefinition("weather", "Tells the weather.", Closed), new ToolDefinition("loose", "Anything.", Open)],
            Messages =
            [
                new ModelMessage(ModelRole.User, "Which weather?"),
                new ModelMessage(ModelRole.Assistant, answered.Text!.Text) { Turn = answered.Turn!.Text },
                new ModelMessage(ModelRole.User, "") { Results = [new ToolResult(answered.Calls!.Value[0].Id, "weather", "sunny"), new ToolResult("call_2", "weather", "no such city", IsError: true)] },
            ],
        };

        var body = JsonNode.Parse(await Sent(question))!;

        foreach (var (name, value) in JsonNode.Parse(expected.Replace("CLOSED", Closed, StringComparison.Ordinal).Replace("OPEN", Open, StringComparison.Ordinal))!.AsObject())
        {
            Assert.True(JsonNode.DeepEquals(value, body[name]), body[name]?.ToJsonString());
        }
    }

    [Theory]
    [InlineData("openai", """{"type":"reasoning","id":"rs_1","summary":[]}""")]
    public async Task Thinking_that_did_not_come_sealed_does_not_go_back(string provider, string item)
    {
        await using var server = await LoopbackServer.Start(200, $$$"""data: {"type":"response.completed","response":{"id":"r","status":"completed","output":[{{{item}}},{"type":"message","content":[{"type":"output_text","text":"Hello"}]}]}}""" + "\n\n");

        Assert.Null((await Vendors.Ask(provider, server.Url)).Turn);
    }

    [Fact]
    public async Task A_block_that_nobody_knows_goes_back_as_it_came()
    {
        await using var server = await LoopbackServer.Start(200, """{"type":"message","id":"m","content":[{"type":"redacted_thinking","data":"x=="},{"type":"something_new","deep":{"a":[1,2.50]}},{"type":"text","text":"Hello"}],"stop_reason":"pause_turn"}""", ("content-type", "application/json"));
        var paused = Assert.IsType<CallOutcome.CutOff>(await Vendors.Ask("anthropic", server.Url));
        Assert.Equal(CutReason.Pause, paused.Why);

        var body = await Sent(Vendors.Question("anthropic") with { Messages = [new ModelMessage(ModelRole.User, "?"), new ModelMessage(ModelRole.Assistant, "Hello") { Turn = paused.Turn!.Text }] });

        Assert.Contains("""[{"type":"redacted_thinking","data":"x=="},{"type":"something_new","deep":{"a":[1,2.50]}},{"type":"text","text":"Hello"}]""", body, StringComparison.Ordinal);
    }

    [Theory]
    [ForEachVendor]
    public async Task An_answer_of_nothing_but_text_keeps_nothing_beside_it(string provider)
    {
        await using var server = await LoopbackServer.Start(200, Vendors.Answer(provider, "Hel", "lo"));

        var answered = await Vendors.Ask(provider, server.Url);

        Assert.Null(answered.Turn);
        Assert.Null(answered.Calls);
    }

    private static async Task<CallOutcome> Told(string provider)
    {
        await using var server = await LoopbackServer.Start(200, Answer(provider));
        return await Vendors.Ask(provider, server.Url);
    }

    private static async Task<string> Sent(ModelRequest request)
    {
        await using var server = await LoopbackServer.Start(200, Vendors.Answer(request.Provider, "Hello"));
        await using var gateway = Vendors.Gateway(request.Provider, server.Url);
        await gateway.Ask(request);
        return server.Seen.Single().Body;
    }
}
