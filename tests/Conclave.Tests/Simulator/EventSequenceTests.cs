using System.Text.Json.Nodes;

namespace Conclave.Tests.Simulator;

/// <summary>Which events come, in which order, with which fields: the vendors' specifications, event by event.</summary>
public sealed class EventSequenceTests
{
    private const string Short = "  - reply: Hello.\n";
    private const string Thoughtful = "  - reply: Hello.\n    thinking_tokens: 9\n";

    private static readonly string[] ResponseFields =
    [
        "id", "object", "created_at", "status", "error", "incomplete_details", "instructions", "metadata", "model", "output", "parallel_tool_calls",
        "temperature", "tool_choice", "tools", "top_p", "usage",
    ];

    [Fact]
    public async Task A_streamed_response_has_all_its_events_numbered()
    {
        var events = await Stream(WireFormat.Responses, Short);

        Assert.Equal(
            [
                "response.created", "response.in_progress", "response.output_item.added", "response.content_part.added", "response.output_text.delta",
                "response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed",
            ],
            events.Select(item => item.Name));
        Assert.All(events, item => Assert.Equal(item.Name, item.Data["type"]!.GetValue<string>()));
        Assert.Equal(Enumerable.Range(0, 9), events.Select(item => item.Data["sequence_number"]!.GetValue<int>()));
        Assert.All([events[0], events[1], events[8]], item => AssertHas(item.Data["response"]!, ResponseFields));
        Assert.All([events[2], events[7]], item => AssertHas(item.Data["item"]!, "id", "type", "status", "role", "content"));
        Assert.All([events[3], events[6]], item => AssertHas(item.Data["part"]!, "type", "text", "annotations", "logprobs"));
        Assert.All([events[4], events[5]], item => AssertHas(item.Data, "item_id", "output_index", "content_index", "logprobs"));
        Assert.Null(events[0].Data["response"]!["usage"]);
        AssertHas(events[8].Data["response"]!["usage"]!, "input_tokens", "input_tokens_details", "output_tokens", "output_tokens_details", "total_tokens");
        AssertHas(events[8].Data["response"]!["usage"]!["input_tokens_details"]!, "cached_tokens", "cache_write_tokens");
    }

