using System.Text.Json.Serialization;

namespace Conclave.Engine.Budget;

/// <summary>The tokens of one attempt as the vendor counted them, in one shape for all vendors.</summary>
/// <param name="InputTokens">All input, cached tokens included.</param>
/// <param name="CachedInputTokens">The part of the input that was read from the vendor's cache.</param>
/// <param name="CacheWriteTokens">The part of the input that was written to the vendor's cache, for however long.</param>
/// <param name="OutputTokens">All output that is billed, reasoning included.</param>
/// <param name="ReasoningTokens">The part of the output that was thinking.</param>
public sealed record Usage(long InputTokens, long CachedInputTokens, long CacheWriteTokens, long OutputTokens, long ReasoningTokens)
{
    /// <summary>The part of <see cref="CacheWriteTokens"/> that was written for an hour.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long CacheWriteHourTokens { get; init; }

    /// <summary>Nothing.</summary>
    public static Usage None { get; } = new(0, 0, 0, 0, 0);

    /// <summary>Whether the numbers can be true: none negative, no part larger than its whole.</summary>
    [JsonIgnore]
    public bool IsPlausible =>
        CachedInputTokens >= 0 && CacheWriteTokens >= 0 && ReasoningTokens >= 0
        && CacheWriteHourTokens >= 0 && CacheWriteHourTokens <= CacheWriteTokens
        && InputTokens >= CachedInputTokens + CacheWriteTokens
        && OutputTokens >= ReasoningTokens
        && InputTokens <= 100_000_000 && OutputTokens <= 100_000_000;

    /// <summary>Both together.</summary>
    public static Usage operator +(Usage left, Usage right) => new(
        left.InputTokens + right.InputTokens,
        left.CachedInputTokens + right.CachedInputTokens,
        left.CacheWriteTokens + right.CacheWriteTokens,
        left.OutputTokens + right.OutputTokens,
        left.ReasoningTokens + right.ReasoningTokens)
    {
        CacheWriteHourTokens = left.CacheWriteHourTokens + right.CacheWriteHourTokens,
    };
}
