using System.Collections.Immutable;
using System.Globalization;
using Conclave.Agents;
using Conclave.Engine.Definition;
using Conclave.Server.Vendors;
using Conclave.Workspace.GitHub;

namespace Conclave.Server.Hosting;

/// <summary>One setting as it counts, and where it comes from. Never a secret.</summary>
/// <param name="Value">As the user would write it; null for none.</param>
public sealed record EffectiveSetting(string Key, string? Value, SettingOrigin Origin)
{
    private const UriComponents Public = UriComponents.SchemeAndServer | UriComponents.Path;

    /// <summary>All of them, in the order in which people look for them.</summary>
    /// <param name="dataDirectory">The data directory and where its name comes from.</param>
    /// <param name="settings">What the file says.</param>
    /// <param name="effective">The same with what the environment says in its place.</param>
    public static ImmutableArray<EffectiveSetting> All(HostEnvironment environment, MachineSettings settings, MachineSettings effective, KeyRing keys, EffectiveSetting dataDirectory) =>
    [
        dataDirectory,
        new("color", environment.Color ? "true" : "false", environment.Color ? SettingOrigin.Default : SettingOrigin.Environment),
        .. settings.ProviderNames.Order(StringComparer.Ordinal).SelectMany(provider => Of(provider, environment, settings, effective, keys)),
        settings.AllowedHosts.IsEmpty
            ? new("allowed_hosts", null, SettingOrigin.Default)
            : new("allowed_hosts", string.Join(", ", settings.AllowedHosts.Order(StringComparer.Ordinal)), SettingOrigin.File),
        .. Of(environment, settings.GitHub),
        .. settings.Prices.OrderBy(price => (price.Provider, price.Model)).SelectMany(Of),
    ];

    private static IEnumerable<EffectiveSetting> Of(string provider, HostEnvironment environment, MachineSettings settings, MachineSettings effective, KeyRing keys)
    {
        var said = settings.Endpoints.GetValueOrDefault(provider);
        var limits = said?.Limits ?? LimitSettings.None;
        var counts = effective.Provider(provider, null);
        EffectiveSetting Row(string key, object? value, object? inFile) =>
            new($"providers.{provider}.{key}", Text(value), inFile is null ? SettingOrigin.Default : SettingOrigin.File);
        EffectiveSetting Address(string key, object value, object? inFile) =>
            environment.Addresses.ContainsKey(provider) ? new($"providers.{provider}.{key}", Text(value), SettingOrigin.Environment) : Row(key, value, inFile);
        var source = keys.SourceOf(provider);
        yield return new($"providers.{provider}.key", source is null ? null : "set", OriginOf(source));
        // Its arguments may say more than others should see.
        var command = said is { KeyCommand: [var program, ..] } ? Path.GetFileName(program) : null;
        yield return Row("key_command", command, command);
        yield return Address("base_url", counts.BaseUrl.GetComponents(Public, UriFormat.UriEscaped), said?.BaseUrl);
        yield return Address("allow_insecure_loopback", counts.AllowInsecureLoopback, said?.AllowInsecureLoopback);
        yield return Row("protocol", counts.Protocol?.ToString().ToLowerInvariant(), said?.Protocol);
        yield return Row("stream", counts.Streams, said?.Streams);
        yield return Row("max_concurrent_calls", counts.MaxConcurrentCalls, limits.MaxConcurrentCalls);
        yield return Row("requests_per_minute", counts.RequestsPerMinute, limits.RequestsPerMinute);
        yield return Row("tokens_per_minute", counts.TokensPerMinute, limits.TokensPerMinute);
        yield return Row("breaker_failures", counts.Breaker.Failures, limits.BreakerFailures);
        yield return Row("breaker_rest", counts.Breaker.Rest, limits.BreakerRest);
    }

    private static IEnumerable<EffectiveSetting> Of(HostEnvironment environment, GitHubSettings gitHub)
    {
        // The file says all of it or nothing.
        var origin = gitHub == GitHubSettings.Default ? SettingOrigin.Default : SettingOrigin.File;
        yield return environment.GitHubToken is null ? new("github.token", null, SettingOrigin.Default) : new("github.token", "set", SettingOrigin.Environment);
        yield return new("github.api_url", gitHub.ApiUrl.GetComponents(Public, UriFormat.UriEscaped), origin);
        yield return new("github.allow_insecure_loopback", Text(gitHub.AllowInsecureLoopback), origin);
    }

    private static SettingOrigin OriginOf(KeySource? source) => source switch
    {
        null => SettingOrigin.Default,
        KeySource.Variable => SettingOrigin.Environment,
        KeySource.File => SettingOrigin.KeysFile,
        KeySource.Command => SettingOrigin.KeyCommand,
        _ => throw new InvalidOperationException("No rule for this source."),
    };

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

    /// <summary><c>keys.json</c> in the data directory.</summary>
    KeysFile,

    /// <summary>What the provider's <c>key_command</c> prints; it was not run.</summary>
    KeyCommand,

    /// <summary>An environment variable.</summary>
    Environment,

    /// <summary>The command line.</summary>
    Option,
}