    [Fact]
    public async Task A_response_that_thought_streams_its_reasoning_item_first()
    {
        var events = await Stream(WireFormat.Responses, Thoughtful);

        var added = events.Where(item => item.Name == "response.output_item.added").Select(item => item.Data["item"]!["type"]!.GetValue<string>());
        Assert.Equal(["reasoning", "message"], added);
        Assert.All(events.Where(item => item.Name == "response.output_text.delta"), item => Assert.Equal(1, item.Data["output_index"]!.GetValue<int>()));
        Assert.Equal(2, events[^1].Data["response"]!["output"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_refused_response_streams_its_refusal()
    {
        var events = await Stream(WireFormat.Responses, "  - reply: Never.\n    fault: { kind: refusal }\n");

        Assert.Equal("Never.", Assert.Single(events, item => item.Name == "response.refusal.delta").Data["delta"]!.GetValue<string>());
        Assert.Equal("Never.", Assert.Single(events, item => item.Name == "response.refusal.done").Data["refusal"]!.GetValue<string>());
        Assert.DoesNotContain(events, item => item.Name.StartsWith("response.output_text", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cut_off_response_ends_as_incomplete()
    {
        var events = await Stream(WireFormat.Responses, "  - reply: Hello.\n    fault: { kind: cut_off, after_chars: 2 }\n");

        Assert.Equal("response.incomplete", events[^1].Name);
        Assert.Equal("max_output_tokens", events[^1].Data["response"]!["incomplete_details"]!["reason"]!.GetValue<string>());
        Assert.Equal("He", events[^1].Data["response"]!["output"]![0]!["content"]![0]!["text"]!.GetValue<string>());
    }

    [Fact]
    public async Task Chat_chunks_begin_with_the_role_and_end_with_the_finish()
    {
        var events = await Stream(WireFormat.Chat, Short);

        Assert.All(events, item => Assert.Equal("message", item.Name));
        Assert.All(events, item => AssertHas(item.Data, "id", "object", "created", "model", "choices"));
        Assert.Equal("assistant", events[0].Data["choices"]![0]!["delta"]!["role"]!.GetValue<string>());
        Assert.Equal("Hello.", events[1].Data["choices"]![0]!["delta"]!["content"]!.GetValue<string>());
        Assert.Equal("stop", events[2].Data["choices"]![0]!["finish_reason"]!.GetValue<string>());
        Assert.Equal(3, events.Count);
    }

    [Fact]
    public async Task Messages_send_every_event_with_its_name_and_a_ping()
    {
        var events = await Stream(WireFormat.Messages, Short);

        Assert.Equal(
            ["message_start", "content_block_start", "ping", "content_block_delta", "content_block_stop", "message_delta", "message_stop"],
            events.Select(item => item.Name));
        Assert.All(events, item => Assert.Equal(item.Name, item.Data["type"]!.GetValue<string>()));
        AssertHas(events[0].Data["message"]!, "id", "type", "role", "model", "content", "stop_reason", "stop_sequence", "stop_details", "usage");
        AssertHas(events[0].Data["message"]!["usage"]!, "input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "service_tier");
        AssertHas(events[5].Data["delta"]!, "stop_reason", "stop_sequence");
        Assert.Equal(2, events[5].Data["usage"]!["output_tokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task Messages_that_thought_stream_a_signed_thinking_block_first()
    {
        var events = await Stream(WireFormat.Messages, Thoughtful);

        Assert.Equal("thinking", events[1].Data["content_block"]!["type"]!.GetValue<string>());
        Assert.Equal("signature_delta", events[2].Data["delta"]!["type"]!.GetValue<string>());
        Assert.Equal("text", events[4].Data["content_block"]!["type"]!.GetValue<string>());
        Assert.Equal(1, events[4].Data["index"]!.GetValue<int>());
    }

    [Fact]
    public async Task An_answer_longer_than_the_requests_limit_is_cut_there()
    {
        await using var simulator = await TestSimulator.Start("  - reply: It was a dark and stormy night.\n    thinking_tokens: 2\n");
        var body = WireRequest.Body(WireFormat.Messages, "Tell a story", streamed: false);
        body["max_tokens"] = 5;
        using var request = WireRequest.Post(WireFormat.Messages, simulator.Server, "/v1/messages", body.ToJsonString());
        using var response = await simulator.Http.SendAsync(request, TestContext.Current.CancellationToken);

        var message = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

        Assert.Equal("It was a dar", message["content"]![1]!["text"]!.GetValue<string>());
        Assert.Equal("max_tokens", message["stop_reason"]!.GetValue<string>());
        Assert.Equal(5, message["usage"]!["output_tokens"]!.GetValue<int>());
        Assert.Equal("cut_off", Assert.Single(simulator.Calls()).End!.Outcome);
    }

    [Theory]
    [MemberData(nameof(WireRequest.Everything), MemberType = typeof(WireRequest))]
    public async Task Text_of_every_kind_arrives_as_it_stands_in_the_scenario(WireFormat format, bool streamed)
    {
        await using var simulator = await TestSimulator.Start("  - reply: \"a\\\"b\\\\c\\nd\\u0001 <x> 漢字 😀😀😀 ​\"\n    tokens_per_second: 50\n");

        var (_, body) = await simulator.Ask(format, "go", streamed);

        Assert.Equal("a\"b\\c\nd\u0001 <x> 漢字 😀😀😀 ​", streamed ? ServerSentEvents.Text(format, body) : ServerSentEvents.WholeText(format, body));
    }

    private static async Task<IReadOnlyList<(string Name, JsonNode Data)>> Stream(WireFormat format, string answers)
    {
        await using var simulator = await TestSimulator.Start(answers);
        var (status, body) = await simulator.Ask(format, "go", streamed: true);
        Assert.Equal(200, status);
        return ServerSentEvents.Of(body);
    }

    private static void AssertHas(JsonNode node, params string[] fields) =>
        Assert.All(fields, field => Assert.True(node.AsObject().ContainsKey(field), $"{field} is missing in {node.ToJsonString()}"));
}
