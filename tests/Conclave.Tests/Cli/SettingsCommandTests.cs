using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Conclave.Agents;
using Conclave.Agents.Keys;
using Conclave.Cli;
using Conclave.Server.Hosting;
using Conclave.Tests.Fakes;
using Conclave.Tests.Workspace.Files;
using Conclave.Workspace.GitHub;

namespace Conclave.Tests.Cli;

/// <summary><c>conclave models</c> and <c>conclave config show</c>.</summary>
public sealed class SettingsCommandTests : IDisposable
{
    private readonly TempFolder data = new();

    public void Dispose() => data.Dispose();

    private async Task<(int Exit, string Output, string Error)> Run(FakeTimeProvider? clock, params string[] args)
    {
        var output = new StringWriter { NewLine = "\n" };
        var error = new StringWriter { NewLine = "\n" };
        var keys = ImmutableDictionary<string, Secret>.Empty.Add("openai", new Secret("sk-canary"));
        var exit = await new CommandLine(new HostEnvironment(data.Path, keys, null, false), clock ?? new FakeTimeProvider(), output, error).Run(args);
        return (exit, output.ToString(), error.ToString());
    }

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(data.Path, file), text);

    [Fact]
    public async Task The_models_look_as_in_their_snapshot_and_fit_on_80_columns()
    {
        var (exit, output, error) = await Run(null, "models");
        Assert.Equal((0, ""), (exit, error));
        Assert.All(output.Split('\n'), line => Assert.True(line.Length <= 80, line));
        Assert.DoesNotContain('\e', output);
        Snapshot.Matches("models.txt", output);
    }

    [Theory]
    [InlineData("2026-11-30T23:59:59Z", "2", "2026-12-01")]
    [InlineData("2026-12-01T00:00:00Z", "4", null)]
    public async Task The_price_of_now_and_the_next_one_follow_the_clock(string now, string input, string? next)
    {
        var (_, output, _) = await Run(new FakeTimeProvider(DateTimeOffset.Parse(now)), "models", "--json");
        var argon = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).Single(model => model["model"]!.GetValue<string>() == "gemini-4-argon");
        Assert.Equal(input, argon["price"]!["input"]!.ToJsonString());
        Assert.Equal(next, argon["next_price"]?["from"]!.GetValue<string>());
        Assert.Equal(("built_in", true), (argon["source"]!.GetValue<string>(), argon["parameters"]!["output_schema"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task A_users_own_models_and_prices_are_listed_with_where_they_come_from()
    {
        Write("models.json", """{"models": [{"provider": "openai", "model": "house-1", "context_tokens": 8000, "max_output_tokens": 4000, "efforts": [], "output_schema": false, "prices": []}]}""");
        Write("config.yaml", "models: { openai/house-2: { input_usd_per_million: 1, output_usd_per_million: 4 } }\n");
        var (exit, output, _) = await Run(null, "models");
        Assert.Equal(0, exit);
        Assert.Contains("openai house-1\n  8K context, 4K answer; no effort\n  no price: set a ceiling in config.yaml to use it\n  from models.json\n", output, StringComparison.Ordinal);
        Assert.Contains("openai house-2\n  128K context, 16K answer; no effort, schema\n  $1.00 in, $1.00 cached, $4.00 out per million tokens\n  price from config.yaml\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_models_file_with_mistakes_is_refused_with_the_place_of_each()
    {
        Write("models.json", "{\"models\": [{\"provider\": \"opnai\", \"model\": \"m\",\n  \"context_tokens\": 0, \"max_output_tokens\": 1, \"efforts\": [], \"output_schema\": \"yes\",\n  \"default_effort\": \"low\", \"prices\": []}]}");
        var (exit, output, error) = await Run(null, "models");
        Assert.Equal((3, ""), (exit, output));
        var file = Path.Combine(data.Path, "models.json");
        Assert.Equal(
            [$"conclave: {file}:1:26: CONC720 models[0].provider", $"conclave: {file}:2:21: CONC720 models[0].context_tokens", $"conclave: {file}:2:80: CONC720 models[0].output_schema", $"conclave: {file}:3:21: CONC720 models[0].default_effort"],
            error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[..line.IndexOf(": ", line.IndexOf("models[0]", StringComparison.Ordinal), StringComparison.Ordinal)]));
    }

    [Fact]
    public async Task Every_setting_is_shown_with_where_it_comes_from_and_no_key_is()
    {
        Write("config.yaml", """
            providers:
              openai: { requests_per_minute: 50, breaker_rest: 90s }
              anthropic: { base_url: "https://example.com/v1" }
            models: { openai/house-2: { input_usd_per_million: 1, output_usd_per_million: 4 } }
            """);
        var (exit, output, error) = await Run(null, "config", "show");
        Assert.Equal((0, ""), (exit, error));
        Assert.DoesNotContain("sk-canary", output, StringComparison.Ordinal);
        Assert.StartsWith("data_directory ", output, StringComparison.Ordinal);
        // From there on nothing depends on where the test runs.
        Snapshot.Matches("config-show.txt", output[output.IndexOf("color ", StringComparison.Ordinal)..]);

        Write("config.yaml", "providers: { anthropic: { base_url: \"https://name:sk-canary@example.com/v1?key=sk-canary\" } }");
        var refused = await Run(null, "config", "show");
        Assert.Equal(3, refused.Exit);
        Assert.DoesNotContain("sk-canary", refused.Output + refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_addresses_and_hosts_are_shown_with_the_variable_file_or_command_that_they_come_from_and_never_their_text()
    {
        Write("config.yaml", """
            providers:
              openai: { base_url: "https://file.example.com/v1", key_command: ["/usr/bin/secret-tool", "lookup", "sk-canary-argument"] }
              anthropic: { base_url: "https://file.example.com" }
              gemini: { key_command: ["/usr/bin/secret-tool", "lookup", "sk-canary-argument"] }
              house-llm: { protocol: chat, base_url: "https://10.1.2.3/v1" }
            allowed_hosts: [gpu-box.lan, 10.1.2.3]
            """);
        new KeyFile(Path.Combine(data.Path, "keys.json")).Set("anthropic", new Secret("sk-canary-file"));
        var environment = new HostEnvironment(data.Path, ImmutableDictionary<string, Secret>.Empty.Add("openai", new Secret("sk-canary-variable")), null, false)
        {
            Addresses = ImmutableDictionary<string, string>.Empty.Add("gemini", "http://127.0.0.1:8080").Add("openai", "https://variable.example.com/v1"),
            AllowInsecureLoopback = true,
            OtherKeys = ImmutableDictionary<string, Secret>.Empty.Add("HOUSE_LLM_API_KEY", new Secret("sk-canary-house")),
            GitHubToken = new AccessToken("sk-canary-token"),
        };
        var output = new StringWriter { NewLine = "\n" };

        var exit = await new CommandLine(environment, new FakeTimeProvider(), output, TextWriter.Null).Run(["config", "show", "--json"]);

        var shown = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)
            .ToDictionary(setting => (string)setting["key"]!, setting => ((string?)setting["value"], (string)setting["origin"]!));
        Assert.Equal(0, exit);
        Assert.DoesNotContain("sk-canary", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(("set", "environment"), shown["providers.openai.key"]);
        Assert.Equal(("secret-tool", "file"), shown["providers.openai.key_command"]);
        Assert.Equal(("https://variable.example.com/v1", "environment"), shown["providers.openai.base_url"]);
        Assert.Equal(("set", "keys_file"), shown["providers.anthropic.key"]);
        Assert.Equal((null, "default"), shown["providers.anthropic.key_command"]);
        Assert.Equal(("https://file.example.com/", "file"), shown["providers.anthropic.base_url"]);
        Assert.Equal(("set", "key_command"), shown["providers.gemini.key"]);
        Assert.Equal(("http://127.0.0.1:8080/v1beta", "environment"), shown["providers.gemini.base_url"]);
        Assert.Equal(("true", "environment"), shown["providers.gemini.allow_insecure_loopback"]);
        Assert.Equal(("set", "environment"), shown["providers.house-llm.key"]);
        Assert.Equal(("10.1.2.3, gpu-box.lan", "file"), shown["allowed_hosts"]);
        Assert.Equal(("set", "environment"), shown["github.token"]);
        Assert.Equal(("https://api.github.com/", "default"), shown["github.api_url"]);
    }

    [Fact]
    public async Task A_keys_file_or_an_address_that_is_of_no_use_is_told()
    {
        Write("keys.json", "{");
        var (exit, output, error) = await Run(null, "config", "show");
        Assert.Equal(4, exit);
        Assert.Contains("keys.json", error, StringComparison.Ordinal);
        Assert.Contains("providers.openai.key ", output, StringComparison.Ordinal);

        var environment = new HostEnvironment(data.Path, ImmutableDictionary<string, Secret>.Empty, null, false) { Addresses = ImmutableDictionary<string, string>.Empty.Add("openai", "nowhere") };
        var told = new StringWriter();
        Assert.Equal(3, await new CommandLine(environment, new FakeTimeProvider(), TextWriter.Null, told).Run(["config", "show"]));
        Assert.Contains("CONC203 OPENAI_BASE_URL: it is not a web address", told.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_as_json_are_one_object_a_line()
    {
        var (_, output, _) = await Run(null, "config", "show", "--json");
        Assert.All(output.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.NotNull(JsonNode.Parse(line)!["origin"]));
        Assert.Contains("""{"key":"providers.openai.key","value":"set","origin":"environment"}""", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_of_a_vendor_are_read_and_wrong_ones_told_with_their_place()
    {
        var read = MachineSettings.Read("providers: { gemini: { max_concurrent_calls: 3, requests_per_minute: 10, tokens_per_minute: 250000, breaker_failures: 2, breaker_rest: 1m } }", "config.yaml").Value!;
        var gemini = read.Provider("gemini", new Secret("k"));
        Assert.Equal((3, 10, 250_000L, new BreakerSettings(2, TimeSpan.FromMinutes(1))), (gemini.MaxConcurrentCalls, gemini.RequestsPerMinute, gemini.TokensPerMinute, gemini.Breaker));
        Assert.Equal(new ProviderSettings(DefaultEndpoints.OpenAi, gemini.Key), read.Provider("openai", gemini.Key));
        Assert.Equal(
            """
            config.yaml:2:34: CONC006 `requests_per_minute` of provider `gemini` can't be `0` (write a whole number from 1 to 1000000)
            config.yaml:3:27: CONC006 `breaker_rest` of provider `openai` can't be `soon` (write a duration such as 90s, 10m or 2h)
            """,
            string.Join('\n', MachineSettings.Read("""
                providers:
                  gemini: { requests_per_minute: 0 }
                  openai: { breaker_rest: soon }
                """, "config.yaml").Problems));
    }
}
