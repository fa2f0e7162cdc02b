using System.Collections.Immutable;
using Conclave.Engine.Budget;

namespace Conclave.Agents;

/// <summary>What is known about one model.</summary>
/// <param name="Provider">The vendor, as in <see cref="ProviderNames"/>.</param>
/// <param name="Model">The vendor's name of it.</param>
/// <param name="Released">The day from which it can be asked; null when nobody noted it.</param>
/// <param name="ContextTokens">The most tokens of a question and its answer together.</param>
/// <param name="MaxOutputTokens">The most tokens of an answer, thinking included.</param>
/// <param name="Efforts">The efforts that it accepts; empty when it takes none at all.</param>
/// <param name="Prices">Its prices, oldest first; empty when nobody knows.</param>
public sealed record CatalogModel(
    string Provider,
    string Model,
    DateOnly? Released,
    int ContextTokens,
    int MaxOutputTokens,
    ImmutableArray<string> Efforts,
    ImmutableArray<DatedPrice> Prices)
{
    /// <summary>The price at a time; null when none is known for then.</summary>
    public ModelPrice? PriceAt(DateTimeOffset at) => Prices.LastOrDefault(price => price.From is null || price.From <= DateOnly.FromDateTime(at.UtcDateTime))?.Price;

    /// <summary>An effort if the model accepts it, else null: what it does not accept must not be sent.</summary>
    public string? Accepted(string? effort) => effort is not null && Efforts.Contains(effort) ? effort : null;
}

/// <summary>A price and the day, in UTC, from which it holds.</summary>
/// <param name="From">Null for a price that always held.</param>
public sealed record DatedPrice(DateOnly? From, ModelPrice Price);
