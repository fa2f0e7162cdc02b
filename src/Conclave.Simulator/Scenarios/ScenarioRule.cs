using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Conclave.Simulator.Scenarios;

/// <summary>One entry of a scenario's <c>answers</c>: which calls it is for, and what they get.</summary>
/// <param name="Reply">The answer; null only when <paramref name="Fault"/> needs none.</param>
/// <param name="Fault">What goes wrong; null for a good answer.</param>
public sealed record ScenarioRule(RuleMatch Match, ScriptedReply? Reply, Fault? Fault)
{
    /// <summary>The time to the first token; null for the simulator's own.</summary>
    public TimeSpan? Latency { get; init; }

    /// <summary>The pace after the first token; null for the simulator's own.</summary>
    public int? TokensPerSecond { get; init; }

    /// <summary>Tokens that are counted as thinking before the answer; null for those of the thinking that is shown.</summary>
    public int? ThinkingTokens { get; init; }

    /// <summary>Tokens of the question that are counted as read from the vendor's cache.</summary>
    public int CachedTokens { get; init; }

    /// <summary>Tokens of the question that are counted as written into the vendor's cache.</summary>
    public int CacheWriteTokens { get; init; }

    /// <summary>Those of <see cref="CacheWriteTokens"/> that are kept for an hour; only Messages tells them apart.</summary>
    public int CacheWriteHourTokens { get; init; }
}

/// <summary>Which calls a rule is for. What is null or empty does not matter.</summary>
/// <param name="Task">The name in the first <c>&lt;task name="..."&gt;</c> of the user's text.</param>
/// <param name="Contains">Texts that must all stand in the system prompt or in the messages; case matters.</param>
/// <param name="Nth">Which of the calls that fit the other keys, from 1, counted over the whole ledger of the scope.</param>
public sealed record RuleMatch(Vendor? Vendor, string? Task, ImmutableArray<string> Contains, int? Nth)
{
    /// <summary>Fits every call.</summary>
    public static RuleMatch Any { get; } = new(null, null, [], null);

    /// <summary>
    /// A short name of all keys but <c>nth</c>. Ledgers count by it, so that counts survive a restart and also a scenario whose rules moved.
    /// </summary>
    public string Signature { get; } = Sign(Vendor, Task, Contains);

    /// <summary>Whether a call fits all keys but <c>nth</c>.</summary>
    public bool Fits(Vendor vendor, string? task, string prompt) =>
        (Vendor is null || Vendor == vendor)
        && (Task is null || Task == task)
        && Contains.All(text => prompt.Contains(text, StringComparison.Ordinal));

    private static string Sign(Vendor? vendor, string? task, ImmutableArray<string> contains)
    {
        // Lengths keep the parts apart, whatever they hold.
        var parts = contains.Order(StringComparer.Ordinal).Prepend(task ?? "").Prepend(vendor is { } named ? VendorName.Of(named) : "");
        var text = string.Concat(parts.Select(part => $"{part.Length}:{part}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];
    }
}
