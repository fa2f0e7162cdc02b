using Conclave.Agents;
using Conclave.Engine.Budget;
using Conclave.Engine.Execution.Calls;
using Conclave.Server.Hosting;

namespace Conclave.Tests.Server.Hosting;

/// <summary>Prices that the user of the machine sets for models that nobody else prices.</summary>
public sealed class CeilingPriceTests
{
    private static readonly DateTimeOffset Today = new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);

    private static ModelCatalog Catalog(string settings) => ModelCatalog.BuiltIn.With(MachineSettings.Read(settings, "config.yaml").Value!.Prices);

    [Fact]
    public void A_model_that_is_in_no_catalog_can_be_used_at_the_price_that_the_user_sets()
    {
        var catalog = Catalog("""
            models:
              openai/house-1: { input_usd_per_million: 1.50, output_usd_per_million: 6 }
              openai/org/own-2: { input_usd_per_million: 0, output_usd_per_million: 0, context_tokens: 32000, max_output_tokens: 4000 }
            """);
        Assert.Equal(new ModelProfile(128_000, 16_000, new ModelPrice(1.5m, 1.5m, 6m)), catalog.Profile("openai", "house-1", Today));
        Assert.Equal(new ModelProfile(32_000, 4_000, new ModelPrice(0m, 0m, 0m)), catalog.Profile("openai", "org/own-2", Today));
        Assert.Null(catalog.Find("openai", "house-1")!.Accepted("high"));
    }

    [Fact]
    public void A_price_for_a_known_model_holds_in_place_of_the_catalogs_and_its_limits_and_efforts_stay()
    {
        var catalog = Catalog("models: { openai/gpt-6.2-sol: { input_usd_per_million: 9, output_usd_per_million: 90 } }");
        var known = ModelCatalog.BuiltIn.Find("openai", "gpt-6.2-sol")!;
        Assert.Equal(new ModelProfile(known.ContextTokens, known.MaxOutputTokens, new ModelPrice(9m, 9m, 90m)), catalog.Profile("openai", "gpt-6.2-sol", Today));
        Assert.Equal(known.Efforts, catalog.Find("openai", "gpt-6.2-sol")!.Efforts);
        Assert.Equal(ModelCatalog.BuiltIn.Models.Length, catalog.Models.Length);
    }

    [Fact]
    public void Everything_that_is_wrong_with_prices_is_told_with_its_place() => Assert.Equal(
        """
        config.yaml:2:3: CONC006 `models` can't have `house-1` (write PROVIDER/MODEL, such as openai/gpt-6-luna)
        config.yaml:3:3: CONC020 there is no provider `opnai` (did you mean `openai`?)
        config.yaml:4:3: CONC006 model `openai/a` must be a map (write input_usd_per_million and output_usd_per_million below it)
        config.yaml:5:13: CONC005 model `openai/b` lacks `output_usd_per_million`
        config.yaml:5:38: CONC006 `input_usd_per_million` of model `openai/b` can't be `-1` (write an amount of USD such as 2.50, or 0)
        config.yaml:6:68: CONC003 model `openai/c` has no key `price` (known: context_tokens, input_usd_per_million, max_output_tokens, output_usd_per_million)
        """,
        string.Join('\n', MachineSettings.Read("""
            models:
              house-1: { input_usd_per_million: 1, output_usd_per_million: 1 }
              opnai/x: { input_usd_per_million: 1, output_usd_per_million: 1 }
              openai/a: 5
              openai/b: { input_usd_per_million: -1 }
              openai/c: { input_usd_per_million: 1, output_usd_per_million: 1, price: 2 }
            """, "config.yaml").Problems));
}
