using System.Collections.Immutable;
using System.Globalization;
using Conclave.Agents;
using Conclave.Engine.Definition;

namespace Conclave.Server.Hosting;

/// <summary>One setting as it counts, and where it comes from. Never a secret.</summary>
/// <param name="Value">As the user would write it; null for none.</param>
public sealed record EffectiveSetting(string Key, string? Value, SettingOrigin Origin)
{
    /// <summary>All of them, in the order in which people look for them.</summary>
    /// <param name="dataDirectory">The data directory and where its name comes from.</param>
    public static ImmutableArray<EffectiveSetting> All(HostEnvironment environment, MachineSettings settings, EffectiveSetting dataDirectory) =>
    [
        dataDirectory,
        new("color", environment.Color ? "true" : "false", environment.Color ? SettingOrigin.Default : SettingOrigin.Environment),
        .. settings.ProviderNames.Order(StringComparer.Ordinal).SelectMany(provider => Of(provider, environment, settings)),
        .. settings.Prices.OrderBy(price => (price.Provider, price.Model)).SelectMany(Of),
    ];

    private static IEnumerable<EffectiveSetting> Of(string provider, HostEnvironment environment, MachineSettings settings)
    {
        var said = settings.Endpoints.GetValueOrDefault(provider);
        var limits = said?.Limits ?? LimitSettings.None;
        var hasKey = environment.KeyOf(provider) is not null;
        var counts = settings.Provider(provider, null);
        EffectiveSetting Row(string key, object? value, object? inFile) =>
            new($"providers.{provider}.{key}", Text(value), inFile is null ? SettingOrigin.Default : SettingOrigin.File);
        yield return new($"providers.{provider}.key", hasKey ? "set" : null, hasKey ? SettingOrigin.Environment : SettingOrigin.Default);
        yield return Row("base_url", counts.BaseUrl.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped), said?.BaseUrl);
        yield return Row("allow_insecure_loopback", counts.AllowInsecureLoopback, said?.AllowInsecureLoopback);
        yield return Row("protocol", counts.Protocol?.ToString().ToLowerInvariant(), said?.Protocol);
        yield return Row("stream", counts.Streams, said?.Streams);
        yield return Row("max_concurrent_calls", counts.MaxConcurrentCalls, limits.MaxConcurrentCalls);
        yield return Row("requests_per_minute", counts.RequestsPerMinute, limits.RequestsPerMinute);
        yield return Row("tokens_per_minute", counts.TokensPerMinute, limits.TokensPerMinute);
        yield return Row("breaker_failures", counts.Breaker.Failures, limits.BreakerFailures);
        yield return Row("breaker_rest", counts.Breaker.Rest, limits.BreakerRest);
    }

    private static IEnumerable<EffectiveSetting> Of(CeilingPrice price)
    {
        EffectiveSetting Row(string key, object value) => new($"models.{price.Provider}/{price.Model}.{key}", Text(value), SettingOrigin.File);
        yield return Row("input_usd_per_million", price.InputUsdPerMillion);
        yield return Row("output_usd_per_million", price.OutputUsdPerMillion);
        if (price.ContextTokens is { } context)
        {
            yield return Row("context_tokens", context);
        }

        if (price.MaxOutputTokens is { } output)
        {
            yield return Row("max_output_tokens", output);
        }
    }

    private static string? Text(object? value) => value switch
    {
        null => null,
        bool flag => flag ? "true" : "false",
        TimeSpan time => DurationText.Format(time),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };
}

/// <summary>Where a setting comes from.</summary>
public enum SettingOrigin
{
    /// <summary>Nobody said anything.</summary>
    Default,

    /// <summary><c>config.yaml</c> in the data directory.</summary>
    File,

    /// <summary>An environment variable.</summary>
    Environment,

    /// <summary>The command line.</summary>
    Option,
}
