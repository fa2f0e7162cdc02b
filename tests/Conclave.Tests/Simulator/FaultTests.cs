using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Simulator;

/// <summary>Each fault in each wire format, streamed and not, as a plain HTTP client sees it.</summary>
public sealed class FaultTests
{
    private const string Reply = "It was a dark and stormy night; the rain fell in torrents.";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(WireRequest.Everything), MemberType = typeof(WireRequest))]
    public async Task A_rate_limit_names_its_wait(WireFormat format, bool streamed)
    {
        await using var simulator = await TestSimulator.Start("  - fault: { kind: rate_limit, retry_after: 2.5 }\n");

        var (response, body) = await Send(simulator, format, streamed);

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        RefusedRequestTests.AssertShape(format, body);
        if (format == WireFormat.GenerateContent)
        {
            Assert.Equal("2.5s", Detail(body, "RetryInfo")!["retryDelay"]!.GetValue<string>());
            Assert.Contains("PerMinute", Detail(body, "QuotaFailure")!.ToJsonString(), StringComparison.Ordinal);
            Assert.Equal("RESOURCE_EXHAUSTED", body["error"]!["status"]!.GetValue<string>());
            return;
        }

        Assert.Equal("3", Header(response, "retry-after"));
        if (format == WireFormat.Messages)
        {
            Assert.Equal("rate_limit_error", body["error"]!["type"]!.GetValue<string>());
            Assert.Equal("0", Header(response, "anthropic-ratelimit-requests-remaining"));
            Assert.Equal(body["request_id"]!.GetValue<string>(), Header(response, "request-id"));
        }
        else
        {
            Assert.Equal("rate_limit_exceeded", body["error"]!["code"]!.GetValue<string>());
            Assert.Equal("2500", Header(response, "retry-after-ms"));
            Assert.Equal("2.5s", Header(response, "x-ratelimit-reset-requests"));
        }
    }

    [Theory]
    [MemberData(nameof(WireRequest.Everything), MemberType = typeof(WireRequest))]
    public async Task A_rate_limit_may_name_no_wait(WireFormat format, bool streamed)
    {
        await using var simulator = await TestSimulator.Start("  - fault: { kind: rate_limit, retry_after: null }\n");

        var (response, body) = await Send(simulator, format, streamed);

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("retry-after", StringComparison.OrdinalIgnoreCase));
        Assert.Null(Header(response, "x-ratelimit-reset-requests"));
        Assert.Null(Header(response, "anthropic-ratelimit-requests-reset"));
        Assert.True(format != WireFormat.GenerateContent || Detail(body, "RetryInfo") is null);
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData("-5", "-5")]
    [InlineData("31536000", "31536000")]
    public async Task A_rate_limit_may_name_an_absurd_wait(string seconds, string header)
    {
        await using var simulator = await TestSimulator.Start($"  - fault: {{ kind: rate_limit, retry_after: {seconds} }}\n");

        var (response, _) = await Send(simulator, WireFormat.Responses, streamed: false);

        Assert.Equal(header, Header(response, "retry-after"));
    }

    [Theory]
    [InlineData("overloaded", WireFormat.Responses, 503, "server_is_overloaded")]
    [InlineData("overloaded", WireFormat.Chat, 503, "server_is_overloaded")]
    [InlineData("overloaded", WireFormat.Messages, 529, "overloaded_error")]
    [InlineData("overloaded", WireFormat.GenerateContent, 503, "UNAVAILABLE")]
    [InlineData("server_error, status: 502", WireFormat.Responses, 502, "server_error")]
    [InlineData("server_error, status: 502", WireFormat.Chat, 502, "server_error")]
    [InlineData("server_error", WireFormat.Messages, 500, "api_error")]
    [InlineData("server_error, status: 504", WireFormat.Messages, 504, "timeout_error")]
    [InlineData("server_error, status: 504", WireFormat.GenerateContent, 504, "DEADLINE_EXCEEDED")]
    [InlineData("server_error", WireFormat.GenerateContent, 500, "INTERNAL")]
    [InlineData("bad_key", WireFormat.Responses, 401, "invalid_api_key")]
    [InlineData("bad_key", WireFormat.Chat, 401, "invalid_api_key")]
    [InlineData("bad_key", WireFormat.Messages, 401, "authentication_error")]
    [InlineData("bad_key", WireFormat.GenerateContent, 400, "API_KEY_INVALID")]
    [InlineData("no_quota", WireFormat.Responses, 429, "insufficient_quota")]
    [InlineData("no_quota", WireFormat.Chat, 429, "insufficient_quota")]
    [InlineData("no_quota", WireFormat.Messages, 402, "billing_error")]
    [InlineData("no_quota", WireFormat.GenerateContent, 429, "PerDay")]
    [InlineData("no_model", WireFormat.Responses, 404, "model_not_found")]
    [InlineData("no_model", WireFormat.Chat, 404, "model_not_found")]
    [InlineData("no_model", WireFormat.Messages, 404, "not_found_error")]
    [InlineData("no_model", WireFormat.GenerateContent, 404, "NOT_FOUND")]
    public async Task An_error_reply_has_the_vendors_status_and_words(string fault, WireFormat format, int status, string says)
    {
        await using var simulator = await TestSimulator.Start($"  - fault: {{ kind: {fault} }}\n");

        foreach (var streamed in (bool[])[false, true])
        {
            var (response, body) = await Send(simulator, format, streamed);

            Assert.Equal(status, (int)response.StatusCode);
            Assert.Contains(says, body.ToJsonString(), StringComparison.Ordinal);
            RefusedRequestTests.AssertShape(format, body);
        }

        Assert.All(simulator.Calls(), call => Assert.Equal((fault.Split(',')[0], 0, 0), (call.End!.Outcome, call.End.InputTokens, call.End.OutputTokens)));
    }

    [Theory]
    [InlineData(WireFormat.Responses, "\"type\":\"refusal\"", "\"status\":\"incomplete\"")]
    [InlineData(WireFormat.Chat, "\"refusal\":\"I'm sorry", "\"finish_reason\":\"length\"")]
    [InlineData(WireFormat.Messages, "\"stop_reason\":\"refusal\"", "\"stop_reason\":\"max_tokens\"")]
    [InlineData(WireFormat.GenerateContent, "\"finishReason\":\"SAFETY\"", "\"finishReason\":\"MAX_TOKENS\"")]
    public async Task A_refusal_and_a_cut_off_answer_say_what_they_are(WireFormat format, string refusal, string cutOff)
    {
        await using var simulator = await TestSimulator.Start($$"""
              - match: { nth: 1 }
                fault: { kind: refusal }
              - match: { nth: 2 }
                fault: { kind: refusal }
              - reply: {{Reply}}
                fault: { kind: cut_off, after_chars: 9 }
            """);

        foreach (var says in (string[])[refusal, cutOff])
        {
            foreach (var streamed in (bool[])[false, true])
            {
                var (status, body) = await simulator.Ask(format, "go", streamed);

                Assert.Equal(200, status);
                Assert.Contains(says, body, StringComparison.Ordinal);
                Assert.DoesNotContain("dark", body, StringComparison.Ordinal);
            }
        }

        Assert.Equal(["refusal", "refusal", "cut_off", "cut_off"], simulator.Calls().Select(call => call.End!.Outcome));
    }

    [Theory]
    [MemberData(nameof(WireRequest.Everything), MemberType = typeof(WireRequest))]
    public async Task A_reset_before_the_headers_gives_no_reply_at_all(WireFormat format, bool streamed)
    {
        await using var simulator = await TestSimulator.Start("  - fault: { kind: reset }\n");

        await Assert.ThrowsAsync<HttpRequestException>(() => simulator.Ask(format, "go", streamed));

        Assert.Equal("reset", Assert.Single(simulator.Calls()).End!.Outcome);
    }

    [Theory]
    [MemberData(nameof(WireRequest.Everything), MemberType = typeof(WireRequest))]
    public async Task A_reset_in_the_middle_comes_after_exactly_so_many_characters(WireFormat format, bool streamed)
    {
        await using var simulator = await TestSimulator.Start($"  - reply: {Reply}\n    fault: {{ kind: reset, after_chars: 20 }}\n");

        var (part, error) = await ReadToTheEnd(simulator, format, streamed);

        Assert.IsAssignableFrom<IOException>(error);
        AssertBrokenOff(format, streamed, part, 20);
    }

    [Theory]
    [MemberData(nameof(WireRequest.Everything), MemberType = typeof(WireRequest))]
    public async Task A_truncated_reply_ends_in_good_order_without_its_end(WireFormat format, bool streamed)
    {
        await using var simulator = await TestSimulator.Start($"  - reply: {Reply}\n    fault: {{ kind: truncate, after_chars: 20 }}\n");

        var (part, error) = await ReadToTheEnd(simulator, format, streamed);

        Assert.Null(error);
        AssertBrokenOff(format, streamed, part, 20);
        Assert.Equal("truncate", Assert.Single(simulator.Calls()).End!.Outcome);
    }

    [Theory]
    [MemberData(nameof(WireRequest.Everything), MemberType = typeof(WireRequest))]
    public async Task A_break_beyond_the_end_of_the_reply_still_comes_before_its_end(WireFormat format, bool streamed)
    {
        await using var simulator = await TestSimulator.Start($"  - reply: {Reply}\n    fault: {{ kind: truncate, after_chars: 100000 }}\n");

        var (part, _) = await ReadToTheEnd(simulator, format, streamed);

        AssertBrokenOff(format, streamed, part, streamed ? Reply.Length : part.Length);
    }

    [Theory]
    [MemberData(nameof(WireRequest.Everything), MemberType = typeof(WireRequest))]
    public async Task A_hanging_reply_stays_silent_until_the_client_goes_away(WireFormat format, bool streamed)
    {
        var ledgers = TestSimulator.NewFolder();
        await using (var simulator = await TestSimulator.Start($"  - match: {{ contains: go }}\n    reply: {Reply}\n    fault: {{ kind: hang, after_chars: 20 }}\n  - reply: Hello.\n", ledgers))
        {
            using var leave = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            using var request = WireRequest.Of(format, simulator.Server, "go", streamed);
            using var response = await simulator.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, leave.Token);
            await using var body = await response.Content.ReadAsStreamAsync(leave.Token);
            var part = await ReadUntil(body, text => streamed ? ServerSentEvents.Text(format, text).Length == 20 : text.Length == 20, leave.Token);
            var more = body.ReadAsync(new byte[1], leave.Token).AsTask();

            await simulator.Ask(format, "something else");
            Assert.False(more.IsCompleted);
            AssertBrokenOff(format, streamed, part, 20);
            Assert.Null(simulator.Calls()[0].End);

            await leave.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => more);
        }

        Assert.Equal("hang", Conclave.Simulator.Ledgers.Ledger.Read(Path.Combine(ledgers, "default.ndjson"))[0].End!.Outcome);
        Directory.Delete(ledgers, recursive: true);
    }

    [Theory]
    [MemberData(nameof(WireRequest.Everything), MemberType = typeof(WireRequest))]
    public async Task A_web_page_comes_with_status_200(WireFormat format, bool streamed)
    {
        await using var simulator = await TestSimulator.Start("  - fault: { kind: html }\n");
        using var request = WireRequest.Of(format, simulator.Server, "go", streamed);
        using var response = await simulator.Http.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("<!DOCTYPE html>", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(WireRequest.Everything), MemberType = typeof(WireRequest))]
    public async Task A_slow_reply_is_whole_in_the_end(WireFormat format, bool streamed)
    {
        var clock = new FakeTimeProvider { SkipsWaits = true };
        await using var simulator = await TestSimulator.Start($"  - reply: {Reply}\n    fault: {{ kind: slow, bytes_per_second: 40 }}\n", clock: clock);
        var start = clock.GetUtcNow();

        var (status, body) = await simulator.Ask(format, "go", streamed);

        Assert.Equal(200, status);
        Assert.Equal(Reply, streamed ? ServerSentEvents.Text(format, body) : ServerSentEvents.WholeText(format, body));
        var expected = TimeSpan.FromSeconds(Encoding.UTF8.GetByteCount(body) / 40d);

        // The wait after the last bytes may still be under way when the client has them.
        Assert.InRange(clock.GetUtcNow() - start, expected - TimeSpan.FromSeconds(0.1), expected + TimeSpan.FromSeconds(0.1));
    }

    private static async Task<(HttpResponseMessage Response, JsonNode Body)> Send(TestSimulator simulator, WireFormat format, bool streamed)
    {
        using var request = WireRequest.Of(format, simulator.Server, "go", streamed);
        var response = await simulator.Http.SendAsync(request, Cancel);
        return (response, JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!);
    }

    private static async Task<(string Part, Exception? Error)> ReadToTheEnd(TestSimulator simulator, WireFormat format, bool streamed)
    {
        using var request = WireRequest.Of(format, simulator.Server, "go", streamed);
        using var response = await simulator.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var bytes = new MemoryStream();
        var error = await Record.ExceptionAsync(async () => await response.Content.CopyToAsync(bytes, Cancel));
        return (Encoding.UTF8.GetString(bytes.ToArray()), error is HttpRequestException { InnerException: { } inner } ? inner : error);
    }

    private static async Task<string> ReadUntil(Stream body, Func<string, bool> enough, CancellationToken cancel)
    {
        var (text, buffer) = (new StringBuilder(), new byte[4096]);
        while (!enough(text.ToString()))
        {
            var read = await body.ReadAsync(buffer, cancel);
            Assert.NotEqual(0, read);
            text.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }

        return text.ToString();
    }

    // A stream has so many characters of the answer and no end; a whole reply is so much of a JSON document.
    private static void AssertBrokenOff(WireFormat format, bool streamed, string part, int chars)
    {
        if (streamed)
        {
            Assert.Equal(Reply[..chars], ServerSentEvents.Text(format, part));
            Assert.False(ServerSentEvents.HasEnd(format, part));
        }
        else
        {
            Assert.Equal(chars, part.Length);
            Assert.ThrowsAny<System.Text.Json.JsonException>(() => JsonNode.Parse(part));
        }
    }

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? values.Single() : null;

    private static JsonNode? Detail(JsonNode body, string type) =>
        body["error"]!["details"]!.AsArray().FirstOrDefault(detail => detail!["@type"]!.GetValue<string>() == "type.googleapis.com/google.rpc." + type);
}
