using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Conclave.Agents;
using Conclave.Engine;
using Conclave.Engine.Execution.Calls;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Agents;

/// <summary>What tests say in each vendor's words, and how they ask each vendor's client.</summary>
public static class Vendors
{
    public const string Key = "sk-canary-0123456789abcdef";

    /// <summary>A server that speaks Chat Completions.</summary>
    public const string Compatible = "compatible";

    /// <summary>One provider for each protocol.</summary>
    public static readonly ImmutableArray<string> All = [.. ProviderNames.All, Compatible];

    public static string Model(string provider) => provider switch
    {
        Compatible => "house-1",
        "openai" => "gpt-6.2-sol",
        "anthropic" => "claude-opus-5-5",
        _ => "gemini-4-hydrogen",
    };

    /// <summary>The vendor's address at a server.</summary>
    public static Uri Endpoint(string provider, Uri server) => new(server, provider switch
    {
        "openai" or Compatible => "/v1",
        "gemini" => "/v1beta",
        _ => "/",
    });

    public static ProviderSettings Settings(string provider, Uri server) => new(Endpoint(provider, server), new Secret(Key)) { AllowInsecureLoopback = true, Protocol = provider == Compatible ? WireProtocol.Chat : null };

    public static ModelGateway Gateway(string provider, Uri server, TimeProvider? clock = null) => Gateway(provider, Settings(provider, server), clock);

    public static ModelGateway Gateway(string provider, ProviderSettings settings, TimeProvider? clock = null) =>
        new(new GatewaySettings(ImmutableDictionary<string, ProviderSettings>.Empty.Add(provider, settings)), ModelCatalog.BuiltIn, clock ?? new FakeTimeProvider());

    public static ModelRequest Question(string provider, string? model = null) =>
        new(provider, model ?? Model(provider), "You are terse.", [new ModelMessage(ModelRole.User, "Say hello.")], 1000, null, null);

    /// <summary>Asks once and keeps what was heard. There must be one end, and nothing after it.</summary>
    public static async Task<Heard> Ask(this IModelClient client, ModelRequest request, CancellationToken cancel = default)
    {
        var (text, thoughts, outcome) = (new StringBuilder(), 0, (CallOutcome?)null);
        await foreach (var happening in client.Stream(request, cancel))
        {
            Assert.Null(outcome);
            switch (happening)
            {
                case ModelEvent.Delta delta:
                    text.Append(delta.Text);
                    break;
                case ModelEvent.Thinking:
                    thoughts++;
                    break;
                case ModelEvent.Ended ended:
                    outcome = ended.Outcome;
                    break;
                default:
                    break;
            }
        }

        Assert.NotNull(outcome);
        return new Heard(text.ToString(), thoughts, outcome);
    }

    /// <summary>Asks a server once.</summary>
    public static async Task<CallOutcome> Ask(string provider, Uri server)
    {
        await using var gateway = Gateway(provider, server);
        return (await gateway.Ask(Question(provider))).Outcome;
    }

    /// <summary>Asks once, as these settings say.</summary>
    public static async Task<CallOutcome> Ask(string provider, ProviderSettings settings, TimeProvider? clock = null)
    {
        await using var gateway = Gateway(provider, settings, clock);
        return (await gateway.Ask(Question(provider))).Outcome;
    }

    /// <summary>The name of an outcome's class, with the reason of a rejection.</summary>
    public static string Describe(CallOutcome outcome) => outcome is CallOutcome.Rejected rejected ? $"Rejected {rejected.Reason}" : outcome.GetType().Name;

    /// <summary>A whole streamed answer whose text comes in pieces. For all vendors: 10 tokens in, 5 out.</summary>
    public static string Answer(string provider, params string[] pieces) => Beginning(provider, pieces) + Ending(provider, string.Concat(pieces));

