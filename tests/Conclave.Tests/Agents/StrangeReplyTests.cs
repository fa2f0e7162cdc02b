using Conclave.Engine.Execution.Calls;

namespace Conclave.Tests.Agents;

/// <summary>Replies under a good status that are no answer, or too much of one.</summary>
public sealed class StrangeReplyTests
{
    [Theory]
    [ForEachVendor("text/html", "<!doctype html><title>Log in</title>", "Rejected BadRequest")]
    [ForEachVendor("text/event-stream", "<html></html>", "Rejected BadRequest")]
    [ForEachVendor("application/json", "{\"status\":\"ok\"}", "Rejected BadRequest")]
    [ForEachVendor("application/json", "[1, 2]", "Rejected BadRequest")]
    [ForEachVendor("text/plain", "hello", "Rejected BadRequest")]
    [ForEachVendor("application/json", "{\"id\":\"trunca", "InDoubt")]
    [ForEachVendor("text/event-stream", "", "InDoubt")]
    [ForEachVendor("text/event-stream", "hello\n\n", "InDoubt")]
    [ForEachVendor("text/event-stream", "data: [DONE]\n\n", "InDoubt")]
    [ForEachVendor("text/event-stream", "data: {\"a\": NaN}\n\n", "InDoubt")]
    [ForEachVendor("text/event-stream", "data: 17\n\ndata: null\n\ndata: [[]]\n\ndata: \"x\"\n\n", "InDoubt")]
    [ForEachVendor("application/json", "{\"error\":{\"message\":\"in a good reply\"}}", "Failed")]
    public async Task A_good_status_with_something_else_than_an_answer_is_no_answer(string provider, string type, string body, string expected)
    {
        await using var server = await LoopbackServer.Start(200, body, ("content-type", type));

        Assert.Equal(expected, Vendors.Describe(await Vendors.Ask(provider, server.Url)));
    }

    [Theory]
    [ForEachVendor]
    public async Task Other_good_statuses_are_judged_by_their_body(string provider)
    {
        await using var created = await LoopbackServer.Start(201, Vendors.Answer(provider, "Hello"));
        await using var empty = await LoopbackServer.Start(context =>
        {
            context.Response.StatusCode = 204;
            return Task.CompletedTask;
        });

        Assert.Equal("Answered", Vendors.Describe(await Vendors.Ask(provider, created.Url)));
        Assert.Equal("InDoubt", Vendors.Describe(await Vendors.Ask(provider, empty.Url)));
    }

    [Theory]
    [ForEachVendor]
    public async Task Bytes_that_are_compressed_without_having_been_asked_for_are_no_answer(string provider)
    {
        await using var server = await LoopbackServer.Start(async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync(new byte[] { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3, 4 });
        });

        Assert.Equal("Rejected BadRequest", Vendors.Describe(await Vendors.Ask(provider, server.Url)));
    }

    [Theory]
    [ForEachVendor]
    public async Task A_giant_event_ends_the_attempt(string provider)
    {
        await using var server = await LoopbackServer.Start(200, "data: {\"x\":\"" + new string('x', 2 * 1024 * 1024) + "\"}\n\n" + Vendors.Answer(provider, "Hello"), ("content-type", "text/event-stream"));

        Assert.Contains("larger than 1 MB", Assert.IsType<CallOutcome.InDoubt>(await Vendors.Ask(provider, server.Url)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [ForEachVendor]
    public async Task A_giant_answer_ends_the_attempt_with_what_had_come(string provider)
    {
        var piece = new string('x', 512 * 1024);
        await using var streams = await LoopbackServer.Start(200, Vendors.Beginning(provider, [.. Enumerable.Repeat(piece, 40)]) + Vendors.Ending(provider, "x"), ("content-type", "text/event-stream"));
        await using var document = await LoopbackServer.Start(200, "{\"x\":\"" + new string('x', 17 * 1024 * 1024) + "\"}", ("content-type", "application/json"));

        var doubt = Assert.IsType<CallOutcome.InDoubt>(await Vendors.Ask(provider, streams.Url));
        Assert.Contains("16 MB", doubt.Message, StringComparison.Ordinal);
        Assert.True(doubt.Partial!.Bytes > 16 * 1024 * 1024);
        Assert.Contains("16 MB", Assert.IsType<CallOutcome.InDoubt>(await Vendors.Ask(provider, document.Url)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [ForEachVendor]
    public async Task An_event_nested_too_deep_is_no_answer(string provider)
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 100)) + "1" + new string('}', 100);
        await using var server = await LoopbackServer.Start(200, $"data: {deep}\n\n{Vendors.Answer(provider, "Hello")}", ("content-type", "text/event-stream"));

        Assert.Equal("InDoubt", Vendors.Describe(await Vendors.Ask(provider, server.Url)));
    }
}
