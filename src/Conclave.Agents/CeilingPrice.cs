using Conclave.Engine.Budget;

namespace Conclave.Agents;

/// <summary>What a model costs at most, as the user of the machine says; for models that nobody else prices.</summary>
/// <param name="ContextTokens">The most tokens of a question and its answer together; null for the catalog's, else <see cref="UnknownContext"/>.</param>
/// <param name="MaxOutputTokens">The most tokens of an answer; null for the catalog's, else <see cref="UnknownOutput"/>.</param>
public sealed record CeilingPrice(string Provider, string Model, decimal InputUsdPerMillion, decimal OutputUsdPerMillion, int? ContextTokens = null, int? MaxOutputTokens = null)
{
    /// <summary>The context that a model is taken to have when nobody says.</summary>
    public const int UnknownContext = 128_000;

    /// <summary>The longest answer that a model is taken to give when nobody says.</summary>
    public const int UnknownOutput = 16_000;

    /// <summary>The model at this price.</summary>
    /// <param name="known">What is known about it otherwise; null when it is in no catalog, and then it takes no efforts.</param>
    internal CatalogModel For(CatalogModel? known)
    {
        var model = known ?? new CatalogModel(Provider, Model, null, UnknownContext, UnknownOutput, [], []);
        return model with
        {
            ContextTokens = ContextTokens ?? model.ContextTokens,
            MaxOutputTokens = MaxOutputTokens ?? model.MaxOutputTokens,
            // A ceiling knows no discount: what comes from a cache may cost as much.
            Prices = [new DatedPrice(null, new ModelPrice(InputUsdPerMillion, InputUsdPerMillion, OutputUsdPerMillion))],
            Source = CatalogSource.Config,
        };
    }
}
