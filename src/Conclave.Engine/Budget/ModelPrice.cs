namespace Conclave.Engine.Budget;

/// <summary>What a model costs, in USD per million tokens.</summary>
/// <param name="CacheWrite">Per million tokens written to the vendor's cache; null when writing costs as input does.</param>
/// <param name="LongContext">What a request costs whose input is longer than a threshold; null when length does not matter.</param>
public sealed record ModelPrice(decimal Input, decimal CachedInput, decimal Output, decimal? CacheWrite = null, LongContextPrice? LongContext = null)
{
    private const decimal Million = 1_000_000m;

    /// <summary>Per million tokens written to the vendor's cache for an hour; null when that costs as any writing. We never ask for it, but others' answers may show it.</summary>
    public decimal? CacheWriteHour { get; init; }

    /// <summary>The cost of what was counted.</summary>
    public decimal Cost(Usage usage)
    {
        var price = For(usage.InputTokens);
        var write = price.CacheWrite ?? price.Input;
        var plain = usage.InputTokens - usage.CachedInputTokens - usage.CacheWriteTokens;
        return ((plain * price.Input) + (usage.CachedInputTokens * price.CachedInput)
            + ((usage.CacheWriteTokens - usage.CacheWriteHourTokens) * write) + (usage.CacheWriteHourTokens * (price.CacheWriteHour ?? write))
            + (usage.OutputTokens * price.Output)) / Million;
    }

    /// <summary>The most that so many tokens of input and output can cost: nothing cached, the dearer of plain and cache-written input.</summary>
    public decimal WorstCase(long inputTokens, long outputTokens)
    {
        var price = For(inputTokens);
        return ((inputTokens * Math.Max(price.Input, price.CacheWrite ?? 0m)) + (outputTokens * price.Output)) / Million;
    }

    private ModelPrice For(long inputTokens) => LongContext is { } dear && inputTokens > dear.OverInputTokens ? dear.Price : this;
}

/// <summary>The price of a whole request whose input is longer than so many tokens.</summary>
public sealed record LongContextPrice(long OverInputTokens, ModelPrice Price);
