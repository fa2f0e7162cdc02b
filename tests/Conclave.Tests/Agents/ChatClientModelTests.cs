using System.ClientModel;
using System.Net;
using System.Runtime.CompilerServices;
using Conclave.Agents;
using Conclave.Agents.ChatClients;
using Conclave.Engine.Budget;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Planning;
using Conclave.Tests.Fakes;
using Microsoft.Extensions.AI;

namespace Conclave.Tests.Agents;

/// <summary>Any chat client as a model of ours.</summary>
public sealed class ChatClientModelTests
{
    private static readonly ModelRequest Question = Vendors.Question("openai") with { Effort = "high" };

    [Fact]
    public async Task An_answer_comes_with_its_text_thinking_calls_usage_and_stop_reason()
    {
        var client = new FakeChatClient(
            new ChatResponseUpdate(ChatRole.Assistant, [new TextReasoningContent("Hm.") { ProtectedData = "sealed" }]),
            new ChatResponseUpdate(ChatRole.Assistant, "Hel") { ModelId = "m", ResponseId = "r1" },
            new ChatResponseUpdate(ChatRole.Assistant, "lo"),
            new ChatResponseUpdate(ChatRole.Assistant, [new FunctionCallContent("c1", "weather", new Dictionary<string, object?> { ["city"] = "Bern" })]),
            new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(new UsageDetails { InputTokenCount = 10, OutputTokenCount = 5, CachedInputTokenCount = 3, ReasoningTokenCount = 2 })]) { FinishReason = ChatFinishReason.ToolCalls });

        var heard = await Model(client).Ask(Question);

        var answered = Assert.IsType<CallOutcome.Answered>(heard.Outcome);
        Assert.Equal(("Hello", "Hello", 1, new Usage(10, 3, 0, 5, 2), "m", "r1", "tool_calls"), (heard.Streamed, answered.Answer.Text, heard.Thoughts, answered.Usage, answered.ResponseModel, answered.RequestId, answered.StopReason));
        Assert.Equal("c1 weather {\"city\":\"Bern\"}", Assert.Single(answered.Calls!.Value.Select(call => ExpectedAnswer.Call(call.Id, call.Name, call.Arguments.Text))));
        Assert.Equal(ReasoningEffort.High, client.Options!.Reasoning!.Effort);
        Assert.Equal(1000, client.Options.MaxOutputTokens);
        Assert.Null(client.Options.Temperature);

        await Model(client).Ask(Question with
        {
            Messages =
            [
                new ModelMessage(ModelRole.User, "Which weather?"),
                new ModelMessage(ModelRole.Assistant, "Hello") { Turn = answered.Turn!.Text },
                new ModelMessage(ModelRole.User, "") { Results = [new ToolResult("c1", "weather", "sunny")] },
            ],
        });
        Assert.Equal(["system", "user", "assistant", "tool"], client.Messages.Select(message => message.Role.Value));
        Assert.Equal(
            ["TextReasoningContent", "TextContent", "FunctionCallContent"],
            client.Messages[2].Contents.Select(content => content.GetType().Name));
        Assert.Equal("sealed", Assert.IsType<TextReasoningContent>(client.Messages[2].Contents[0]).ProtectedData);
    }

    [Fact]
    public async Task A_schema_and_tools_are_passed_on()
    {
        var client = new FakeChatClient(Text("{}", ChatFinishReason.Stop));

        await Model(client).Ask(Question with { Output = new OutputSchema("x", """{"type":"object"}"""), Tools = [new ToolDefinition("f", "Does.", """{"type":"object"}""")] });

        Assert.Equal("x", Assert.IsType<ChatResponseFormatJson>(client.Options!.ResponseFormat).SchemaName);
        Assert.Equal("f", Assert.Single(client.Options.Tools!).Name);
    }

    [Fact]
    public async Task Every_ending_has_its_outcome()
    {
        Assert.IsType<CallOutcome.CutOff>(await End(Text("Hel", ChatFinishReason.Length)));
        Assert.IsType<CallOutcome.Refused>(await End(Text("Hel", ChatFinishReason.ContentFilter)));
        Assert.Equal("new", Assert.IsType<CallOutcome.Refused>(await End(Text("Hel", new ChatFinishReason("new")))).Reason);
        Assert.IsType<CallOutcome.Empty>(await End(Text(" ", ChatFinishReason.Stop)));
        Assert.Equal("Hel", Assert.IsType<CallOutcome.InDoubt>(await End(Text("Hel", null))).Partial?.Text);
        Assert.IsType<CallOutcome.InDoubt>(await End());
        Assert.Equal("broken", Assert.IsType<CallOutcome.Failed>(await End(new ChatResponseUpdate(ChatRole.Assistant, [new ErrorContent("broken")]))).Message);
    }

    [Fact]
    public async Task What_the_client_throws_is_an_outcome()
    {
        Assert.IsType<CallOutcome.RateLimited>(await Thrown(new HttpRequestException("slow", null, HttpStatusCode.TooManyRequests)));
        Assert.Equal(RejectionKind.BadKey, Assert.IsType<CallOutcome.Rejected>(await Thrown(new HttpRequestException("no", null, HttpStatusCode.Unauthorized))).Reason);
        Assert.IsType<CallOutcome.NotSent>(await Thrown(new HttpRequestException(HttpRequestError.ConnectionError, "refused")));
        Assert.IsType<CallOutcome.InDoubt>(await Thrown(new ClientResultException("what?")));
        Assert.IsType<CallOutcome.InDoubt>(await Thrown(new InvalidOperationException("what?")));
        Assert.Equal("Hel", Assert.IsType<CallOutcome.InDoubt>((await Model(new FakeChatClient(Text("Hel", null)) { Error = new IOException("cut") }).Ask(Question)).Outcome).Partial?.Text);
    }

    [Fact]
    public async Task A_client_that_takes_too_long_is_in_doubt_and_a_wish_to_stop_is_one()
    {
        var clock = new FakeTimeProvider();
        var slow = new FakeChatClient { IsSilent = true };
        var asking = new ChatClientModel(slow, ModelCatalog.BuiltIn, TimeSpan.FromMinutes(5), clock).Ask(Question);
        await slow.Asked.Task;
        clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Contains("00:05:00", Assert.IsType<CallOutcome.InDoubt>((await asking).Outcome).Message, StringComparison.Ordinal);

        using var stop = new CancellationTokenSource();
        var other = new FakeChatClient { IsSilent = true };
        var stopped = Model(other).Ask(Question, stop.Token);
        await other.Asked.Task;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped);
    }

    private static ChatResponseUpdate Text(string text, ChatFinishReason? finish) => new(ChatRole.Assistant, text) { FinishReason = finish };

    private static ChatClientModel Model(IChatClient client) => new(client, ModelCatalog.BuiltIn, TimeSpan.FromMinutes(5), new FakeTimeProvider());

    private static async Task<CallOutcome> End(params ChatResponseUpdate[] updates) => (await Model(new FakeChatClient(updates)).Ask(Question)).Outcome;

    private static async Task<CallOutcome> Thrown(Exception error) => (await Model(new FakeChatClient { Error = error }).Ask(Question)).Outcome;

    private sealed class FakeChatClient(params ChatResponseUpdate[] updates) : IChatClient
    {
        public ChatOptions? Options { get; private set; }

        public List<ChatMessage> Messages { get; private set; } = [];

        public Exception? Error { get; init; }

        public bool IsSilent { get; init; }

        public TaskCompletionSource Asked { get; } = new();

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            (Messages, Options) = ([.. messages], options);
            Asked.TrySetResult();
            foreach (var update in updates)
            {
                yield return update;
            }

            await Task.Delay(IsSilent ? Timeout.Infinite : 0, cancellationToken);
            if (Error is not null)
            {
                throw Error;
            }
        }

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
