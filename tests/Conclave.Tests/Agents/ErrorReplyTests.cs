using Conclave.Engine.Execution.Calls;

namespace Conclave.Tests.Agents;

/// <summary>Errors that a vendor, or something before it, replies with: each is an outcome of the right kind, never an exception, and is tried once.</summary>
public sealed class ErrorReplyTests
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

            Assert.Equal(expected, Vendors.Describe(outcome));
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

        Assert.Equal(expected, Vendors.Describe(await Vendors.Ask(provider, server.Url)));
    }

    [Theory]
    [InlineData("""{"error":{"code":400,"status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}""", 400, "Rejected BadKey")]
    [InlineData("""[{"error":{"code":400,"status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}]""", 400, "Rejected BadKey")]
    [InlineData("""{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"violations":[{"quotaId":"GenerateRequestsPerDayPerProject"}]},{"retryDelay":"30s"}]}}""", 429, "Rejected NoQuota")]
    [InlineData("""{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"violations":[{"quotaId":"GenerateRequestsPerMinutePerProject"}]}]}}""", 429, "RateLimited")]
    public async Task Geminis_details_decide(string body, int status, string expected)
    {
        await using var server = await LoopbackServer.Start(status, body);

        Assert.Equal(expected, Vendors.Describe(await Vendors.Ask("gemini", server.Url)));
    }

    [Fact]
    public async Task Anthropics_monthly_limit_is_known_by_its_code_and_by_naming_no_time()
    {
        const string Body = """{"type":"error","error":{"type":"rate_limit_error","message":"Limit.","details":{"error_code":"enforced_spend_limit_reached"}}}""";
        await using var spent = await LoopbackServer.Start(429, Body);
        await using var paced = await LoopbackServer.Start(429, Body, ("retry-after", "7"));

        Assert.Equal("Rejected NoQuota", Vendors.Describe(await Vendors.Ask("anthropic", spent.Url)));
        Assert.Equal("RateLimited", Vendors.Describe(await Vendors.Ask("anthropic", paced.Url)));
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
    public async Task An_error_that_breaks_off_keeps_what_had_come_of_it(string provider)
    {
        await using var server = new RawServer(RawServer.Close("HTTP/1.1 400 Bad Request\r\nContent-Length: 999\r\n\r\nBecause of"));

        Assert.Equal("Because of", Assert.IsType<CallOutcome.Rejected>(await Vendors.Ask(provider, server.Url)).Message);
    }

    [Theory]
    [ForEachVendor]
    public async Task The_body_of_an_error_may_not_hold_the_call_up(string provider)
    {
        await using var server = new RawServer(RawServer.Silence("HTTP/1.1 401 Unauthorized\r\nContent-Length: 100\r\n\r\n{\"err"));
        var settings = Vendors.Settings(provider, server.Url) with { IdleTimeout = TimeSpan.FromMilliseconds(100) };

        Assert.Equal("Rejected BadKey", Vendors.Describe(await Vendors.Ask(provider, settings, TimeProvider.System)));
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
}
