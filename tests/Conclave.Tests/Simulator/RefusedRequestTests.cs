using System.Text.Json.Nodes;

namespace Conclave.Tests.Simulator;

/// <summary>What a vendor turns away, the simulator turns away, in the same words and without a line in the ledger.</summary>
public sealed class RefusedRequestTests
{
    private const string Hello = "  - reply: Hello.\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(WireFormat.Responses, null, 401, "invalid_request_error")]
    [InlineData(WireFormat.Chat, "", 401, "invalid_request_error")]
    [InlineData(WireFormat.Messages, null, 401, "authentication_error")]
    [InlineData(WireFormat.Messages, "", 401, "authentication_error")]
    [InlineData(WireFormat.GenerateContent, null, 403, "PERMISSION_DENIED")]
    [InlineData(WireFormat.GenerateContent, "", 400, "API_KEY_INVALID")]
    public async Task A_missing_or_empty_key(WireFormat format, string? key, int status, string says)
    {
        await using var simulator = await TestSimulator.Start(Hello);
        using var request = WireRequest.Of(format, simulator.Server, "go", streamed: false);
        request.Headers.Clear();
        if (format == WireFormat.Messages)
        {
            request.Headers.Add("anthropic-version", "2023-06-01");
        }

        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation(format switch { WireFormat.Messages => "x-api-key", WireFormat.GenerateContent => "x-goog-api-key", _ => "Authorization" }, key);
        }

        var (code, body) = await Send(simulator, request);

