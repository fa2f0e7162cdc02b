using System.Text.Json.Nodes;
using Conclave.Agents;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Planning;

namespace Conclave.Tests.Agents;

/// <summary>What is sent: all that was asked for, in the vendor's words, and nothing that the model would not accept.</summary>
public sealed class RequestTests
{
    private static readonly OutputSchema Schema = new("my ballot!", """{"type":"object","properties":{"choice":{"type":"string"}},"required":["choice"],"additionalProperties":false}""");

    public static TheoryData<string, string> Models => [.. ModelCatalog.BuiltIn.Models.Select(model => (model.Provider, model.Model))];

    [Theory]
    [InlineData("openai", "/v1/responses", """
        {
          "model": "gpt-6.2-sol", "instructions": "You are terse.", "max_output_tokens": 1000, "store": false, "stream": true, "reasoning": {"effort": "high"}, "include": ["reasoning.encrypted_content"],
          "text": {"format": {"type": "json_schema", "name": "my_ballot_", "strict": true,
            "schema": {"type": "object", "properties": {"choice": {"type": "string"}}, "required": ["choice"], "additionalProperties": false}}},
          "input": [
            {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "A or B?"}]},
            {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "C", "annotations": []}]},
            {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "No: A or B?"}]}]
        }
        """)]
    [InlineData("compatible", "/v1/chat/completions", """
        {
          "model": "house-1", "max_tokens": 1000, "stream": true, "stream_options": {"include_usage": true},
          "response_format": {"type": "json_schema", "json_schema": {"name": "my_ballot_", "strict": true,
            "schema": {"type": "object", "properties": {"choice": {"type": "string"}}, "required": ["choice"], "additionalProperties": false}}},
          "messages": [{"role": "system", "content": "You are terse."}, {"role": "user", "content": "A or B?"}, {"role": "assistant", "content": "C"}, {"role": "user", "content": "No: A or B?"}]
        }
        """)]
    [InlineData("anthropic", "/v1/messages", """
        {
          "model": "claude-opus-5-5", "system": "You are terse.", "max_tokens": 1000, "stream": true,
          "output_config": {"effort": "high", "format": {"type": "json_schema",
            "schema": {"type": "object", "properties": {"choice": {"type": "string"}}, "required": ["choice"], "additionalProperties": false}}},
          "messages": [{"role": "user", "content": "A or B?"}, {"role": "assistant", "content": "C"}, {"role": "user", "content": "No: A or B?"}]
        }
        """)]
    [InlineData("gemini", "/v1beta/models/gemini-4-hydrogen:streamGenerateContent?alt=sse", """
        {
          "systemInstruction": {"parts": [{"text": "You are terse."}]},
          "generationConfig": {"maxOutputTokens": 1000, "thinkingConfig": {"thinkingLevel": "high"}, "responseMimeType": "application/json",
            "responseJsonSchema": {"type": "object", "properties": {"choice": {"type": "string"}}, "required": ["choice"], "additionalProperties": false}},
          "contents": [
            {"role": "user", "parts": [{"text": "A or B?"}]},
            {"role": "model", "parts": [{"text": "C"}]},
            {"role": "user", "parts": [{"text": "No: A or B?"}]}]
        }
        """)]
    public async Task A_question_with_everything_is_written_in_the_vendors_words(string provider, string target, string body)
    {
        var request = Vendors.Question(provider) with
        {
            Messages = [new ModelMessage(ModelRole.User, "A or B?"), new ModelMessage(ModelRole.Assistant, "C"), new ModelMessage(ModelRole.User, "No: A or B?")],
            Effort = "high",
            Output = Schema,
        };

        var seen = await Sent(request);

        Assert.Equal(("POST", target), (seen.Method, seen.Target));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(body), JsonNode.Parse(seen.Body)), seen.Body);
        Assert.Contains("content-type: application/json", seen.Headers, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task A_model_is_sent_only_what_it_accepts(string provider, string model)
    {
        var known = ModelCatalog.BuiltIn.Find(provider, model)!;
        foreach (var effort in new[] { null, "none", "minimal", "low", "medium", "high", "xhigh", "max", "HIGH", "" })
        {
            var seen = await Sent(Vendors.Question(provider, model) with { Effort = effort, MaxOutputTokens = int.MaxValue });

            var body = JsonNode.Parse(seen.Body)!.AsObject();
            var (allowed, limit, sentEffort) = provider switch
            {
                "openai" => ((string[])["model", "instructions", "input", "max_output_tokens", "store", "stream", "reasoning", "include"], body["max_output_tokens"], body["reasoning"]?["effort"]),
                "anthropic" => (["model", "system", "messages", "max_tokens", "stream", "output_config"], body["max_tokens"], body["output_config"]?["effort"]),
                _ => (["contents", "systemInstruction", "generationConfig"], body["generationConfig"]!["maxOutputTokens"], body["generationConfig"]!["thinkingConfig"]?["thinkingLevel"]),
            };
            Assert.Empty(body.Select(pair => pair.Key).Except(allowed));
            Assert.Equal(known.MaxOutputTokens, (int)limit!);
            Assert.Equal(known.Efforts.Contains(effort ?? "") ? effort : null, (string?)sentEffort);
            if (provider == "gemini")
            {
                Assert.Empty(body["generationConfig"]!.AsObject().Select(pair => pair.Key).Except(["maxOutputTokens", "thinkingConfig"]));
            }
        }
    }

    [Theory]
    [ForEachVendor(null)]
    [ForEachVendor("")]
    [ForEachVendor("  \n")]
    public async Task Instructions_that_say_nothing_are_left_out(string provider, string? system)
    {
        var body = JsonNode.Parse((await Sent(Vendors.Question(provider) with { System = system })).Body)!.AsObject();

        Assert.Empty(body.Select(pair => pair.Key).Intersect(["instructions", "system", "systemInstruction"]));
        Assert.DoesNotContain("\"system\"", body.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("openai", "/v1/responses")]
    [InlineData("anthropic", "/v1/messages")]
    [InlineData("compatible", "/v1/chat/completions")]
    [InlineData("gemini", "/v1beta/models/..%2F..%2Fsecret%3Fx=1%23y:streamGenerateContent?alt=sse")]
    public async Task A_model_that_nobody_knows_is_sent_no_effort_and_its_name_does_not_change_the_address(string provider, string target)
    {
        var seen = await Sent(Vendors.Question(provider, "../../secret?x=1#y") with { Effort = "high" });

        Assert.DoesNotContain("high", seen.Body, StringComparison.Ordinal);
        Assert.Equal(target, seen.Target);
    }

    [Theory]
    [ForEachVendor]
    public async Task Nothing_is_sent_before_the_first_event_is_asked_for(string provider)
    {
        await using var server = await LoopbackServer.Start(200, Vendors.Answer(provider, "Hello"));
        await using var gateway = Vendors.Gateway(provider, server.Url);

        var events = gateway.Stream(Vendors.Question(provider), default);
        await using (events.GetAsyncEnumerator())
        {
        }

        Assert.Empty(server.Seen);
    }

    [Theory]
    [ForEachVendor]
    public async Task A_base_address_may_end_in_a_slash_and_have_a_path(string provider)
    {
        await using var server = await LoopbackServer.Start(200, Vendors.Answer(provider, "Hello"));
        foreach (var path in new[] { "proxy/vendor", "proxy/vendor/" })
        {
            await using var gateway = Vendors.Gateway(provider, Vendors.Settings(provider, server.Url) with { BaseUrl = new Uri(server.Url, path) });
            await gateway.Ask(Vendors.Question(provider));
        }

        Assert.All(server.Seen, seen => Assert.StartsWith("/proxy/vendor/", seen.Target, StringComparison.Ordinal));
        Assert.Single(server.Seen.Select(seen => seen.Target).Distinct());
        Assert.DoesNotContain("//", server.Seen.First().Target, StringComparison.Ordinal);
    }

    private static async Task<SeenRequest> Sent(ModelRequest request)
    {
        await using var server = await LoopbackServer.Start(200, Vendors.Answer(request.Provider, "Hello"));
        await using var gateway = Vendors.Gateway(request.Provider, server.Url);
        await gateway.Ask(request);
        return server.Seen.Single();
    }
}
