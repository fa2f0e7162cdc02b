using Conclave.Agents;
using Conclave.Engine.Budget;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Tests.Fakes;
using Conclave.Tests.Simulator;

namespace Conclave.Tests.Agents;

/// <summary>What Anthropic's prompt cache wrote for five minutes and for an hour: counted apart, and priced apart.</summary>
public sealed class CacheWriteTests
{
    private const string Anthropic = "anthropic";
    private static readonly string Model = Vendors.Model(Anthropic);

    [Theory]
    // As the vendor sends it: the total, and its parts.
    [InlineData("""{"input_tokens":9,"cache_creation_input_tokens":30,"cache_read_input_tokens":4,"cache_creation":{"ephemeral_5m_input_tokens":10,"ephemeral_1h_input_tokens":20},"output_tokens":5}""", 43, 4, 30, 20)]
    [InlineData("""{"input_tokens":9,"cache_creation_input_tokens":30,"cache_creation":{"ephemeral_5m_input_tokens":30,"ephemeral_1h_input_tokens":0},"output_tokens":5}""", 39, 0, 30, 0)]
    // Servers in between that give only one of the two.
    [InlineData("""{"input_tokens":9,"cache_creation":{"ephemeral_5m_input_tokens":10,"ephemeral_1h_input_tokens":20},"output_tokens":5}""", 39, 0, 30, 20)]
    [InlineData("""{"input_tokens":9,"cache_creation":{"ephemeral_1h_input_tokens":20},"output_tokens":5}""", 29, 0, 20, 20)]
    [InlineData("""{"input_tokens":9,"cache_creation_input_tokens":30,"cache_creation":null,"output_tokens":5}""", 39, 0, 30, 0)]
    [InlineData("""{"input_tokens":9,"cache_creation_input_tokens":30,"cache_creation":{"ephemeral_1h_input_tokens":"all"},"output_tokens":5}""", 39, 0, 30, 0)]
    public async Task What_was_written_for_an_hour_is_counted_apart(string usage, long input, long read, long written, long hour)
    {
        Usage expected = new(input, read, written, 5, 0) { CacheWriteHourTokens = hour };

        Assert.Equal(expected, (await Reply(Streamed(start: usage, delta: """{"output_tokens":5}"""))).Tokens);
        Assert.Equal(expected, (await Reply(Streamed(start: """{"input_tokens":0,"output_tokens":0}""", delta: usage))).Tokens);
        Assert.Equal(expected, (await Reply(Whole(usage))).Tokens);
    }

    [Fact]
    public async Task A_later_count_replaces_an_earlier_one()
    {
        var outcome = await Reply(Streamed(
            start: """{"input_tokens":9,"cache_creation_input_tokens":3,"cache_creation":{"ephemeral_5m_input_tokens":1,"ephemeral_1h_input_tokens":2},"output_tokens":1}""",
            delta: """{"cache_creation_input_tokens":30,"cache_creation":{"ephemeral_5m_input_tokens":10,"ephemeral_1h_input_tokens":20},"output_tokens":5}"""));

        Assert.Equal(new Usage(39, 0, 30, 5, 0) { CacheWriteHourTokens = 20 }, outcome.Tokens);
    }

    [Fact]
    public async Task An_hour_that_is_more_than_all_that_was_written_is_not_believed_and_the_call_stays_at_its_worst_case()
    {
        var outcome = await Reply(Whole("""{"input_tokens":9,"cache_creation_input_tokens":30,"cache_creation":{"ephemeral_1h_input_tokens":31},"output_tokens":5}"""));

        Assert.False(outcome.Tokens!.IsPlausible);
        Assert.Equal(7m, BudgetPolicy.Settle(Price, outcome, reserved: 7m));
    }

    [Fact]
    public async Task Each_part_has_its_own_price()
    {
        // Opus 5.5: $4 in, $0.20 read, $5 written for five minutes, $8 for an hour, $20 out.
        var outcome = await Reply(Whole("""{"input_tokens":1000,"cache_read_input_tokens":2000,"cache_creation_input_tokens":50000,"cache_creation":{"ephemeral_5m_input_tokens":20000,"ephemeral_1h_input_tokens":30000},"output_tokens":100}"""));

        Assert.Equal(0.004m + 0.0004m + 0.1m + 0.24m + 0.002m, BudgetPolicy.Settle(Price, outcome, reserved: 7m));
    }

    [Fact]
    public async Task A_session_pays_what_its_vendor_wrote_at_the_price_of_each_part()
    {
        await using var simulator = await TestSimulator.Start("  - reply: At last.\n    cached_tokens: 100\n    cache_write_tokens: 900\n    cache_write_1h_tokens: 600\n");
        await using var gateway = Vendors.Gateway(Anthropic, new ProviderSettings(simulator.Server.BaseUrl(Anthropic), new Secret(Vendors.Key)) { AllowInsecureLoopback = true });
        var session = new TestSession($"""
            name: one
            version: 1
            inputs: {"{"} description: {"{"} required: true {"}}"}
            agents:
              one: {"{"} provider: {Anthropic}, model: {Model} {"}"}
            phases:
              ask: {"{"} agent: one, prompt: 'Say it: {new string('x', 12_000)}' {"}"}
            """)
        { Gateway = gateway };

        var state = await session.CreateAndRun();

        var attempt = Assert.Single(Assert.Single(state.Calls.Values).Attempts);
        var usage = attempt.Outcome!.Tokens!;
        Assert.Equal((100, 900, 600), (usage.CachedInputTokens, usage.CacheWriteTokens, usage.CacheWriteHourTokens));
        Assert.Equal((((usage.InputTokens - 1000) * 4m) + (100 * 0.2m) + (300 * 5m) + (600 * 8m) + (usage.OutputTokens * 20m)) / 1_000_000m, state.SpentUsd);
        Assert.Equal((SessionStatus.Succeeded, 0m), (state.Status, state.ReservedUsd));
    }

    private static ModelPrice Price => ModelCatalog.BuiltIn.Profile(Anthropic, Model, new FakeTimeProvider().GetUtcNow())!.Price!;

    private static async Task<CallOutcome> Reply(string body)
    {
        await using var server = await LoopbackServer.Start(200, body);
        return await Vendors.Ask(Anthropic, server.Url);
    }

    private static string Streamed(string start, string delta) => string.Concat(new[]
    {
        $$$"""{"type":"message_start","message":{"id":"msg_1","type":"message","model":"claude","content":[],"usage":{{{start}}}}}""",
        """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"Hello"}}""",
        """{"type":"content_block_stop","index":0}""",
        $$"""{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{{delta}}}""",
        """{"type":"message_stop"}""",
    }.Select(data => $"event: any\ndata: {data}\n\n"));

    private static string Whole(string usage) =>
        $$"""{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[{"type":"text","text":"Hello"}],"stop_reason":"end_turn","usage":{{usage}}}""";
}