        Assert.Equal(status, code);
        Assert.Contains(says, body, StringComparison.Ordinal);
        Assert.Empty(simulator.Calls());
    }

    [Theory]
    [InlineData(WireFormat.Responses, "not json", "We could not parse the JSON body")]
    [InlineData(WireFormat.Responses, "[]", "We could not parse the JSON body")]
    [InlineData(WireFormat.Responses, """{"model":"m","input":"half a pair: \ud800"}""", "We could not parse the JSON body")]
    [InlineData(WireFormat.Responses, """{"model":"m","input":"go","metadata":{"half":"\udc00"}}""", "We could not parse the JSON body")]
    [InlineData(WireFormat.Responses, """{"input":"go"}""", "Missing required parameter: 'model'.")]
    [InlineData(WireFormat.Responses, """{"model":"m"}""", "Missing required parameter: 'input'.")]
    [InlineData(WireFormat.Responses, """{"model":"m","input":5}""", "Invalid type for 'input': expected an array, but got a number instead.")]
    [InlineData(WireFormat.Responses, """{"model":"m","input":"go","seed":1}""", "Unknown parameter: 'seed'.")]
    [InlineData(WireFormat.Responses, """{"model":"m","input":[{"role":"robot","content":"go"}]}""", "Invalid value: 'robot'.")]
    [InlineData(WireFormat.Responses, """{"model":"m","input":"go","previous_response_id":"resp_1"}""", "Previous response with id 'resp_1' not found.")]
    [InlineData(WireFormat.Responses, """{"model":"gpt-6.2-sol","input":"go","temperature":0.5}""", "Unsupported parameter: 'temperature'")]
    [InlineData(WireFormat.Responses, """{"model":"gpt-6.2-sol","input":"go","reasoning":{"effort":"none"}}""", "'reasoning.effort' does not support 'none'")]
    [InlineData(WireFormat.Chat, """{"model":"m"}""", "Missing required parameter: 'messages'.")]
    [InlineData(WireFormat.Chat, """{"model":"m","messages":[]}""", "empty array")]
    [InlineData(WireFormat.Chat, """{"model":"m","messages":[{"content":"go"}]}""", "Missing required parameter: 'messages[0].role'.")]
    [InlineData(WireFormat.Chat, """{"model":"gpt-6-luna","messages":[{"role":"user","content":"go"}],"max_tokens":5}""", "Use 'max_completion_tokens' instead.")]
    [InlineData(WireFormat.Messages, "{", "not valid JSON")]
    [InlineData(WireFormat.Messages, """{"model":"m","messages":[{"role":"user","content":"go"}]}""", "max_tokens: Field required")]
    [InlineData(WireFormat.Messages, """{"model":"m","max_tokens":1}""", "messages: Field required")]
    [InlineData(WireFormat.Messages, """{"model":"m","max_tokens":1,"messages":[{"role":"user","content":""}]}""", "messages.0: user messages must have non-empty content")]
    [InlineData(WireFormat.Messages, """{"model":"m","max_tokens":1,"messages":[{"role":"assistant","content":"go"}]}""", "first message must use the \\\"user\\\" role")]
    [InlineData(WireFormat.Messages, """{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"go"}],"seed":1}""", "seed: Extra inputs are not permitted")]
    [InlineData(WireFormat.Messages, """{"model":"claude-opus-5-5","max_tokens":1,"messages":[{"role":"user","content":"go"}],"temperature":0.5}""", "temperature: this model supports only the default value")]
    [InlineData(WireFormat.Messages, """{"model":"claude-opus-5-5","max_tokens":1,"messages":[{"role":"user","content":"go"}],"thinking":{"type":"disabled"}}""", "thinking can't be disabled")]
    [InlineData(WireFormat.Messages, """{"model":"claude-sonnet-5-5","max_tokens":1,"messages":[{"role":"user","content":"go"}],"tool_choice":{"type":"any"}}""", "forced tool_choice")]
    [InlineData(WireFormat.Messages, """{"model":"claude-opus-5-5","max_tokens":1,"messages":[{"role":"user","content":"go"},{"role":"assistant","content":"{"}]}""", "prefill")]
    [InlineData(WireFormat.Messages, """{"model":"claude-opus-5-5","max_tokens":200000,"messages":[{"role":"user","content":"go"}]}""", "200000 > 128000")]
    [InlineData(WireFormat.GenerateContent, """{"contents":[]}""", "contents is not specified")]
    [InlineData(WireFormat.GenerateContent, """{"contents":[{"role":"user"}]}""", "contents[0].parts is not specified")]
    [InlineData(WireFormat.GenerateContent, """{"contents":[{"role":"assistant","parts":[{"text":"go"}]}]}""", "Please use a valid role: user, model.")]
    [InlineData(WireFormat.GenerateContent, """{"contents":[{"parts":[{"text":"go"}]}],"metadata":{}}""", "Unknown name \\\"metadata\\\": Cannot find field.")]
    [InlineData(WireFormat.GenerateContent, """{"contents":[{"parts":[{"text":"go"}]}],"generationConfig":{"maxTokens":5}}""", "Unknown name \\\"generationConfig.maxTokens\\\"")]
    [InlineData(WireFormat.GenerateContent, """{"contents":[{"parts":[{"text":"go"}]}],"generationConfig":{"thinkingConfig":{"thinkingLevel":"MINIMAL"}}}""", "Thinking level MINIMAL")]
    [InlineData(WireFormat.GenerateContent, """{"contents":[{"parts":[{"text":"go"}]}],"generationConfig":{"thinkingConfig":{"thinkingBudget":0}}}""", "Thinking budget is not supported")]
    [InlineData(WireFormat.GenerateContent, """{"contents":[{"parts":[{"text":"go"}]}],"generationConfig":{"maxOutputTokens":65536}}""", "at most 32768")]
    public async Task A_malformed_request(WireFormat format, string body, string says)
    {
        await using var simulator = await TestSimulator.Start(Hello);
        using var request = WireRequest.Post(format, simulator.Server, WireRequest.Path(format, streamed: false), body);

        var (status, error) = await Send(simulator, request);

        Assert.Equal(400, status);
        Assert.Contains(says, error, StringComparison.Ordinal);
        AssertShape(format, JsonNode.Parse(error)!);
        Assert.Empty(simulator.Calls());
    }

    [Fact]
    public async Task A_request_without_the_version_header_of_Anthropic()
    {
        await using var simulator = await TestSimulator.Start(Hello);
        using var request = WireRequest.Of(WireFormat.Messages, simulator.Server, "go", streamed: false);
        request.Headers.Remove("anthropic-version");

        var (status, body) = await Send(simulator, request);

        Assert.Equal(400, status);
        Assert.Contains("anthropic-version: header is required", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(WireFormat.Responses, "/embeddings", "Invalid URL (POST /v1/embeddings)")]
    [InlineData(WireFormat.Messages, "/v1/message", "not_found_error")]
    [InlineData(WireFormat.GenerateContent, "/models/gemini-4-hydrogen:predict", "NOT_FOUND")]
    [InlineData(WireFormat.GenerateContent, "/models/:generateContent", "NOT_FOUND")]
    public async Task An_address_that_is_not_there(WireFormat format, string path, string says)
    {
        await using var simulator = await TestSimulator.Start(Hello);
        using var request = WireRequest.Post(format, simulator.Server, path, "{}");

        var (status, body) = await Send(simulator, request);

        Assert.Equal(404, status);
        Assert.Contains(says, body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_of_Gemini_without_server_sent_events()
    {
        await using var simulator = await TestSimulator.Start(Hello);
        var body = WireRequest.Body(WireFormat.GenerateContent, "go", streamed: true).ToJsonString();
        using var request = WireRequest.Post(WireFormat.GenerateContent, simulator.Server, "/models/gemini-4-hydrogen:streamGenerateContent", body);

        var (status, error) = await Send(simulator, request);

        Assert.Equal(400, status);
        Assert.Contains("alt=sse", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(WireFormat.Responses)]
    [InlineData(WireFormat.Messages)]
    [InlineData(WireFormat.GenerateContent)]
    public async Task A_body_over_32_MB(WireFormat format)
    {
        await using var simulator = await TestSimulator.Start(Hello);
        using var request = WireRequest.Of(format, simulator.Server, new string('x', 33 * 1024 * 1024), streamed: false);
        request.Headers.ExpectContinue = true;

        var (status, error) = await Send(simulator, request);

        Assert.Equal(413, status);
        AssertShape(format, JsonNode.Parse(error)!);
    }

    private static async Task<(int Status, string Body)> Send(TestSimulator simulator, HttpRequestMessage request)
    {
        using var response = await simulator.Http.SendAsync(request, Cancel);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Cancel));
    }

    internal static void AssertShape(WireFormat format, JsonNode body)
    {
        var error = body["error"]!.AsObject();
        switch (format)
        {
            case WireFormat.Messages:
                Assert.Equal("error", body["type"]!.GetValue<string>());
                Assert.StartsWith("req_01", body["request_id"]!.GetValue<string>(), StringComparison.Ordinal);
                Assert.Equal(["message", "type"], error.Select(pair => pair.Key).Order(StringComparer.Ordinal));
                break;
            case WireFormat.GenerateContent:
                Assert.Subset(new HashSet<string>(StringComparer.Ordinal) { "code", "message", "status", "details" }, error.Select(pair => pair.Key).ToHashSet(StringComparer.Ordinal));
                break;
            default:
                Assert.Equal(["code", "message", "param", "type"], error.Select(pair => pair.Key).Order(StringComparer.Ordinal));
                break;
        }
    }
}
