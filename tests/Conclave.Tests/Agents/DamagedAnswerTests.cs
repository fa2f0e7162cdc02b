using Conclave.Engine.Execution.Calls;
using Microsoft.AspNetCore.Http;

namespace Conclave.Tests.Agents;

/// <summary>Answers that were damaged at random places (always the same ones) come to some outcome, and never to an exception.</summary>
public sealed class DamagedAnswerTests
{
    private const int Rounds = 400;

    private static readonly string[] OtherValues = ["null", "7", "-1", "1e400", "0.5", "\"x\"", "\"\"", "true", "[]", "{}", "[null]", "[[]]", "[{}]", "{\"type\":7}", "\"\\ud800\"", "\"\\udc00\\ud800\"", "NaN", ""];

    [Theory]
    [ForEachVendor]
    public async Task A_damaged_answer_comes_to_an_outcome(string provider)
    {
        string[] bodies = [Vendors.Answer(provider, "Hel", "lo"), .. Whole(provider), .. RecordedExchange.Good(provider).Where(record => record.IsStream).Select(record => record.Body)];
        var random = new Random(20261122);
        var body = "";
        await using var server = await LoopbackServer.Start(context => context.Response.WriteAsync(body));
        await using var gateway = Vendors.Gateway(provider, server.Url);
        for (var round = 0; round < Rounds; round++)
        {
            body = Damage(bodies[round % bodies.Length], random);
            try
            {
                await gateway.Ask(Vendors.Question(provider));
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                throw new InvalidOperationException($"round {round}: {body}", error);
            }
        }
    }

    [Theory]
    [ForEachVendor]
    public async Task A_damaged_error_keeps_the_meaning_of_its_status(string provider)
    {
        const string Details = """{"error":{"code":429,"message":"m","type":"t","status":"RESOURCE_EXHAUSTED","details":[{"retryDelay":"3s"},{"violations":[{"quotaId":"q"}]},{"reason":"r"}]},"request_id":"r"}""";
        var random = new Random(20261122);
        var body = "";
        await using var server = await LoopbackServer.Start(context =>
        {
            context.Response.StatusCode = 503;
            return context.Response.WriteAsync(body);
        });
        await using var gateway = Vendors.Gateway(provider, server.Url);
        for (var round = 0; round < Rounds; round++)
        {
            body = Damage(Details, random);
            Assert.IsType<CallOutcome.Overloaded>((await gateway.Ask(Vendors.Question(provider))).Outcome);
        }
    }

    private static IEnumerable<string> Whole(string provider) => provider switch
    {
        "openai" => ["""{"object":"response","id":"r","status":"completed","incomplete_details":{"reason":"x"},"error":null,"output":[{"type":"message","content":[{"type":"output_text","text":"Hello"},{"type":"refusal","refusal":"No"}]}],"usage":{"input_tokens":1,"input_tokens_details":{"cached_tokens":1},"output_tokens":1}}"""],
        "anthropic" => ["""{"type":"message","id":"m","model":"x","content":[{"type":"text","text":"Hello"}],"stop_reason":"refusal","stop_details":{"category":"c"},"usage":{"input_tokens":1,"output_tokens":1,"output_tokens_details":{"thinking_tokens":1}}}"""],
        "compatible" => ["""{"id":"c","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"content":"Hello","refusal":null,"reasoning":"r","tool_calls":[{"index":0,"id":"i","type":"function","function":{"name":"n","arguments":"{}"},"extra_content":{"a":[1]}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2,"completion_tokens_details":{"reasoning_tokens":1}}}"""],
        _ => ["""[{"candidates":[{"content":{"parts":[{"text":"Hello","thought":false}]},"finishReason":"SAFETY","finishMessage":"m","index":0}],"promptFeedback":{"blockReason":"x"},"usageMetadata":{"promptTokenCount":1},"modelVersion":"v","responseId":"r"}]"""],
    };

    private static string Damage(string body, Random random)
    {
        var at = random.Next(body.Length);
        var length = Math.Min(random.Next(1, 40), body.Length - at);
        return random.Next(4) switch
        {
            0 => body.Remove(at, length),
            1 => body.Insert(at, body.Substring(at, length)),
            2 => string.Concat(body.AsSpan(0, at), ((char)random.Next(1, 0x3000)).ToString(), body.AsSpan(at + 1)),
            _ => ReplaceValue(body, at, OtherValues[random.Next(OtherValues.Length)]),
        };
    }

    private static string ReplaceValue(string body, int near, string value)
    {
        var start = body.IndexOf(':', near) + 1;
        var end = body.IndexOfAny([',', '}', ']', '\n'], start);
        return start == 0 || end < 0 ? body : string.Concat(body.AsSpan(0, start), value, body.AsSpan(end));
    }
}
