using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using Conclave.Agents;
using Conclave.Engine;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Tests.Agents;

/// <summary>A key goes into one header of a request to its own vendor, and nowhere else.</summary>
public sealed class SecretTests
{
    private const string Canary = "environment-canary";

    [Fact]
    public void A_key_shows_itself_as_three_stars_wherever_it_is_written()
    {
        var settings = Vendors.Settings("openai", new Uri("http://127.0.0.1:1"));
        var all = new GatewaySettings(ImmutableDictionary<string, ProviderSettings>.Empty.Add("openai", settings));

        Assert.Equal("***", settings.Key!.ToString());
        Assert.Equal("\"***\"", JsonSerializer.Serialize(settings.Key));
        foreach (var text in new[] { $"{settings}", $"{all}", JsonSerializer.Serialize(settings, EngineJson.Options), JsonSerializer.Serialize(all, EngineJson.Indented) })
        {
            Assert.DoesNotContain(Vendors.Key, text, StringComparison.Ordinal);
        }

        Assert.Throws<NotSupportedException>(() => JsonSerializer.Deserialize<Secret>("\"x\""));
    }

    [Theory]
    [InlineData("openai", "authorization: Bearer ")]
    [InlineData("anthropic", "x-api-key: ")]
    [InlineData("gemini", "x-goog-api-key: ")]
    public async Task A_key_is_sent_in_one_header_and_not_in_the_address_or_the_body(string provider, string header)
    {
        await using var server = await LoopbackServer.Start(200, Vendors.Answer(provider, "Hello"));

        await Vendors.Ask(provider, server.Url);

        var seen = server.Seen.Single();
        Assert.Equal($"{header}{Vendors.Key}", Assert.Single(seen.Headers.Split('\n'), line => line.Contains(Vendors.Key, StringComparison.Ordinal)));
        Assert.DoesNotContain(Vendors.Key, seen.Target + seen.Body, StringComparison.Ordinal);
    }

    [Theory]
    [ForEachVendor]
    public async Task A_vendor_that_repeats_the_key_does_not_get_it_into_an_outcome(string provider)
    {
        var said = $"Incorrect API key provided: {Vendors.Key}.";
        foreach (var (status, body) in new[]
        {
            (400, Vendors.Error(provider, Vendors.Key, said)),
            (401, Vendors.Error(provider, "invalid_api_key", said)),
            (401, said),
            (413, said),
            (429, Vendors.Error(provider, "slow", said)),
            (500, said),
            (529, said),
            (200, $"data: {Vendors.Error(provider, "broken", said)}\n\n"),
            (200, $"<html>{said}</html>"),
            (200, $"data: {{ {said} }}\n\n"),
            (200, Vendors.Answer(provider, "Hello").Replace("_1\"", $"_{Vendors.Key}\"", StringComparison.Ordinal).Replace("\"model\":\"", $"\"model\":\"{Vendors.Key}", StringComparison.Ordinal)),
        })
        {
            await using var server = await LoopbackServer.Start(status, body);

            var outcome = await Vendors.Ask(provider, server.Url);

            Assert.DoesNotContain(Vendors.Key, JsonSerializer.Serialize(outcome, EngineJson.Options), StringComparison.Ordinal);
            Assert.DoesNotContain(Vendors.Key, outcome.ToString(), StringComparison.Ordinal);
        }

        await using var named = await LoopbackServer.Start(500, "", ("x-request-id", $"req-{Vendors.Key}"));
        Assert.Equal("req-***", (await Vendors.Ask(provider, named.Url)).RequestId);
    }

    [Theory]
    [ForEachVendor]
    public async Task A_long_message_is_cut_after_the_key_was_taken_out(string provider)
    {
        await using var server = await LoopbackServer.Start(400, new string('x', 990) + Vendors.Key + new string('y', 5000));

        var rejected = Assert.IsType<CallOutcome.Rejected>(await Vendors.Ask(provider, server.Url));

        Assert.Equal($"{new string('x', 990)}***yyyyyyy…", rejected.Message);
    }

    [Fact]
    public async Task Nothing_of_the_environment_is_sent()
    {
        // The SDKs read the environment once per process, so this test runs again in a process of its own.
        if (Environment.GetEnvironmentVariable("ANTHROPIC_PROFILE") != Canary)
        {
            await RunAgainWithCanaries();
            return;
        }

        foreach (var provider in ProviderNames.All)
        {
            await using var server = await LoopbackServer.Start(200, Vendors.Answer(provider, "Hello"));
            await Vendors.Ask(provider, server.Url);

            Assert.DoesNotContain(Canary, server.Seen.Single().Headers, StringComparison.Ordinal);
            Assert.Contains(Vendors.Key, server.Seen.Single().Headers, StringComparison.Ordinal);
        }
    }

    [Theory]
    [ForEachVendor]
    public async Task Nothing_of_our_own_tracing_is_sent(string provider)
    {
        using var activity = new Activity("a call").AddBaggage("session", "canary-baggage").Start();
        await using var server = await LoopbackServer.Start(200, Vendors.Answer(provider, "Hello"));

        await Vendors.Ask(provider, server.Url);

        var headers = server.Seen.Single().Headers;
        Assert.DoesNotContain("traceparent", headers, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("canary-baggage", headers, StringComparison.Ordinal);
    }

    private static async Task RunAgainWithCanaries()
    {
        var method = $"{typeof(SecretTests).FullName}.{nameof(Nothing_of_the_environment_is_sent)}";
        var start = new ProcessStartInfo("dotnet", [typeof(SecretTests).Assembly.Location, "-method", method]) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var name in new[]
        {
            "OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "GEMINI_API_KEY", "GOOGLE_API_KEY", "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_WORKSPACE_ID",
            "ANTHROPIC_ORGANIZATION_ID", "ANTHROPIC_PROFILE", "ANTHROPIC_IDENTITY_TOKEN",
        })
        {
            start.Environment[name] = Canary;
        }

        foreach (var name in new[] { "OPENAI_BASE_URL", "ANTHROPIC_BASE_URL", "HTTP_PROXY", "ALL_PROXY" })
        {
            start.Environment[name] = $"http://{Canary}.invalid";
        }

        start.Environment["ANTHROPIC_CUSTOM_HEADERS"] = $"x-from: {Canary}\nauthorization: Bearer {Canary}\nx-api-key: {Canary}";
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0 && output.Contains("Total: 1,", StringComparison.Ordinal), output);
    }
}
