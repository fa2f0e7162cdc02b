using System.Text;
using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;

namespace Conclave.Tests.Simulator;

/// <summary>The official .NET client of Anthropic, unchanged but for its address; it checks every reply against the vendor's schema.</summary>
public sealed class AnthropicClientTests
{
    private const string Scenario = """
          - match: { contains: please refuse }
            reply: That I won't do.
            fault: { kind: refusal }
          - match: { contains: at great length }
            reply: It was a dark and stormy night.
            fault: { kind: cut_off, after_chars: 13 }
          - match: { contains: too often }
            fault: { kind: rate_limit, retry_after: 7 }
          - match: { contains: too busy }
            fault: { kind: overloaded }
          - match: { vendor: anthropic, task: plan, contains: [Be brief., Plan it.] }
            reply: Grüße 😀, in several pieces
            tokens_per_second: 100
            thinking_tokens: 120
        """;

    private const string Prompt = "<task name=\"plan\">Plan it.</task>";
    private const string Answer = "Grüße 😀, in several pieces";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Messages_give_the_answer_and_its_usage()
    {
        await using var simulator = await TestSimulator.Start(Scenario);

        var message = await Client(simulator).Messages.Create(Ask(Prompt), Cancel);

        message.Validate();
        Assert.True(message.Content[0].TryPickThinking(out _));
        Assert.True(message.Content[1].TryPickText(out var text));
        Assert.Equal(Answer, text.Text);
        Assert.Equal(StopReason.EndTurn, message.StopReason!.Value());
        Assert.Equal(11, message.Usage.InputTokens);
        Assert.Equal(127, message.Usage.OutputTokens);
        Assert.Equal(120, message.Usage.OutputTokensDetails!.ThinkingTokens);
    }

    [Fact]
    public async Task Messages_stream_the_same_answer_with_cumulative_usage()
    {
        await using var simulator = await TestSimulator.Start(Scenario);
        var (text, deltas, stopped) = (new StringBuilder(), 0, false);
        var (start, end) = (default(RawMessageStartEvent), default(RawMessageDeltaEvent));

        await foreach (var happening in Client(simulator).Messages.CreateStreaming(Ask(Prompt), Cancel))
        {
            happening.Validate();
            if (happening.TryPickContentBlockDelta(out var delta) && delta.Delta.TryPickText(out var piece))
            {
                deltas++;
                text.Append(piece.Text);
            }

            start = happening.TryPickStart(out var first) ? first : start;
            end = happening.TryPickDelta(out var last) ? last : end;
            stopped = happening.TryPickStop(out _);
        }

        Assert.Equal(Answer, text.ToString());
        Assert.True(deltas > 2, $"only {deltas} deltas");
        Assert.Equal(11, start!.Message.Usage.InputTokens);
        Assert.Equal(127, end!.Usage.OutputTokens);
        Assert.Equal(StopReason.EndTurn, end.Delta.StopReason!.Value());
        Assert.True(stopped);
    }

    [Fact]
    public async Task Messages_tell_a_refusal_and_a_cut_off_answer_apart()
    {
        await using var simulator = await TestSimulator.Start(Scenario);

        var refused = await Client(simulator).Messages.Create(Ask("please refuse"), Cancel);
        var cut = await Client(simulator).Messages.Create(Ask("at great length"), Cancel);

        refused.Validate();
        Assert.Equal(StopReason.Refusal, refused.StopReason!.Value());
        Assert.Equal("That I won't do.", refused.StopDetails!.Explanation);
        Assert.Empty(refused.Content);
        Assert.Equal(StopReason.MaxTokens, cut.StopReason!.Value());
        Assert.True(cut.Content[0].TryPickText(out var text));
        Assert.Equal("It was a dark", text.Text);
    }

    [Fact]
    public async Task Limits_and_overload_come_as_the_clients_own_exceptions_with_a_request_id()
    {
        await using var simulator = await TestSimulator.Start(Scenario);

        var limited = await Assert.ThrowsAsync<AnthropicRateLimitException>(() => Client(simulator).Messages.Create(Ask("too often"), Cancel));
        var overloaded = await Assert.ThrowsAsync<AnthropicOverloadedException>(() => Client(simulator).Messages.Create(Ask("too busy"), Cancel));

        Assert.StartsWith("req_01", limited.RequestID, StringComparison.Ordinal);
        Assert.Contains(limited.RequestID!, limited.ResponseBody, StringComparison.Ordinal);
        Assert.Equal(529, (int)overloaded.StatusCode);
    }

    [Fact]
    public async Task A_key_is_checked_by_listing_the_models()
    {
        await using var simulator = await TestSimulator.Start(Scenario);

        var models = await Client(simulator).Models.List(cancellationToken: Cancel);

        Assert.Contains(models.Items, model => model.ID == "claude-opus-5-5");
    }

    private static MessageCreateParams Ask(string prompt) => new()
    {
        Model = "claude-opus-5-5",
        MaxTokens = 1000,
        System = "Be brief.",
        Messages = [new UserMessageParam(prompt)],
        Thinking = new ThinkingConfigAdaptive(),
    };

    private static AnthropicClient Client(TestSimulator simulator) => new()
    {
        ApiKey = "any-key",
        BaseUrl = simulator.Server.BaseUrl("anthropic").ToString(),
        MaxRetries = 0,
        ResponseValidation = true,
    };
}
