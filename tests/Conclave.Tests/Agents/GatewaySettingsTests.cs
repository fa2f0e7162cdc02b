using System.Collections.Immutable;
using Conclave.Agents;

namespace Conclave.Tests.Agents;

public sealed class GatewaySettingsTests
{
    [Theory]
    [InlineData("https://api.openai.com/v1", false)]
    [InlineData("https://127.0.0.1:8443/v1", false)]
    [InlineData("http://127.0.0.1:8080/v1", true)]
    [InlineData("http://localhost:8080", true)]
    [InlineData("http://[::1]:8080", true)]
    public void Https_and_marked_loopback_addresses_are_fine(string url, bool loopback) =>
        Assert.Empty(Problems("openai", new ProviderSettings(new Uri(url), new Secret("sk-1")) { AllowInsecureLoopback = loopback }));

    [Theory]
    [InlineData("http://api.openai.com/v1", true, "providers.openai.base_url: `http://api.openai.com/v1` would send the key in the clear; use https")]
    [InlineData("http://127.0.0.1:8080", false, "providers.openai.base_url: `http://127.0.0.1:8080` is plain http; set allow_insecure_loopback to true if that is meant")]
    [InlineData("http://localhost.evil.com", true, "providers.openai.base_url: `http://localhost.evil.com` would send the key in the clear; use https")]
    [InlineData("https://api.openai.com@evil.com/v1", false, "providers.openai.base_url: `https://evil.com/v1` holds a name or password before the host; take it out, the key has its own setting")]
    [InlineData("https://api.openai.com/v1?key=x", false, "providers.openai.base_url: `https://api.openai.com/v1` ends in a query or a fragment; give the address up to its version only")]
    [InlineData("https://169.254.169.254/", false, "providers.openai.base_url: `169.254.169.254` can't be a vendor's host")]
    [InlineData("https://[::ffff:169.254.169.254]/", false, "providers.openai.base_url: `[::ffff:169.254.169.254]` can't be a vendor's host")]
    [InlineData("https://2852039166/", false, "providers.openai.base_url: `2852039166` is another way to write 169.254.169.254; write the address itself if that is meant")]
    [InlineData("https://0.0.0.0/", false, "providers.openai.base_url: `0.0.0.0` can't be a vendor's host")]
    [InlineData("https://api.openai.com./", false, "providers.openai.base_url: `api.openai.com.` can't be a vendor's host: it ends in a dot")]
    [InlineData("ftp://api.openai.com/", false, "providers.openai.base_url: `ftp://api.openai.com/` is not a web address; write one such as https://api.openai.com/v1")]
    [InlineData("file:///etc/passwd", false, "providers.openai.base_url: `file:///etc/passwd` is not a web address; write one such as https://api.openai.com/v1")]
    [InlineData("/v1", false, "providers.openai.base_url: `/v1` is not a web address; write one such as https://api.openai.com/v1")]
    public void An_address_that_must_not_get_the_key_is_a_problem(string url, bool loopback, string problem) =>
        Assert.Equal([problem], Problems("openai", new ProviderSettings(new Uri(url, UriKind.RelativeOrAbsolute), new Secret("sk-1")) { AllowInsecureLoopback = loopback }));

    [Fact]
    public void All_problems_are_told_at_once_and_none_tells_the_key()
    {
        var settings = new ProviderSettings(new Uri("http://name:sk-canary@example.com/?key=sk-canary"), new Secret("sk-canary\n"))
        {
            MaxConcurrentCalls = 0,
            ConnectTimeout = TimeSpan.Zero,
            FirstByteTimeout = TimeSpan.FromDays(2),
            IdleTimeout = -TimeSpan.FromSeconds(1),
            TotalTimeout = Timeout.InfiniteTimeSpan,
            Proxy = new Uri("socks5://localhost:1"),
        };

        var problems = new GatewaySettings(ImmutableDictionary<string, ProviderSettings>.Empty.Add("opnai", settings).Add("gemini", settings)).Problems();

        Assert.Equal(
            [
                "providers.gemini.base_url", "providers.gemini.base_url", "providers.gemini.base_url", "providers.gemini.key", "providers.gemini.max_concurrent_calls",
                "providers.gemini.connect_timeout", "providers.gemini.first_byte_timeout", "providers.gemini.idle_timeout", "providers.gemini.total_timeout", "providers.gemini.proxy",
                "providers.opnai",
            ],
            problems.Select(problem => problem.Split(':')[0]));
        Assert.Contains("did you mean `openai`?", problems[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("sk-canary", string.Concat(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_key_is_a_problem() =>
        Assert.Equal(["providers.openai.key: it is empty; set the vendor's key, all of it and nothing else"], Problems("openai", new ProviderSettings(DefaultEndpoints.OpenAi, new Secret(""))));

    [Fact]
    public void The_default_endpoints_and_limits_are_fine() => Assert.Empty(new GatewaySettings(
        ProviderNames.All.ToImmutableDictionary(provider => provider, provider => new ProviderSettings(DefaultEndpoints.Of(provider)!, new Secret("k")))).Problems());

    private static ImmutableArray<string> Problems(string provider, ProviderSettings settings) =>
        new GatewaySettings(ImmutableDictionary<string, ProviderSettings>.Empty.Add(provider, settings)).Problems();
}
