using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Conclave.Agents;
using Conclave.Engine.Execution.Calls;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Agents;

/// <summary>What can go wrong in one attempt, for each vendor: every fault is an outcome of the right kind, never an exception, and is tried once.</summary>
public sealed class FaultTests
{
    [Theory]
    [ForEachVendor(400, "Rejected BadRequest")]
    [ForEachVendor(401, "Rejected BadKey")]
    [ForEachVendor(402, "Rejected NoQuota")]
    [ForEachVendor(403, "Rejected BadKey")]
    [ForEachVendor(404, "Rejected NoModel")]
    [ForEachVendor(405, "Rejected BadRequest")]
    [ForEachVendor(408, "Failed")]
    [ForEachVendor(413, "Rejected TooLarge")]
    [ForEachVendor(418, "Rejected BadRequest")]
    [ForEachVendor(422, "Rejected BadRequest")]
    [ForEachVendor(429, "RateLimited")]
    [ForEachVendor(500, "Failed")]
    [ForEachVendor(502, "Failed")]
    [ForEachVendor(503, "Overloaded")]
    [ForEachVendor(504, "Failed")]
    [ForEachVendor(522, "Failed")]
    [ForEachVendor(529, "Overloaded")]
    public async Task An_error_status_is_told_apart_whatever_its_body_is(string provider, int status, string expected)
    {
        foreach (var body in new[] { Vendors.Error(provider, "some_code", "Some words."), "<html><title>Bad gateway</title></html>", "", "not json", "[]", "{\"error\":\"text\"}" })
        {
            await using var server = await LoopbackServer.Start(status, body, ("x-request-id", "req_7"));

            var outcome = await Vendors.Ask(provider, server.Url);

            Assert.Equal(expected, Describe(outcome));
            Assert.Equal("req_7", outcome.RequestId);
            Assert.Single(server.Seen);
        }
    }

    [Theory]
    [InlineData("openai", "some_code: Some words.")]
    [InlineData("anthropic", "some_code: Some words.")]
    [InlineData("gemini", "some_code: Some words.")]
    [InlineData("compatible", "some_code: Some words.")]
    public async Task The_vendors_own_words_are_in_the_message(string provider, string expected)
    {
        await using var server = await LoopbackServer.Start(500, Vendors.Error(provider, "some_code", "Some words."));

        Assert.Equal(new CallOutcome.Failed(500, expected), await Vendors.Ask(provider, server.Url) with { RequestId = null });
    }

    [Theory]
    [InlineData("openai", 429, "insufficient_quota", "You exceeded your current quota.", "Rejected NoQuota")]
    [InlineData("openai", 429, "credit_balance_exhausted", "No credit.", "Rejected NoQuota")]
    [InlineData("openai", 429, "project_spend_limit_exceeded", "Over the limit.", "Rejected NoQuota")]
    [InlineData("openai", 429, "rate_limit_exceeded", "Slow down.", "RateLimited")]
    [InlineData("openai", 400, "context_length_exceeded", "Too long.", "Rejected TooLarge")]
    [InlineData("openai", 400, "model_not_found", "No such model.", "Rejected NoModel")]
    [InlineData("openai", 403, "model_not_found", "Your project has no access to it.", "Rejected NoModel")]
    [InlineData("anthropic", 400, "invalid_request_error", "prompt is too long: 1234567 tokens > 1000000 maximum", "Rejected TooLarge")]
    [InlineData("anthropic", 400, "invalid_request_error", "Your credit balance is too low to access the Anthropic API.", "Rejected NoQuota")]
    [InlineData("anthropic", 400, "invalid_request_error", "You have reached your specified API usage limits. You will regain access on 2026-12-01.", "Rejected NoQuota")]
    [InlineData("anthropic", 429, "rate_limit_error", "You have reached your organization's monthly spend limit.", "Rejected NoQuota")]
    [InlineData("anthropic", 429, "rate_limit_error", "This request would exceed your rate limit.", "RateLimited")]
    [InlineData("gemini", 400, "INVALID_ARGUMENT", "The input token count (2000000) exceeds the maximum number of tokens allowed (1048576).", "Rejected TooLarge")]
    [InlineData("gemini", 429, "RESOURCE_EXHAUSTED", "Resource exhausted. Please try again later.", "RateLimited")]
    public async Task What_a_repetition_does_not_mend_is_rejected(string provider, int status, string code, string message, string expected)
    {
        await using var server = await LoopbackServer.Start(status, Vendors.Error(provider, code, message));

        Assert.Equal(expected, Describe(await Vendors.Ask(provider, server.Url)));
    }

