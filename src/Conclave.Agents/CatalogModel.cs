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
    /// <summary>Whether it can be made to answer in the form of a JSON Schema.</summary>
    public bool OutputSchema { get; init; } = true;

    /// <summary>The role that it plays unless a workflow says otherwise; null for none.</summary>
    public string? DefaultFor { get; init; }

    /// <summary>The effort that its vendor takes when none is asked for; null when it takes none, or nobody noted it.</summary>
    public string? DefaultEffort { get; init; }

    /// <summary>The same vendor's model for who wants to pay less; null for none.</summary>
    public string? Cheaper { get; init; }

    /// <summary>Where it was written down.</summary>
    public CatalogSource Source { get; init; }

    /// <summary>The next price that is known to come after a time; null for none.</summary>
    public DatedPrice? PriceAfter(DateTimeOffset at) => Prices.FirstOrDefault(price => price.From > DateOnly.FromDateTime(at.UtcDateTime));

    /// <summary>The price at a time; null when none is known for then.</summary>
    public ModelPrice? PriceAt(DateTimeOffset at) => Prices.LastOrDefault(price => price.From is null || price.From <= DateOnly.FromDateTime(at.UtcDateTime))?.Price;

    /// <summary>An effort if the model accepts it, else null: what it does not accept must not be sent.</summary>
    public string? Accepted(string? effort) => effort is not null && Efforts.Contains(effort) ? effort : null;
}

/// <summary>A price and the day, in UTC, from which it holds.</summary>
/// <param name="From">Null for a price that always held.</param>
public sealed record DatedPrice(DateOnly? From, ModelPrice Price);

/// <summary>Where an entry of the catalog comes from.</summary>
public enum CatalogSource
{
    /// <summary>This version of Conclave.</summary>
    BuiltIn,

    /// <summary>The user's <c>models.json</c>.</summary>
    ModelsFile,

    /// <summary>A ceiling price in <c>config.yaml</c>.</summary>
    Config,
}
