using System.Collections.Immutable;
using System.Globalization;
using Conclave.Agents.Wire;

namespace Conclave.Agents.Gateway;

/// <summary>What a reply's headers say about one limit, answers and errors alike.</summary>
/// <param name="Left">What is left of it.</param>
/// <param name="Limit">The whole; null when it is not said.</param>
/// <param name="WholeIn">How long until it is whole again; null when it is not said.</param>
/// <remarks>
/// OpenAI: <c>x-ratelimit-limit-requests: 500</c>, <c>x-ratelimit-remaining-requests: 499</c>, <c>x-ratelimit-reset-requests: 120ms</c> or <c>6m0s</c>, and the same
/// with <c>tokens</c>. Anthropic: <c>anthropic-ratelimit-input-tokens-remaining: 12000</c> and so on for <c>requests</c>, <c>tokens</c> and <c>output-tokens</c>, with times
/// in RFC 3339. Gemini says nothing before it is too late.
/// </remarks>
internal sealed record LimitHint(LimitUnit Unit, long Left, long? Limit, TimeSpan? WholeIn)
{
    private static readonly (LimitUnit Unit, string Name)[] Units =
    [
        (LimitUnit.Requests, "requests"),
        (LimitUnit.Tokens, "tokens"),
        (LimitUnit.InputTokens, "input-tokens"),
        (LimitUnit.OutputTokens, "output-tokens"),
    ];

    /// <summary>All that is said and can be read.</summary>
    public static ImmutableArray<LimitHint> Read(ReplyHeaders headers, DateTimeOffset now) =>
        [.. Units.Select(unit => Read(headers, unit.Unit, unit.Name, now)).OfType<LimitHint>()];

    private static LimitHint? Read(ReplyHeaders headers, LimitUnit unit, string name, DateTimeOffset now)
    {
        string? Word(string word) => headers.Find($"x-ratelimit-{word}-{name}") ?? headers.Find($"anthropic-ratelimit-{name}-{word}");
        return Whole(Word("remaining")) is { } left
            ? new LimitHint(unit, left, Whole(Word("limit")) is > 0 and var limit ? limit : null, RetryHints.ResetOf(Word("reset"), now))
            : null;
    }

    private static long? Whole(string? text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number <= long.MaxValue ? (long)number : null;
}

/// <summary>What a vendor limits.</summary>
internal enum LimitUnit
{
    /// <summary>Calls.</summary>
    Requests,

    /// <summary>Tokens of questions and answers.</summary>
    Tokens,

    /// <summary>Tokens of questions.</summary>
    InputTokens,

    /// <summary>Tokens of answers.</summary>
    OutputTokens,
}
