using System.Text;
using System.Text.Json.Nodes;
using Conclave.Engine.Budget;
using Conclave.Engine.Execution.Calls;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Agents;

/// <summary>A provider that is asked for whole answers, because a proxy in between can't stream: the same outcomes, and no answer before its last byte.</summary>
public sealed class WholeAnswerTests
{
    private const string Head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n";

    [Theory]
    [ForEachVendor]
    public async Task A_whole_answer_is_asked_for_and_read(string provider)
    {
        await using var server = await LoopbackServer.Start(200, Vendors.Document(provider, "Hello"), ("content-type", "application/json"));

        var answered = Assert.IsType<CallOutcome.Answered>(await Ask(provider, server.Url));

        Assert.Equal(("Hello", new Usage(10, 0, 0, 5, 0)), (answered.Answer.Text, answered.Usage));
        var seen = server.Seen.Single();
        Assert.NotEqual("true", JsonNode.Parse(seen.Body)!["stream"]?.ToJsonString());
        Assert.DoesNotContain("streamGenerateContent", seen.Target, StringComparison.Ordinal);
    }

    [Theory]
    [ForEachVendor]
    public async Task A_server_that_streams_all_the_same_is_understood(string provider)
    {
        await using var server = await LoopbackServer.Start(200, Vendors.Answer(provider, "Hel", "lo"), ("content-type", "text/event-stream"));

        Assert.Equal("Hello", Assert.IsType<CallOutcome.Answered>(await Ask(provider, server.Url)).Answer.Text);
    }

    [Theory]
    [ForEachVendor]
    public async Task An_answer_that_breaks_off_at_any_byte_is_in_doubt(string provider)
    {
        var body = Vendors.Document(provider, "Grüße 🌍");
        var bytes = Encoding.UTF8.GetBytes(body);
        var cut = 0;
        await using var server = await LoopbackServer.Start(async context =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync(bytes.AsMemory(0, cut));
        });
        await using var gateway = Vendors.Gateway(provider, Settings(provider, server.Url));
        for (cut = 0; cut < bytes.Length; cut++)
        {
            Assert.IsType<CallOutcome.InDoubt>((await gateway.Ask(Vendors.Question(provider))).Outcome);
        }
    }

    [Theory]
    [ForEachVendor("reset before the head", "InDoubt")]
    [ForEachVendor("reset after the head", "InDoubt")]
    [ForEachVendor("reset in the body", "InDoubt")]
    [ForEachVendor("shorter than its length", "InDoubt")]
    [ForEachVendor("without its last chunk", "InDoubt")]
    [ForEachVendor("no http", "InDoubt")]
    [ForEachVendor("nothing", "InDoubt")]
    [ForEachVendor("web page", "Rejected BadRequest")]
    [ForEachVendor("plain text", "Rejected BadRequest")]
    [ForEachVendor("NaN", "InDoubt")]
    [ForEachVendor("too deep", "InDoubt")]
    [ForEachVendor("byte order mark", "Answered")]
    [ForEachVendor("duplicate keys", "Answered")]
    [ForEachVendor("giant", "InDoubt")]
    [ForEachVendor("only blanks in the answer", "Empty")]
    [ForEachVendor("500", "Failed")]
    [ForEachVendor("529", "Overloaded")]
    [ForEachVendor("429", "RateLimited")]
    [ForEachVendor("401", "Rejected BadKey")]
    [ForEachVendor("413", "Rejected TooLarge")]
    [ForEachVendor("307", "Rejected BadRequest")]
    public async Task Every_fault_comes_to_its_outcome_in_one_attempt(string provider, string fault, string expected)
    {
        var body = Vendors.Document(provider, "Hello");
        await using var server = new RawServer(fault switch
        {
            "reset before the head" => RawServer.Reset(""),
            "reset after the head" => RawServer.Reset(Head),
            "reset in the body" => RawServer.Reset(Head + body[..^5]),
            "shorter than its length" => RawServer.Close($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99999\r\n\r\n{body[..^1]}"),
            "without its last chunk" => RawServer.Close($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{body.Length - 1:x}\r\n{body[..^1]}\r\n"),
            "no http" => RawServer.Close("hello\r\n\r\n"),
            "nothing" => RawServer.Close(Head),
            "web page" => RawServer.Close($"{Head}<html></html>"),
            "plain text" => RawServer.Close("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nhello"),
            "NaN" => RawServer.Close(Head + body.Replace("10", "NaN", StringComparison.Ordinal)),
            "too deep" => RawServer.Close($"{Head}{string.Concat(Enumerable.Repeat("{\"a\":", 100))}1{new string('}', 100)}"),
            "byte order mark" => RawServer.Close($"{Head}\uFEFF{body}"),
            "duplicate keys" => RawServer.Close($"{Head}{{\"x\":1,\"x\":2,{body[1..]}"),
            "giant" => RawServer.Close($"{Head}{{\"x\":\"{new string('x', 17 * 1024 * 1024)}\"}}"),
            "only blanks in the answer" => RawServer.Close(Head + Vendors.Document(provider, " \n")),
            _ => RawServer.Close($"HTTP/1.1 {fault} Broken\r\nContent-Length: 0\r\nLocation: http://127.0.0.1:1/\r\nConnection: close\r\n\r\n"),
        });

        var outcome = await Ask(provider, server.Url);

        Assert.Equal(expected, outcome is CallOutcome.Rejected rejected ? $"Rejected {rejected.Reason}" : outcome.GetType().Name);
        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [ForEachVendor]
    public async Task A_whole_answer_may_take_as_long_as_an_attempt_and_no_longer(string provider)
    {
        var asked = new TaskCompletionSource();
        await using var server = new RawServer(RawServer.Silence("", asked));
        var clock = new FakeTimeProvider();
        await using var gateway = Vendors.Gateway(provider, Settings(provider, server.Url), clock);

        var asking = gateway.Ask(Vendors.Question(provider));
        await asked.Task;
        clock.Advance(TimeSpan.FromMinutes(19));
        Assert.False(asking.IsCompleted);
        clock.Advance(TimeSpan.FromMinutes(2));

        Assert.IsType<CallOutcome.InDoubt>((await asking).Outcome);
    }

    private static async Task<CallOutcome> Ask(string provider, Uri server)
    {
        await using var gateway = Vendors.Gateway(provider, Settings(provider, server));
        return (await gateway.Ask(Vendors.Question(provider))).Outcome;
    }

    private static Conclave.Agents.ProviderSettings Settings(string provider, Uri server) => Vendors.Settings(provider, server) with { Streams = false };
}
