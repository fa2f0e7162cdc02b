using Conclave.Engine.Execution.Calls;

namespace Conclave.Tests.Agents;

/// <summary>How long a vendor asks to wait, in every form in which one says it. The clock stands at 2026-11-22 09:00:00 UTC.</summary>
public sealed class RetryAfterTests
{
    [Theory]
    [ForEachVendor("retry-after: 20", 20_000L)]
    [ForEachVendor("Retry-After: 1.5", 1_500L)]
    [ForEachVendor("retry-after: 0", 0L)]
    [ForEachVendor("retry-after: -5", 0L)]
    [ForEachVendor("retry-after: 31536000", 31_536_000_000L)]
    [ForEachVendor("retry-after: 1e300", 315_360_000_000L)]
    [ForEachVendor("retry-after: Sun, 22 Nov 2026 09:00:30 GMT", 30_000L)]
    [ForEachVendor("retry-after: Sat, 21 Nov 2026 09:00:30 GMT", 0L)]
    [ForEachVendor("retry-after: soon", null)]
    [ForEachVendor("retry-after: ", null)]
    [ForEachVendor("retry-after-ms: 1500", 1_500L)]
    [ForEachVendor("retry-after-ms: 250; retry-after: 20", 250L)]
    [ForEachVendor("x-ratelimit-remaining-tokens: 0; x-ratelimit-reset-tokens: 6m0s", 360_000L)]
    [ForEachVendor("x-ratelimit-remaining-requests: 0; x-ratelimit-reset-requests: 12ms", 12L)]
    [ForEachVendor("x-ratelimit-remaining-requests: 0; x-ratelimit-reset-requests: 1h2m3.5s", 3_723_500L)]
    [ForEachVendor("x-ratelimit-remaining-requests: 17; x-ratelimit-reset-requests: 6m0s", null)]
    [ForEachVendor("x-ratelimit-remaining-requests: 0; x-ratelimit-reset-requests: 1s; x-ratelimit-remaining-tokens: 0; x-ratelimit-reset-tokens: 5s", 5_000L)]
    [ForEachVendor("anthropic-ratelimit-requests-remaining: 0; anthropic-ratelimit-requests-reset: 2026-11-22T09:00:45Z", 45_000L)]
    [ForEachVendor("anthropic-ratelimit-requests-remaining: 0; anthropic-ratelimit-requests-reset: 2026-11-22T08:59:00Z", 0L)]
    [ForEachVendor("x-ratelimit-reset: 90", 90_000L)]
    [ForEachVendor("x-ratelimit-reset: 1795338060", 60_000L)]
    [ForEachVendor("x-ratelimit-reset: 1795338060000", 60_000L)]
    [ForEachVendor("x-ratelimit-reset-requests: <MASKED>", null)]
    [ForEachVendor("retry-after: 20; x-ratelimit-remaining-tokens: 0; x-ratelimit-reset-tokens: 6m0s", 20_000L)]
    [ForEachVendor("date: Thu, 01 Jan 1970 00:00:00 GMT; retry-after: 20", 20_000L)]
    public async Task A_wait_in_the_headers_is_understood(string provider, string headers, long? milliseconds)
    {
        var pairs = headers.Split("; ").Select(header => header.Split(": ", 2)).Select(pair => (pair[0], pair[1])).ToArray();
        foreach (var status in new[] { 429, 503, 529 })
        {
            await using var server = await LoopbackServer.Start(status, Vendors.Error(provider, "slow", "Slow down."), pairs);

            var outcome = await Vendors.Ask(provider, server.Url);

            Assert.Equal(milliseconds, status == 429 ? Assert.IsType<CallOutcome.RateLimited>(outcome).RetryAfterMs : Assert.IsType<CallOutcome.Overloaded>(outcome).RetryAfterMs);
        }
    }

    [Theory]
    [InlineData("36.5s", 36_500L)]
    [InlineData("0s", 0L)]
    [InlineData("-3s", 0L)]
    [InlineData("1e300s", 315_360_000_000L)]
    [InlineData("later", null)]
    public async Task Geminis_wait_stands_in_the_body(string delay, long? milliseconds)
    {
        var body = $$$"""{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"{{{delay}}}"}]}}""";
        await using var server = await LoopbackServer.Start(429, body);

        Assert.Equal(milliseconds, Assert.IsType<CallOutcome.RateLimited>(await Vendors.Ask("gemini", server.Url)).RetryAfterMs);
    }

    [Theory]
    [ForEachVendor]
    public async Task A_good_answer_is_not_waited_for_whatever_its_headers_say(string provider)
    {
        await using var server = await LoopbackServer.Start(200, Vendors.Answer(provider, "Hello"), ("retry-after", "59"));
        await using var gateway = Vendors.Gateway(provider, server.Url);

        Assert.IsType<CallOutcome.Answered>((await gateway.Ask(Vendors.Question(provider))).Outcome);
        var admission = gateway.Admit(Vendors.Question(provider), default).AsTask();
        Assert.True(admission.IsCompletedSuccessfully);
    }
}
