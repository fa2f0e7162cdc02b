using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json.Nodes;

namespace Conclave.Tests.Simulator;

/// <summary>Gemini's native REST as a thin client of our own sees it.</summary>
public sealed class GeminiWireTests
{
    private const string Scenario = """
          - match: { contains: please refuse }
            reply: That I won't do.
            fault: { kind: refusal }
          - match: { contains: at great length }
            reply: It was a dark and stormy night.
            fault: { kind: cut_off, after_chars: 13 }
          - match: { vendor: gemini, task: plan, contains: Be brief. }
            reply: Grüße 😀, in several pieces
            tokens_per_second: 100
            thinking_tokens: 120
        """;

    private const string Answer = "Grüße 😀, in several pieces";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_whole_answer_has_its_text_and_usage()
    {
        await using var simulator = await TestSimulator.Start(Scenario);

        var reply = await Generate(simulator, "<task name=\"plan\">Plan it.</task>");

        Assert.Equal(Answer, reply["candidates"]![0]!["content"]!["parts"]![0]!["text"]!.GetValue<string>());
        Assert.Equal("model", reply["candidates"]![0]!["content"]!["role"]!.GetValue<string>());
        Assert.Equal("STOP", reply["candidates"]![0]!["finishReason"]!.GetValue<string>());
        Assert.Equal("gemini-4-hydrogen", reply["modelVersion"]!.GetValue<string>());
        Assert.Equal([11, 7, 120, 138], Usage(reply));
    }

    [Fact]
    public async Task A_stream_is_bare_data_whose_last_chunk_has_the_finish_and_the_usage()
    {
        await using var simulator = await TestSimulator.Start(Scenario);
        using var request = Request(simulator, "<task name=\"plan\">Plan it.</task>", ":streamGenerateContent?alt=sse");
        using var response = await simulator.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        var (text, chunks) = (new StringBuilder(), new List<JsonNode>());

        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync(Cancel)).EnumerateAsync(Cancel))
        {
            Assert.Equal("message", item.EventType);
            chunks.Add(JsonNode.Parse(item.Data)!);
            text.Append(chunks[^1]["candidates"]![0]!["content"]!["parts"]![0]!["text"]!.GetValue<string>());
        }

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(Answer, text.ToString());
        Assert.True(chunks.Count > 3, $"only {chunks.Count} chunks");
        Assert.All(chunks.SkipLast(1), chunk => Assert.Null(chunk["candidates"]![0]!["finishReason"]));
        Assert.Equal("STOP", chunks[^1]["candidates"]![0]!["finishReason"]!.GetValue<string>());
        Assert.Equal([11, 7, 120, 138], Usage(chunks[^1]));
        Assert.Single(chunks.Select(chunk => chunk["responseId"]!.GetValue<string>()).Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_stream_ends_its_lines_as_the_vendor_does()
    {
        await using var simulator = await TestSimulator.Start(Scenario);
        using var request = Request(simulator, "<task name=\"plan\">Plan it.</task>", ":streamGenerateContent?alt=sse");
        using var response = await simulator.Http.SendAsync(request, Cancel);

        var body = await response.Content.ReadAsStringAsync(Cancel);

        Assert.All(body.Split("\r\n\r\n")[..^1], line => Assert.StartsWith("data: {", line, StringComparison.Ordinal));
        Assert.EndsWith("}\r\n\r\n", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_has_no_content_and_a_cut_off_answer_says_so()
    {
        await using var simulator = await TestSimulator.Start(Scenario);

        var refused = await Generate(simulator, "please refuse");
        var cut = await Generate(simulator, "at great length");

        Assert.Equal("SAFETY", refused["candidates"]![0]!["finishReason"]!.GetValue<string>());
        Assert.Null(refused["candidates"]![0]!["content"]);
        Assert.Equal("MAX_TOKENS", cut["candidates"]![0]!["finishReason"]!.GetValue<string>());
        Assert.Equal("It was a dark", cut["candidates"]![0]!["content"]!["parts"]![0]!["text"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("x-goog-api-key")]
    [InlineData("?key=")]
    public async Task A_key_is_checked_by_listing_the_models(string where)
    {
        await using var simulator = await TestSimulator.Start(Scenario);
        using var request = new HttpRequestMessage(HttpMethod.Get, simulator.Server.BaseUrl("gemini") + "/models?pageSize=50" + (where == "?key=" ? "&key=any" : ""));
        if (where != "?key=")
        {
            request.Headers.Add(where, "any");
        }

        using var response = await simulator.Http.SendAsync(request, Cancel);
        var models = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!;

        Assert.Contains(models["models"]!.AsArray(), model => model!["name"]!.GetValue<string>() == "models/gemini-4-hydrogen" && model["outputTokenLimit"]!.GetValue<int>() == 65_536);
    }

    private static HttpRequestMessage Request(TestSimulator simulator, string prompt, string method)
    {
        var body = WireRequest.Body(WireFormat.GenerateContent, prompt, streamed: false);
        body["systemInstruction"] = JsonNode.Parse("""{"parts":[{"text":"Be brief."}]}""");
        body["generationConfig"] = JsonNode.Parse("""
            {"maxOutputTokens":1000,"responseMimeType":"application/json","responseJsonSchema":{"type":"object"},"thinkingConfig":{"thinkingLevel":"low"}}
            """);
        return WireRequest.Post(WireFormat.GenerateContent, simulator.Server, "/models/gemini-4-hydrogen" + method, body.ToJsonString());
    }

    private static async Task<JsonNode> Generate(TestSimulator simulator, string prompt)
    {
        using var request = Request(simulator, prompt, ":generateContent");
        using var response = await simulator.Http.SendAsync(request, Cancel);
        response.EnsureSuccessStatusCode();
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!;
    }

    private static int[] Usage(JsonNode reply) =>
    [
        .. ((string[])["promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount", "totalTokenCount"])
            .Select(key => reply["usageMetadata"]![key]!.GetValue<int>()),
    ];
}
