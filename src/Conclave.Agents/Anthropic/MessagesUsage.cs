using System.Text.Json;
using Conclave.Agents.Wire;
using Conclave.Engine.Budget;

namespace Conclave.Agents.Anthropic;

/// <summary>What Anthropic counted so far. Its numbers come in several events; each later one replaces the earlier of its name.</summary>
/// <remarks>
/// <code>
/// {"input_tokens":9,"cache_read_input_tokens":0,"cache_creation_input_tokens":30,
///  "cache_creation":{"ephemeral_5m_input_tokens":10,"ephemeral_1h_input_tokens":20},"output_tokens":4}
/// </code>
/// The parts of <c>cache_creation</c> are its total; a server that gives only one of the two is understood as well.
/// </remarks>
internal sealed record MessagesUsage
{
    private long? Input { get; init; }

    private long? CacheWrite { get; init; }

    private long? CacheWriteMinutes { get; init; }

    private long? CacheWriteHour { get; init; }

    private long? CacheRead { get; init; }

    private long? Output { get; init; }

    private long? Thinking { get; init; }

    /// <summary>In our shape: the vendor's input leaves out what the cache gave and took. Null when nothing was counted.</summary>
    public Usage? Total => (Input, Output) is (null, null)
        ? null
        : new Usage((Input ?? 0) + Written + (CacheRead ?? 0), CacheRead ?? 0, Written, Output ?? 0, Thinking ?? 0) { CacheWriteHourTokens = CacheWriteHour ?? 0 };

    private long Written => CacheWrite ?? ((CacheWriteMinutes ?? 0) + (CacheWriteHour ?? 0));

    /// <summary>With the numbers of one more event.</summary>
    public MessagesUsage With(JsonElement usage) => new()
    {
        Input = Number(usage, "input_tokens") ?? Input,
        CacheWrite = Number(usage, "cache_creation_input_tokens") ?? CacheWrite,
        CacheWriteMinutes = Number(usage.At("cache_creation"), "ephemeral_5m_input_tokens") ?? CacheWriteMinutes,
        CacheWriteHour = Number(usage.At("cache_creation"), "ephemeral_1h_input_tokens") ?? CacheWriteHour,
        CacheRead = Number(usage, "cache_read_input_tokens") ?? CacheRead,
        Output = Number(usage, "output_tokens") ?? Output,
        Thinking = Number(usage.At("output_tokens_details"), "thinking_tokens") ?? Thinking,
    };

    private static long? Number(JsonElement usage, string name) => usage.At(name).ValueKind == JsonValueKind.Number ? usage.Count(name) : null;
}