    /// <summary>A streamed answer without the event that ends it.</summary>
    public static string Beginning(string provider, params string[] pieces) => provider switch
    {
        "openai" => Event("response.created", """{"type":"response.created","response":{"id":"resp_1","object":"response","status":"in_progress","output":[]}}""")
            + string.Concat(pieces.Select(piece => Event("response.output_text.delta", $$"""{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":{{Quoted(piece)}}}"""))),
        "anthropic" => Event("message_start", """{"type":"message_start","message":{"id":"msg_1","type":"message","model":"claude","content":[],"usage":{"input_tokens":10,"output_tokens":1}}}""")
            + Event("content_block_start", """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""")
            + string.Concat(pieces.Select(piece => Event("content_block_delta", $$$"""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":{{{Quoted(piece)}}}}}"""))),
        Compatible => Chunk("""{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}""") + string.Concat(pieces.Select(piece => Chunk($$$"""{"index":0,"delta":{"content":{{{Quoted(piece)}}}},"finish_reason":null}"""))),
        _ => string.Concat(pieces.Select(piece => $$$"""data: {"candidates":[{"content":{"role":"model","parts":[{"text":{{{Quoted(piece)}}}}]},"index":0}],"responseId":"gem_1"}""" + "\r\n\r\n")),
    };

    /// <summary>The event or events that end an answer.</summary>
    public static string Ending(string provider, string text) => provider switch
    {
        "openai" => Event("response.completed", $$$"""{"type":"response.completed","response":{"id":"resp_1","object":"response","model":"gpt","status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":{{{Quoted(text)}}}}]}],"usage":{"input_tokens":10,"output_tokens":5} } }"""),
        "anthropic" => Event("content_block_stop", """{"type":"content_block_stop","index":0}""")
            + Event("message_delta", """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":5}}""")
            + Event("message_stop", """{"type":"message_stop"}"""),
        Compatible => Chunk("""{"index":0,"delta":{},"finish_reason":"stop"}""")
            + """data: {"id":"chat_1","object":"chat.completion.chunk","model":"house","choices":[],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}""" + "\n\ndata: [DONE]\n\n",
        _ => """data: {"candidates":[{"content":{"role":"model","parts":[{"text":""}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":5},"modelVersion":"gemini","responseId":"gem_1"}""" + "\r\n\r\n",
    };

    /// <summary>A whole answer of a server that does not stream. For all vendors: 10 tokens in, 5 out.</summary>
    public static string Document(string provider, string text) => provider switch
    {
        "openai" => $$$"""{"id":"resp_1","object":"response","model":"gpt","status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":{{{Quoted(text)}}}}]}],"usage":{"input_tokens":10,"output_tokens":5}}""",
        "anthropic" => $$$"""{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[{"type":"text","text":{{{Quoted(text)}}}}],"stop_reason":"end_turn","usage":{"input_tokens":10,"output_tokens":5}}""",
        Compatible => $$$"""{"id":"chat_1","object":"chat.completion","model":"house","choices":[{"index":0,"message":{"role":"assistant","content":{{{Quoted(text)}}}},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}""",
        _ => $$$"""{"candidates":[{"content":{"role":"model","parts":[{"text":{{{Quoted(text)}}}}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":5},"modelVersion":"gemini","responseId":"gem_1"}""",
    };

    /// <summary>An error's body.</summary>
    public static string Error(string provider, string code, string message) => provider switch
    {
        "openai" or Compatible => $$$"""{"error":{"message":{{{Quoted(message)}}},"type":"some_error","param":null,"code":{{{Quoted(code)}}}}}""",
        "anthropic" => $$$"""{"type":"error","error":{"type":{{{Quoted(code)}}},"message":{{{Quoted(message)}}}},"request_id":"req_body"}""",
        _ => $$$"""{"error":{"code":0,"message":{{{Quoted(message)}}},"status":{{{Quoted(code)}}}}}""",
    };

    /// <summary>The head of a good reply whose end is the end of the connection.</summary>
    public const string StreamHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";

    private static string Chunk(string choice) => $$"""data: {"id":"chat_1","object":"chat.completion.chunk","model":"house","choices":[{{choice}}]}""" + "\n\n";

    private static string Event(string name, string data) => $"event: {name}\ndata: {data}\n\n";

    // Letters of all scripts as they are, so that a cut may fall into the middle of one.
    private static string Quoted(string text) => JsonSerializer.Serialize(text, EngineJson.Options);
}

/// <summary>What a caller heard of one attempt.</summary>
/// <param name="Streamed">The text as it came, piece by piece.</param>
public sealed record Heard(string Streamed, int Thoughts, CallOutcome Outcome);