    [Theory]
    [InlineData("""{"error":{"code":400,"status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}""", 400, "Rejected BadKey")]
    [InlineData("""[{"error":{"code":400,"status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}]""", 400, "Rejected BadKey")]
    [InlineData("""{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"violations":[{"quotaId":"GenerateRequestsPerDayPerProject"}]},{"retryDelay":"30s"}]}}""", 429, "Rejected NoQuota")]
    [InlineData("""{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"violations":[{"quotaId":"GenerateRequestsPerMinutePerProject"}]}]}}""", 429, "RateLimited")]
    public async Task Geminis_details_decide(string body, int status, string expected)
    {
        await using var server = await LoopbackServer.Start(status, body);

        Assert.Equal(expected, Describe(await Vendors.Ask("gemini", server.Url)));
    }

    [Fact]
    public async Task Anthropics_monthly_limit_is_known_by_its_code_and_by_naming_no_time()
    {
        const string Body = """{"type":"error","error":{"type":"rate_limit_error","message":"Limit.","details":{"error_code":"enforced_spend_limit_reached"}}}""";
        await using var spent = await LoopbackServer.Start(429, Body);
        await using var paced = await LoopbackServer.Start(429, Body, ("retry-after", "7"));

        Assert.Equal("Rejected NoQuota", Describe(await Vendors.Ask("anthropic", spent.Url)));
        Assert.Equal("RateLimited", Describe(await Vendors.Ask("anthropic", paced.Url)));
    }

    [Theory]
    [ForEachVendor]
    public async Task A_request_that_is_too_large_is_told_its_size(string provider)
    {
        await using var server = await LoopbackServer.Start(413, "");

        var rejected = Assert.IsType<CallOutcome.Rejected>(await Vendors.Ask(provider, server.Url));

        Assert.Contains($"the request has {System.Text.Encoding.UTF8.GetByteCount(server.Seen.Single().Body)} bytes", rejected.Message, StringComparison.Ordinal);
    }

    [Theory]
    [ForEachVendor]
    public async Task A_refused_connection_is_not_sent(string provider)
    {
        using var free = new TcpListener(System.Net.IPAddress.Loopback, 0);
        free.Start();
        var url = new Uri($"http://{free.LocalEndpoint}");
        free.Stop();

        Assert.IsType<CallOutcome.NotSent>(await Vendors.Ask(provider, url));
    }

    [Theory]
    [ForEachVendor]
    public async Task A_host_that_does_not_exist_is_not_sent(string provider) =>
        Assert.IsType<CallOutcome.NotSent>(await Ask(provider, Vendors.Settings(provider, new Uri("https://no-such-host.invalid"))));

    [Theory]
    [ForEachVendor]
    public async Task A_certificate_that_nobody_vouches_for_is_not_sent(string provider)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using var server = await LoopbackServer.Start(_ => Task.CompletedTask, certificate);

