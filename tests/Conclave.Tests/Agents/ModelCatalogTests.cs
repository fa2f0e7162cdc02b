using Conclave.Agents;
using Conclave.Engine.Budget;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Tests.Agents;

public sealed class ModelCatalogTests
{
    private static readonly DateTimeOffset Today = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("openai", "gpt-6.2-sol", 2, 0.10, 10, 1_050_000, 128_000)]
    [InlineData("openai", "gpt-6.1-terra", 1, 0.05, 5, 1_050_000, 128_000)]
    [InlineData("openai", "gpt-6-luna", 0.10, 0.01, 0.50, 1_050_000, 128_000)]
    [InlineData("anthropic", "claude-fable-5-1", 10, 0.25, 50, 1_000_000, 128_000)]
    [InlineData("anthropic", "claude-opus-5-5", 4, 0.20, 20, 1_000_000, 128_000)]
    [InlineData("anthropic", "claude-sonnet-5-5", 2, 0.10, 10, 1_000_000, 128_000)]
    [InlineData("anthropic", "claude-haiku-5-5", 0.10, 0.01, 0.50, 1_000_000, 128_000)]
    [InlineData("gemini", "gemini-4-neon", 3, 0.15, 15, 1_048_576, 65_536)]
    [InlineData("gemini", "gemini-4-hydrogen", 1.50, 0.075, 7.50, 1_048_576, 65_536)]
    [InlineData("gemini", "gemini-4-argon", 2, 0.10, 10, 1_048_576, 65_536)]
    [InlineData("gemini", "gemini-4-carbon", 2, 0.10, 10, 1_048_576, 65_536)]
    [InlineData("gemini", "gemini-3.8-flash", 0.75, 0.075, 3.75, 1_048_576, 65_536)]
    [InlineData("gemini", "gemini-2.5-flash", 0.30, 0.03, 2.50, 1_048_576, 65_536)]
    public void Every_model_has_its_price_and_limits(string provider, string model, double input, double cached, double output, int context, int maxOutput)
    {
        var profile = ModelCatalog.BuiltIn.Profile(provider, model, Today)!;

        Assert.Equal(((decimal)input, (decimal)cached, (decimal)output), (profile.Price!.Input, profile.Price.CachedInput, profile.Price.Output));
        Assert.Equal((context, maxOutput), (profile.ContextTokens, profile.MaxOutputTokens));
    }

    [Fact]
    public void There_is_no_model_that_is_not_checked_above() => Assert.Equal(13, ModelCatalog.BuiltIn.Models.Length);

    [Theory]
    [InlineData("gemini-4-argon", "2026-11-30T23:59:59Z", 2, 0.10, 10)]
    [InlineData("gemini-4-argon", "2026-12-01T00:00:00Z", 4, 0.20, 20)]
    [InlineData("gemini-4-carbon", "2027-06-01T00:00:00Z", 4, 0.20, 20)]
    [InlineData("gemini-3.8-flash", "2026-12-31T23:59:59Z", 0.75, 0.075, 3.75)]
    [InlineData("gemini-3.8-flash", "2026-12-31T23:59:59-01:00", 1.50, 0.15, 7.50)]
    public void A_price_holds_from_its_day(string model, string at, double input, double cached, double output) =>
        Assert.Equal(new ModelPrice((decimal)input, (decimal)cached, (decimal)output), ModelCatalog.BuiltIn.Profile("gemini", model, DateTimeOffset.Parse(at))!.Price);

    [Fact]
    public void Long_questions_cost_more_as_a_whole()
    {
        var sol = ModelCatalog.BuiltIn.Profile("openai", "gpt-6.2-sol", Today)!.Price!;
        var haiku = ModelCatalog.BuiltIn.Profile("anthropic", "claude-haiku-5-5", Today)!.Price!;

        Assert.Equal(0.544m + 0.01m, sol.Cost(new Usage(272_000, 0, 0, 1000, 0)));
        Assert.Equal(1.088004m + 0.015m, sol.Cost(new Usage(272_001, 0, 0, 1000, 0)));
        Assert.Equal(0.01m, haiku.Cost(new Usage(100_000, 0, 0, 0, 0)));
        Assert.Equal(0.0500005m, haiku.Cost(new Usage(100_001, 0, 0, 0, 0)));
    }

    [Fact]
    public void Writing_to_the_cache_has_its_own_price()
    {
        Assert.Equal(2.5m, ModelCatalog.BuiltIn.Profile("openai", "gpt-6.2-sol", Today)!.Price!.CacheWrite);
        Assert.Equal(5m, ModelCatalog.BuiltIn.Profile("anthropic", "claude-opus-5-5", Today)!.Price!.CacheWrite);
        Assert.Equal(2.5m, ModelCatalog.BuiltIn.Profile("anthropic", "claude-sonnet-5-5", Today)!.Price!.CacheWrite);
    }

    [Theory]
    [InlineData("openai", "gpt-6.2-sol", "none", false)]
    [InlineData("openai", "gpt-6.2-sol", "minimal", false)]
    [InlineData("openai", "gpt-6.2-sol", "medium", true)]
    [InlineData("anthropic", "claude-opus-5-5", "max", true)]
    [InlineData("gemini", "gemini-4-hydrogen", "minimal", false)]
    [InlineData("gemini", "gemini-4-hydrogen", "high", true)]
    [InlineData("gemini", "gemini-2.5-flash", "high", false)]
    public void A_model_accepts_its_own_efforts_only(string provider, string model, string effort, bool accepts) =>
        Assert.Equal(accepts ? effort : null, ModelCatalog.BuiltIn.Find(provider, model)!.Accepted(effort));

    [Fact]
    public void Nothing_is_known_about_a_model_that_is_not_in_it()
    {
        Assert.Null(ModelCatalog.BuiltIn.Profile("openai", "gpt-99", Today));
        Assert.Null(ModelCatalog.BuiltIn.Profile("anthropic", "gpt-6.2-sol", Today));
    }

    [Fact]
    public void A_users_catalog_adds_models_and_replaces_what_is_known()
    {
        var more = ModelCatalog.Read("""
            {
              // the house's own
              "models": [
                {"provider": "openai", "model": "house-1", "context_tokens": 8000, "max_output_tokens": 4000, "efforts": [], "prices": []},
                {"provider": "openai", "model": "gpt-6-luna", "context_tokens": 9000, "max_output_tokens": 5000, "efforts": ["low"], "prices": [{"input": 1, "cached_input": 1, "output": 1}]},
              ]
            }
            """).Value!;

        var both = ModelCatalog.BuiltIn.With(more);

        Assert.Equal(14, both.Models.Length);
        Assert.Equal(new ModelProfile(8000, 4000, null), both.Profile("openai", "house-1", Today));
        Assert.Equal(new ModelProfile(9000, 5000, new ModelPrice(1, 1, 1)), both.Profile("openai", "gpt-6-luna", Today));
        Assert.NotNull(both.Find("openai", "gpt-6.2-sol"));
    }

    [Theory]
    [InlineData("{", "1:2: CONC720 the text is not JSON: ")]
    [InlineData("{\n  \"models\": [ööö]\n}", "2:14: CONC720 the text is not JSON: ")]
    [InlineData("[]", "1:1: CONC720 the catalog: must be an object with models")]
    [InlineData("""{"modles": []}""", "1:1: CONC720 models: must be a list|1:2: CONC720 the catalog: there is no key `modles` (did you mean `models`?)")]
    [InlineData("""{"models": [7]}""", "1:13: CONC720 models[0]: must be an object with provider, model")]
    [InlineData("""{"models": [], "models": [], "models": []}""", "1:16: CONC720 models: the key is there more than once (keep one)|1:30: CONC720 models: the key is there more than once (keep one)")]
    [InlineData("""
        {
          // A comment, and letters of more than one byte: Grüße 🌍.
          "models": [
            { "provider": "opnai", "model": "", "context_tokens": 0, "max_output_tokens": 1.5, "efforts": [1], "default_effort": "low",
              "prices": [
                { "input": "cheap", "cached_input": -1, "from": "soon",
                  "long_context": {} } ],
              /* ü */ "price": 1 },
          ]
        }
        """,
        """
        4:19: CONC720 models[0].provider: there is no provider `opnai` (did you mean `openai`?)
        4:37: CONC720 models[0].model: must be a text
        4:59: CONC720 models[0].context_tokens: must be a whole number of tokens above 0
        4:83: CONC720 models[0].max_output_tokens: must be a whole number of tokens above 0
        4:100: CONC720 models[0].efforts[0]: must be a text
        4:122: CONC720 models[0].default_effort: `low` is not among its efforts (
        6:9: CONC720 models[0].prices[0].output: must be a number of USD per million tokens, 0 or more
        6:20: CONC720 models[0].prices[0].input: must be a number of USD per million tokens, 0 or more
        6:45: CONC720 models[0].prices[0].cached_input: must be a number of USD per million tokens, 0 or more
        6:57: CONC720 models[0].prices[0].from: must be a day such as "2026-12-01"
        7:27: CONC720 models[0].prices[0].long_context.over_input_tokens: must be a whole number
        7:27: CONC720 models[0].prices[0].long_context.input: must be a number
        7:27: CONC720 models[0].prices[0].long_context.cached_input: must be a number
        7:27: CONC720 models[0].prices[0].long_context.output: must be a number
        8:15: CONC720 models[0]: there is no key `price` (did you mean `prices`?)
        """)]
    [InlineData(
        """{"models": [{"provider": "openai", "model": "m", "context_tokens": 1, "max_output_tokens": 1, "efforts": [], "prices": [{"input": 1, "cached_input": 1, "output": 1, "from": "2026-12-01"}, {"input": 1, "cached_input": 1, "output": 1, "from": "2026-11-01"}]}]}""",
        "1:242: CONC720 models[0].prices[1].from: a later price needs a later day")]
    [InlineData(
        """{"models": [{"provider": "openai", "model": "m", "context_tokens": 1, "max_output_tokens": 1, "efforts": [], "prices": []}, {"provider": "openai", "model": "m", "context_tokens": 1, "max_output_tokens": 1, "efforts": [], "prices": []}]}""",
        "1:125: CONC720 models[1]: openai's m is there already (keep one)")]
    public void Everything_that_is_wrong_with_a_catalog_is_told_with_line_and_column(string json, string expected)
    {
        var reading = ModelCatalog.Read(json, file: "models.json");

        var told = expected.Split('|', '\n').Select(line => $"models.json:{line}").ToList();
        Assert.Null(reading.Value);
        Assert.True(told.Count == reading.Problems.Length, string.Join('\n', reading.Problems));
        Assert.All(reading.Problems.Zip(told), pair => Assert.StartsWith(pair.Second, pair.First.ToString(), StringComparison.Ordinal));
    }
}
