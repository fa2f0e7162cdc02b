using Conclave.Agents;
using Conclave.Engine.Definition;

namespace Conclave.Server.Hosting;

public sealed partial record MachineSettings
{
    private const int MostCalls = 1_000_000;
    private const int MostTokensPerMinute = 2_000_000_000;

    // What the file says, else the defaults.
    private static ProviderSettings Limited(ProviderSettings settings, LimitSettings said) => settings with
    {
        MaxConcurrentCalls = said.MaxConcurrentCalls ?? settings.MaxConcurrentCalls,
        RequestsPerMinute = said.RequestsPerMinute,
        TokensPerMinute = said.TokensPerMinute,
        Breaker = new BreakerSettings(said.BreakerFailures ?? settings.Breaker.Failures, said.BreakerRest ?? settings.Breaker.Rest),
    };

    private static LimitSettings ReadLimits(MappingReader reader) => new(
        reader.Count("max_concurrent_calls", 1, MostCalls),
        reader.Count("requests_per_minute", 1, MostCalls),
        reader.Count("tokens_per_minute", 1, MostTokensPerMinute),
        reader.Count("breaker_failures", 1, MostCalls),
        reader.Duration("breaker_rest"));
}

/// <summary>How many calls to a vendor, and how fast; null is what the file does not say.</summary>
/// <param name="MaxConcurrentCalls">So many at once.</param>
/// <param name="RequestsPerMinute">So many in any minute.</param>
/// <param name="TokensPerMinute">So many tokens in any minute.</param>
/// <param name="BreakerFailures">After so many failures in a row a model is given a rest.</param>
/// <param name="BreakerRest">How long at first.</param>
public sealed record LimitSettings(int? MaxConcurrentCalls, int? RequestsPerMinute, int? TokensPerMinute, int? BreakerFailures, TimeSpan? BreakerRest)
{
    /// <summary>Nothing is said.</summary>
    public static LimitSettings None { get; } = new(null, null, null, null, null);
}