        Assert.IsType<CallOutcome.NotSent>(await Vendors.Ask(provider, server.Url));
        Assert.Empty(server.Seen);
    }

    [Theory]
    [ForEachVendor]
    public async Task A_handshake_that_breaks_or_never_ends_is_not_sent(string provider)
    {
        await using var breaks = new RawServer(RawServer.Reset(""), readsRequest: false);
        await using var silent = new RawServer(RawServer.Silence(""), readsRequest: false);

        Assert.IsType<CallOutcome.NotSent>(await Ask(provider, Vendors.Settings(provider, new Uri($"https://127.0.0.1:{breaks.Url.Port}"))));
        var settings = Vendors.Settings(provider, new Uri($"https://127.0.0.1:{silent.Url.Port}")) with { ConnectTimeout = TimeSpan.FromMilliseconds(200) };
        Assert.IsType<CallOutcome.NotSent>(await Ask(provider, settings));
    }

    [Theory]
    [ForEachVendor]
    public async Task A_connection_that_is_reset_after_the_request_is_in_doubt_with_what_had_come(string provider)
    {
        var beginning = Vendors.Beginning(provider, "Hel", "lo");
        foreach (var (sent, partial) in new[]
        {
            ("", null),
            ("HTTP/1.1 200 OK\r\nContent-Ty", null),
            (Vendors.StreamHead, null),
            (Vendors.StreamHead + beginning, "Hello"),
            (Vendors.StreamHead + beginning[..^20], "Hel"),
        })
        {
            foreach (var end in new[] { RawServer.Reset(sent), RawServer.Close(sent) })
            {
                await using var server = new RawServer(end);

                var doubt = Assert.IsType<CallOutcome.InDoubt>(await Vendors.Ask(provider, server.Url));

                // A reset may overtake what was sent before it.
                Assert.StartsWith(doubt.Partial?.Text ?? "", partial ?? "", StringComparison.Ordinal);
                Assert.Equal(1, server.Connections);
            }
        }
    }

    [Theory]
    [ForEachVendor]
    public async Task A_body_shorter_than_its_length_or_without_its_last_chunk_is_in_doubt(string provider)
    {
        var beginning = Vendors.Beginning(provider, "Hello");
        foreach (var reply in new[]
        {
            $"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 99999\r\n\r\n{beginning}",
            $"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n{beginning.Length:x}\r\n{beginning}\r\n",
        })
        {
            await using var server = new RawServer(RawServer.Close(reply));

            Assert.Equal("Hello", Assert.IsType<CallOutcome.InDoubt>(await Vendors.Ask(provider, server.Url)).Partial?.Text);
        }
    }

    [Theory]
    [ForEachVendor]
    public async Task A_body_that_is_no_http_is_in_doubt(string provider)
    {
        await using var server = new RawServer(RawServer.Close("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\nthis is no chunk\r\n"));

        Assert.Equal("InDoubt", Describe(await Vendors.Ask(provider, server.Url)));
    }

    [Theory]
    [ForEachVendor]
    public async Task A_stream_with_event_ids_that_breaks_is_not_asked_for_again(string provider)
    {
        foreach (var end in new[] { RawServer.Reset, (Func<string, Func<Socket, CancellationToken, Task>>)RawServer.Close })
        {
            var beginning = Vendors.Beginning(provider, "Hello").Replace("data: ", "id: 7\nretry: 1\ndata: ", StringComparison.Ordinal);
            await using var server = new RawServer(end($"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 99999\r\n\r\n{beginning}"));

            Assert.Equal("InDoubt", Describe(await Vendors.Ask(provider, server.Url)));
            Assert.Equal(1, server.Connections);
        }
    }

    [Theory]
    [ForEachVendor]
    public async Task An_answer_that_was_complete_stays_one_whatever_happens_to_the_connection_after(string provider)
    {
        await using var server = new RawServer(RawServer.Close($"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 99999\r\n\r\n{Vendors.Answer(provider, "Hello")}"));

        Assert.Equal("Hello", Assert.IsType<CallOutcome.Answered>(await Vendors.Ask(provider, server.Url)).Answer.Text);
    }

    [Theory]
    [ForEachVendor]
    public async Task No_reply_at_all_is_in_doubt_after_the_time_for_its_first_byte(string provider)
    {
        var asked = new TaskCompletionSource();
        await using var server = new RawServer(RawServer.Silence("", asked));
        var clock = new FakeTimeProvider();
        await using var gateway = Vendors.Gateway(provider, server.Url, clock);

        var asking = gateway.Ask(Vendors.Question(provider));
        await asked.Task;
        Assert.False(asking.IsCompleted);
        clock.Advance(TimeSpan.FromMinutes(2));

        Assert.Contains("00:02:00", Assert.IsType<CallOutcome.InDoubt>((await asking).Outcome).Message, StringComparison.Ordinal);
    }

    [Theory]
    [ForEachVendor]
    public async Task A_reply_that_falls_silent_is_in_doubt_after_the_idle_time_with_what_had_come(string provider)
    {
        await using var server = new RawServer(RawServer.Silence(Vendors.StreamHead + Vendors.Beginning(provider, "Hello")));
        var clock = new FakeTimeProvider();
        await using var gateway = Vendors.Gateway(provider, Vendors.Settings(provider, server.Url) with { TotalTimeout = TimeSpan.FromDays(1) }, clock);
        var events = gateway.Stream(Vendors.Question(provider), default).GetAsyncEnumerator();
        Assert.True(await events.MoveNextAsync());
        Assert.Equal(new ModelEvent.Delta("Hello"), events.Current);

        var next = events.MoveNextAsync().AsTask();
        await AdvanceUntil(next, clock, TimeSpan.FromMinutes(1));

        var doubt = Assert.IsType<CallOutcome.InDoubt>(Assert.IsType<ModelEvent.Ended>(events.Current).Outcome);
        Assert.Equal("Hello", doubt.Partial?.Text);
        Assert.Contains("nothing came for 00:02:00", doubt.Message, StringComparison.Ordinal);
        await events.DisposeAsync();
    }

    [Theory]
    [ForEachVendor]
    public async Task A_reply_that_goes_on_in_pings_alone_ends_at_the_total_time(string provider)
    {
        var clock = new FakeTimeProvider();
        var begun = new TaskCompletionSource();
        await using var server = new RawServer(async (socket, cancel) =>
        {
            await RawServer.Send(socket, Vendors.StreamHead + Vendors.Beginning(provider, "Hello"), cancel);
            await begun.Task;
            while (true)
            {
                await RawServer.Send(socket, ": ping\n\nevent: ping\ndata: {\"type\": \"ping\"}\n\n", cancel);
                clock.Advance(TimeSpan.FromSeconds(30));
            }
        });
        await using var gateway = Vendors.Gateway(provider, Vendors.Settings(provider, server.Url) with { IdleTimeout = TimeSpan.FromDays(1) }, clock);
        var events = gateway.Stream(Vendors.Question(provider), default).GetAsyncEnumerator();

        Assert.True(await events.MoveNextAsync());
        begun.SetResult();
        Assert.True(await events.MoveNextAsync());

        var doubt = Assert.IsType<CallOutcome.InDoubt>(Assert.IsType<ModelEvent.Ended>(events.Current).Outcome);
        Assert.Contains("longer than 00:20:00", doubt.Message, StringComparison.Ordinal);
        Assert.Equal("Hello", doubt.Partial?.Text);
        await events.DisposeAsync();
    }

    [Theory]
    [ForEachVendor]
    public async Task The_body_of_an_error_may_not_hold_the_call_up(string provider)
    {
        await using var server = new RawServer(RawServer.Silence("HTTP/1.1 401 Unauthorized\r\nContent-Length: 100\r\n\r\n{\"err"));
        var settings = Vendors.Settings(provider, server.Url) with { IdleTimeout = TimeSpan.FromMilliseconds(100) };

        Assert.Equal("Rejected BadKey", Describe(await Ask(provider, settings, TimeProvider.System)));
    }

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

        Assert.Equal(expected, Describe(await Vendors.Ask(provider, server.Url)));
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

        Assert.Equal("Answered", Describe(await Vendors.Ask(provider, created.Url)));
        Assert.Equal("InDoubt", Describe(await Vendors.Ask(provider, empty.Url)));
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

        Assert.Equal("Rejected BadRequest", Describe(await Vendors.Ask(provider, server.Url)));
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

        Assert.Equal("InDoubt", Describe(await Vendors.Ask(provider, server.Url)));
    }

    [Theory]
    [ForEachVendor]
    public async Task An_error_that_breaks_off_keeps_what_had_come_of_it(string provider)
    {
        await using var server = new RawServer(RawServer.Close("HTTP/1.1 400 Bad Request\r\nContent-Length: 999\r\n\r\nBecause of"));

        Assert.Equal("Because of", Assert.IsType<CallOutcome.Rejected>(await Vendors.Ask(provider, server.Url)).Message);
    }

    [Theory]
    [ForEachVendor(301)]
    [ForEachVendor(302)]
    [ForEachVendor(303)]
    [ForEachVendor(307)]
    [ForEachVendor(308)]
    public async Task A_redirect_is_an_error_and_nothing_goes_to_its_target(string provider, int status)
    {
        await using var target = await LoopbackServer.Start(200, Vendors.Answer(provider, "Caught you"));
        await using var server = await LoopbackServer.Start(status, "", ("location", new Uri(target.Url, "/v1/elsewhere").AbsoluteUri));

        var rejected = Assert.IsType<CallOutcome.Rejected>(await Vendors.Ask(provider, server.Url));

        Assert.Equal((RejectionKind.BadRequest, status), (rejected.Reason, rejected.Status));
        Assert.Contains("redirects to 127.0.0.1", rejected.Message, StringComparison.Ordinal);
        Assert.Empty(target.Seen);
        Assert.Single(server.Seen);
    }

    [Theory]
    [ForEachVendor]
    public async Task An_error_inside_a_good_stream_is_a_failure(string provider)
    {
        var error = provider == "gemini"
            ? """{"error":{"code":503,"message":"Overloaded","status":"UNAVAILABLE"}}"""
            : """{"type":"error","error":{"type":"overloaded_error","code":"server_is_overloaded","message":"Overloaded"}}""";
        await using var server = await LoopbackServer.Start(200, $"{Vendors.Beginning(provider, "Hel")}event: error\ndata: {error}\n\n", ("content-type", "text/event-stream"));

        var failed = Assert.IsType<CallOutcome.Failed>(await Vendors.Ask(provider, server.Url));

        Assert.Contains("Overloaded", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [ForEachVendor]
    public async Task A_wish_to_stop_aborts_the_request_before_and_in_the_middle_of_the_reply(string provider)
    {
        foreach (var reply in new[] { "", "HTTP/1.1 401 Unauthorized\r\nContent-Length: 100\r\n\r\n{\"err", Vendors.StreamHead + Vendors.Beginning(provider, "Hel") })
        {
            var said = new TaskCompletionSource();
            await using var server = new RawServer(RawServer.Silence(reply, said));
            await using var gateway = Vendors.Gateway(provider, server.Url);
            using var stop = new CancellationTokenSource();

            var asking = gateway.Ask(Vendors.Question(provider), stop.Token);
            await said.Task;
            await stop.CancelAsync();

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        }

        await using var untouched = await LoopbackServer.Start(200, "");
        await using var idle = Vendors.Gateway(provider, untouched.Url);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => idle.Ask(Vendors.Question(provider), new CancellationToken(canceled: true)));
        Assert.Empty(untouched.Seen);
    }

    [Theory]
    [ForEachVendor]
    public async Task A_gateway_that_is_closed_leaves_a_waiting_call_in_doubt(string provider)
    {
        var asked = new TaskCompletionSource();
        await using var server = new RawServer(RawServer.Silence("", asked));
        var gateway = Vendors.Gateway(provider, server.Url);
        var asking = gateway.Ask(Vendors.Question(provider));
        await asked.Task;

        await gateway.DisposeAsync();

        Assert.Equal("InDoubt", Describe((await asking).Outcome));
    }

    private static async Task<CallOutcome> Ask(string provider, ProviderSettings settings, TimeProvider? clock = null)
    {
        await using var gateway = Vendors.Gateway(provider, settings, clock);
        return (await gateway.Ask(Vendors.Question(provider))).Outcome;
    }

    // The reply's bytes come in their own time, so the clock goes on, step by step, until it strikes.
    private static async Task AdvanceUntil(Task happened, FakeTimeProvider clock, TimeSpan step)
    {
        while (!happened.IsCompleted)
        {
            clock.Advance(step);
            await Task.WhenAny(happened, Task.Delay(TimeSpan.FromMilliseconds(20)));
        }

        await happened;
    }

    private static string Describe(CallOutcome outcome) => outcome is CallOutcome.Rejected rejected ? $"Rejected {rejected.Reason}" : outcome.GetType().Name;
}
