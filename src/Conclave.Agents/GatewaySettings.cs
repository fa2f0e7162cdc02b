using System.Collections.Immutable;
using Conclave.Engine.Definition;

namespace Conclave.Agents;

/// <summary>How this machine reaches the vendors, by provider; a provider that is not in it has no key and can't be asked.</summary>
public sealed record GatewaySettings(ImmutableDictionary<string, ProviderSettings> Providers)
{
    /// <summary>Why providers that should have a key have none that can be used, in words for people.</summary>
    public ImmutableDictionary<string, string> Absent { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Everything that is wrong, all at once, each naming the key and the fix; empty when the settings can be used.</summary>
    public ImmutableArray<string> Problems() =>
    [
        .. Providers.OrderBy(pair => pair.Key, StringComparer.Ordinal).SelectMany(pair => ProviderNames.ProtocolOf(pair.Key) is null && pair.Value.Protocol is null
            ? [$"providers.{pair.Key}: there is no such provider; {NearMiss.Suggest(pair.Key, ProviderNames.All)}, or say what it speaks with `protocol: {WireProtocols.Names}`"]
            : pair.Value.Problems(pair.Key)),
    ];
}
