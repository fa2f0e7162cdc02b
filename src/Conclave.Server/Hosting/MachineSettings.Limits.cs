using Conclave.Agents;
using Conclave.Engine.Definition;

namespace Conclave.Server.Hosting;

public sealed partial record MachineSettings
{
    private const int MostCalls = 1_000_000;
    private const int MostTokensPerMinute = 2_000_000_000;

    /// <summary>How a vendor is reached: what the file says, else the defaults.</summary>
    public ProviderSettings Provider(string provider, Secret key)
    {
        var said = Endpoints.GetValueOrDefault(provider) ?? new EndpointSettings(null, null);
        var settings = new ProviderSettings(said.BaseUrl ?? DefaultEndpoints.Of(provider)!, key) { AllowInsecureLoopback = said.AllowInsecureLoopback ?? false };
        return settings with
        {
            MaxConcurrentCalls = said.Limits.MaxConcurrentCalls ?? settings.MaxConcurrentCalls,
            RequestsPerMinute = said.Limits.RequestsPerMinute,
            TokensPerMinute = said.Limits.TokensPerMinute,
            Breaker = new BreakerSettings(said.Limits.BreakerFailures ?? settings.Breaker.Failures, said.Limits.BreakerRest ?? settings.Breaker.Rest),
        };
    }

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
