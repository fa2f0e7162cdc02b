// The vendor's client for Responses is marked experimental; it is the one that the product uses.
#pragma warning disable OPENAI001

using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Models;
using OpenAI.Responses;

namespace Conclave.Tests.Simulator;

/// <summary>The official .NET client of OpenAI, unchanged but for its address.</summary>
public sealed class OpenAIClientTests
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
          - match: { vendor: openai, task: plan }
            reply: "{\"greeting\":\"Grüße 😀, in several pieces\"}"
            tokens_per_second: 100
            thinking_tokens: 120
        """;

    private const string Prompt = "<task name=\"plan\">Plan it.</task>";
    private const string Answer = "{\"greeting\":\"Grüße 😀, in several pieces\"}";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Responses_give_the_answer_its_usage_and_rate_limits()
    {
        await using var simulator = await TestSimulator.Start(Scenario);

        var result = await Responses(simulator).CreateResponseAsync(Options(Prompt), Cancel);

        Assert.Equal(Answer, result.Value.GetOutputText());
        Assert.Equal(ResponseStatus.Completed, result.Value.Status);
        Assert.Equal("gpt-6.2-sol", result.Value.Model);
        Assert.Equal(11, result.Value.Usage.InputTokenCount);
        Assert.Equal(131, result.Value.Usage.OutputTokenCount);
        Assert.Equal(120, result.Value.Usage.OutputTokenDetails.ReasoningTokenCount);
        Assert.IsType<ReasoningResponseItem>(result.Value.OutputItems[0]);
        Assert.True(result.GetRawResponse().Headers.TryGetValue("x-ratelimit-remaining-requests", out var remaining) && remaining == "9999");
        Assert.True(result.GetRawResponse().Headers.TryGetValue("x-request-id", out var id) && id!.StartsWith("req_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Responses_stream_the_same_answer_and_end_with_the_whole_response()
    {
        await using var simulator = await TestSimulator.Start(Scenario);
        var (text, deltas, last) = (new StringBuilder(), 0, default(StreamingResponseUpdate));
        var options = Options(Prompt);
        options.StreamingEnabled = true;

        await foreach (var update in await Responses(simulator).CreateResponseStreamingAsync(options, Cancel))
        {
            if (update is StreamingResponseOutputTextDeltaUpdate delta)
            {
                deltas++;
                text.Append(delta.Delta);
            }

            last = update;
        }

        Assert.Equal(Answer, text.ToString());
        Assert.True(deltas > 3, $"only {deltas} deltas");
        var completed = Assert.IsType<StreamingResponseCompletedUpdate>(last);
        Assert.Equal(Answer, completed.Response.GetOutputText());
        Assert.Equal(131, completed.Response.Usage.OutputTokenCount);
    }

    [Fact]
    public async Task Responses_tell_a_refusal_and_a_cut_off_answer_apart()
    {
        await using var simulator = await TestSimulator.Start(Scenario);

        var refused = await Responses(simulator).CreateResponseAsync(Options("please refuse"), Cancel);
        var cut = await Responses(simulator).CreateResponseAsync(Options("at great length"), Cancel);

        var message = Assert.IsAssignableFrom<MessageResponseItem>(Assert.Single(refused.Value.OutputItems));
        Assert.Equal("That I won't do.", Assert.Single(message.Content).Refusal);
        Assert.Equal(ResponseStatus.Incomplete, cut.Value.Status);
        Assert.Equal(ResponseIncompleteStatusReason.MaxOutputTokens, cut.Value.IncompleteStatusDetails.Reason);
        Assert.Equal("It was a dark", cut.Value.GetOutputText());
    }

    [Fact]
    public async Task Chat_completions_give_and_stream_the_answer()
    {
        await using var simulator = await TestSimulator.Start(Scenario);
        var chat = Client(simulator).GetChatClient("gpt-6.2-sol");
        ChatMessage[] messages = [new SystemChatMessage("Be brief."), new UserChatMessage(Prompt)];
        var (text, usage, finish) = (new StringBuilder(), default(ChatTokenUsage), default(ChatFinishReason?));

        ChatCompletion whole = await chat.CompleteChatAsync(messages, new ChatCompletionOptions { MaxOutputTokenCount = 500 }, Cancel);
        await foreach (var update in chat.CompleteChatStreamingAsync(messages, cancellationToken: Cancel))
        {
            text.Append(string.Concat(update.ContentUpdate.Select(part => part.Text)));
            usage = update.Usage ?? usage;
            finish = update.FinishReason ?? finish;
        }

        Assert.Equal(Answer, whole.Content[0].Text);
        Assert.Equal(ChatFinishReason.Stop, whole.FinishReason);
        Assert.Equal(131, whole.Usage.OutputTokenCount);
        Assert.Equal(120, whole.Usage.OutputTokenDetails.ReasoningTokenCount);
        Assert.Equal(Answer, text.ToString());
        Assert.Equal(131, usage!.OutputTokenCount);
        Assert.Equal(ChatFinishReason.Stop, finish);
    }

    [Fact]
    public async Task Chat_completions_tell_a_refusal_and_a_cut_off_answer_apart()
    {
        await using var simulator = await TestSimulator.Start(Scenario);
        var chat = Client(simulator).GetChatClient("gpt-6.2-sol");

        ChatCompletion refused = await chat.CompleteChatAsync([new UserChatMessage("please refuse")], cancellationToken: Cancel);
        ChatCompletion cut = await chat.CompleteChatAsync([new UserChatMessage("at great length")], cancellationToken: Cancel);

        Assert.Equal("That I won't do.", refused.Refusal);
        Assert.Equal(ChatFinishReason.Length, cut.FinishReason);
        Assert.Equal("It was a dark", cut.Content[0].Text);
    }

    [Fact]
    public async Task A_rate_limit_reaches_the_client_with_its_wait()
    {
        await using var simulator = await TestSimulator.Start(Scenario);

        var error = await Assert.ThrowsAsync<ClientResultException>(() => Responses(simulator).CreateResponseAsync(Options("too often"), Cancel));

        Assert.Equal(429, error.Status);
        Assert.True(error.GetRawResponse()!.Headers.TryGetValue("retry-after", out var wait) && wait == "7");
    }

    [Fact]
    public async Task A_key_is_checked_by_listing_the_models()
    {
        await using var simulator = await TestSimulator.Start(Scenario);

        OpenAIModelCollection models = await Client(simulator).GetOpenAIModelClient().GetModelsAsync(Cancel);

        Assert.Contains(models, model => model.Id == "gpt-6.2-sol");
    }

    private static CreateResponseOptions Options(string prompt) => new()
    {
        Model = "gpt-6.2-sol",
        Instructions = "Be brief.",
        InputItems = { ResponseItem.CreateUserMessageItem(prompt) },
        MaxOutputTokenCount = 1000,
        StoredOutputEnabled = false,
        TextOptions = new ResponseTextOptions
        {
            TextFormat = ResponseTextFormat.CreateJsonSchemaFormat("greeting", BinaryData.FromString("""{"type":"object","properties":{"greeting":{"type":"string"}},"required":["greeting"],"additionalProperties":false}"""), jsonSchemaIsStrict: true),
        },
    };

    private static ResponsesClient Responses(TestSimulator simulator) => new(
        new ApiKeyCredential("any-key"),
        new ResponsesClientOptions { Endpoint = simulator.Server.BaseUrl("openai"), RetryPolicy = new ClientRetryPolicy(0) });

    private static OpenAIClient Client(TestSimulator simulator) => new(
        new ApiKeyCredential("any-key"),
        new OpenAIClientOptions { Endpoint = simulator.Server.BaseUrl("openai"), RetryPolicy = new ClientRetryPolicy(0) });
}
