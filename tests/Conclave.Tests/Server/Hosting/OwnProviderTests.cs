using System.Collections.Immutable;
using Conclave.Agents;
using Conclave.Agents.Keys;
using Conclave.Server.Hosting;
using Conclave.Server.Vendors;

namespace Conclave.Tests.Server.Hosting;

/// <summary>Providers that the machine's owner describes: local servers, and compatible endpoints of others.</summary>
public sealed class OwnProviderTests
{
    private static readonly HostEnvironment Environment = new("/nowhere", ImmutableDictionary<string, Secret>.Empty.Add("openai", new Secret("k-openai-0001")), null, false)
    {
        OtherKeys = ImmutableDictionary<string, Secret>.Empty.Add("HOUSE_LLM_API_KEY", new Secret("k-house-00001")).Add("ANTHROPIC_API_KEY", new Secret("k-other-00001")),
    };

    [Fact]
    public async Task A_provider_of_any_name_is_used_with_its_protocol_and_its_key_or_none()
    {
        var settings = MachineSettings.Read("""
            providers:
              openai: { base_url: "https://proxy.example.com/v1", stream: false }
              ollama: { protocol: chat, base_url: "http://127.0.0.1:11434/v1", allow_insecure_loopback: true }
              house-llm: { protocol: messages, base_url: "https://llm.example.com" }
            models:
              ollama/qwen: { input_usd_per_million: 0, output_usd_per_million: 0 }
            """, "config.yaml").Value!;

        var gateway = await Gateway(settings);

        Assert.Empty(gateway.Problems());
        Assert.Equal(["house-llm", "ollama", "openai"], gateway.Providers.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((WireProtocol.Chat, true, true), (gateway.Providers["ollama"].Protocol, gateway.Providers["ollama"].Key is null, gateway.Providers["ollama"].Streams));
        Assert.Equal((WireProtocol.Messages, false), (gateway.Providers["house-llm"].Protocol, gateway.Providers["house-llm"].Key is null));
        Assert.Equal((null, false), (gateway.Providers["openai"].Protocol, gateway.Providers["openai"].Streams));
        Assert.Equal("ollama", Assert.Single(settings.Prices).Provider);
    }

    [Fact]
    public void A_workflow_may_name_it_and_a_slip_of_the_pen_is_told_before_the_run()
    {
        const string Text = "name: w\nversion: 1\nagents: { a: { provider: olama, model: qwen } }\nphases: { one: { agent: a, prompt: 'Say hello.' } }\n";
        var library = new WorkflowLibrary(ConclaveHost.StepKinds, ["openai", "ollama"]);

        Assert.Contains("CONC020 there is no provider `olama` (did you mean `ollama`?)", Assert.Single(library.Plan(new WorkflowSource("w.yaml", Text, null)).Problems).ToString(), StringComparison.Ordinal);
        Assert.Empty(library.Plan(new WorkflowSource("w.yaml", Text.Replace("olama", "ollama", StringComparison.Ordinal), null)).Problems);
    }

    [Fact]
    public async Task The_settings_on_the_page_about_providers_are_valid()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "providers.md"));

        var read = MachineSettings.Read(page.Split("```yaml\n")[1].Split("```")[0], "config.yaml");

        Assert.Empty(read.Problems);
        Assert.Equal(["house-llm", "ollama", "vllm"], (await Gateway(read.Value!)).Providers.Keys.Where(name => name != "openai").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("opnai: { base_url: \"https://x.example.com\" }", "CONC020 there is no provider `opnai` (did you mean `openai`?; a provider of your own says what it speaks: protocol: responses | chat | messages | gemini)")]
    [InlineData("My_Box: { protocol: chat, base_url: \"https://x.example.com\" }", "CONC006 a provider can't be called `My_Box` (use up to 40 small letters, digits and dashes, with a letter first)")]
    [InlineData("box: { protocol: telnet, base_url: \"https://x.example.com\" }", "CONC006 `protocol` of provider `box` can't be `telnet`")]
    public void What_is_wrong_with_one_is_told(string provider, string problem) =>
        Assert.Contains(problem, Assert.Single(MachineSettings.Read($"providers:\n  {provider}\n", "config.yaml").Problems).ToString(), StringComparison.Ordinal);

    // As VendorAccess opens the door.
    private static async Task<GatewaySettings> Gateway(MachineSettings settings)
    {
        var keys = new KeyRing(Environment, new KeyFile("/nowhere/keys.json"), settings, TimeProvider.System);
        var readings = await Task.WhenAll(keys.Providers.Select(async provider => (Provider: provider, (await keys.Take(provider)).Key)));
        return new GatewaySettings(readings.ToImmutableDictionary(reading => reading.Provider, reading => settings.Provider(reading.Provider, reading.Key)));
    }
}
