using System.Text.Json.Nodes;
using Conclave.Simulator.Ledgers;
using Conclave.Simulator.Wire;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Simulator;

/// <summary>How long a reply takes, by a clock that jumps.</summary>
public sealed class PaceTests
{
    // 58 characters are 15 tokens.
    private const string Reply = "It was a dark and stormy night; the rain fell in torrents.";

    [Theory]
    [MemberData(nameof(WireRequest.Everything), MemberType = typeof(WireRequest))]
    public async Task A_reply_takes_its_latency_and_its_tokens(WireFormat format, bool streamed)
    {
        var call = await Ask($"  - reply: {Reply}\n    latency: 300ms\n    tokens_per_second: 10\n", format, streamed);

        Assert.Equal(TimeSpan.FromSeconds(1.8), call.End!.Time - call.Time);
    }

    [Fact]
    public async Task What_a_rule_does_not_say_comes_from_the_options()
    {
        var call = await Ask($"  - reply: {Reply}\n", WireFormat.Messages, streamed: true, latency: TimeSpan.FromSeconds(2), tokensPerSecond: 5);

        Assert.Equal(TimeSpan.FromSeconds(5), call.End!.Time - call.Time);
    }

    [Fact]
    public async Task An_error_comes_at_once_unless_its_rule_has_a_latency()
    {
        var quick = await Ask("  - fault: { kind: overloaded }\n", WireFormat.Chat, streamed: false, latency: TimeSpan.FromSeconds(2));
        var late = await Ask("  - fault: { kind: overloaded }\n    latency: 3s\n", WireFormat.Chat, streamed: false);

        Assert.Equal(TimeSpan.Zero, quick.End!.Time - quick.Time);
        Assert.Equal(TimeSpan.FromSeconds(3), late.End!.Time - late.Time);
    }

    [Fact]
    public async Task A_fast_reply_streams_in_few_large_events()
    {
        var text = string.Concat(Enumerable.Repeat("0123456789", 1000));
        await using var simulator = await TestSimulator.Start($"  - reply: \"{text}\"\n");

        var (_, body) = await simulator.Ask(WireFormat.Chat, "go", streamed: true);

        Assert.Equal(10, ServerSentEvents.Of(body).Count(item => item.Data["choices"]!.AsArray() is [JsonObject choice] && choice["delta"]!["content"]?.GetValue<string>() is { Length: > 0 }));
        Assert.Equal(text, ServerSentEvents.Text(WireFormat.Chat, body));
    }

    [Theory]
    [InlineData("", 4)]
    [InlineData("abcdefgh", 4)]
    [InlineData("abcdefghi", 4)]
    [InlineData("a😀😀b😀", 2)]
    [InlineData("😀😀", 1)]
    public void Pieces_never_tear_a_character_apart(string text, int chars)
    {
        var pieces = TextPieces.Split(text, chars);

        Assert.Equal(text, string.Concat(pieces));
        Assert.All(pieces, piece => Assert.False(piece.Length == 0 || char.IsHighSurrogate(piece[^1]) || char.IsLowSurrogate(piece[0])));
    }

    private static async Task<LedgerCall> Ask(string answers, WireFormat format, bool streamed, TimeSpan? latency = null, int tokensPerSecond = 400)
    {
        await using var simulator = await TestSimulator.Start(answers, clock: new FakeTimeProvider { SkipsWaits = true }, latency: latency, tokensPerSecond: tokensPerSecond);
        await simulator.Ask(format, "go", streamed);
        return Assert.Single(simulator.Calls());
    }
}
