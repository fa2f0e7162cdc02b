using System.Collections.Immutable;
using Conclave.Agents;
using Conclave.Engine.Definition;
using Conclave.Storage;
using YamlDotNet.RepresentationModel;

namespace Conclave.Server.Hosting;

public sealed partial record MachineSettings
{
    private const int LongestName = 40;

    /// <summary>The providers that workflows may name on this machine: the vendors, and those that the settings describe.</summary>
    public ImmutableHashSet<string> ProviderNames => [.. HostEnvironment.KeyVariables.Keys, .. Endpoints.Keys];

    /// <summary>
    /// The names for a data directory, for who only checks workflows: settings that can't be read name the vendors alone, and whoever needs more of them
    /// will say what is wrong.
    /// </summary>
    public static ImmutableHashSet<string> ProviderNamesOf(DataDirectory directory) => (Of(directory).Value ?? Default).ProviderNames;

    /// <summary>Whether the settings describe a provider that is none of the vendors: it may do without a key.</summary>
    public bool IsOwn(string provider) => Endpoints.ContainsKey(provider) && DefaultEndpoints.Of(provider) is null;

    /// <summary>How a provider is reached with a key, or without one: what the file says, else the defaults.</summary>
    /// <param name="provider">One of <see cref="ProviderNames"/>.</param>
    public ProviderSettings Provider(string provider, Secret? key)
    {
        var said = Endpoints.GetValueOrDefault(provider) ?? new EndpointSettings(null, null);
        var address = said.BaseUrl ?? DefaultEndpoints.Of(provider)!;
        var settings = new ProviderSettings(address, key)
        {
            AllowInsecureLoopback = said.AllowInsecureLoopback ?? false,
            IsHostListed = address.IsAbsoluteUri && AllowedHosts.Contains(address.Host.ToLowerInvariant()),
            Protocol = said.Protocol,
            Streams = said.Streams ?? true,
        };
        return Limited(settings, said.Limits);
    }

    // A name that is no vendor's is a provider of its own when it says what it speaks; else it is a slip of the pen.
    private static bool RefuseName(Sourced<string> name, YamlNode node, List<Problem> problems)
    {
        if (HostEnvironment.KeyVariables.ContainsKey(name.Value))
        {
            return false;
        }

        var saysProtocol = node is YamlMappingNode map && map.Children.Keys.OfType<YamlScalarNode>().Any(key => key.Value == "protocol");
        if (saysProtocol && IsName(name.Value))
        {
            return false;
        }

        problems.Add(saysProtocol
            ? new Problem("CONC006", name.At, $"a provider can't be called `{name.Value}`", $"use up to {LongestName} small letters, digits and dashes, with a letter first")
            : new Problem("CONC020", name.At, $"there is no provider `{name.Value}`", $"{NearMiss.Suggest(name.Value, HostEnvironment.KeyVariables.Keys)}; a provider of your own says what it speaks: protocol: {WireProtocols.Names}"));
        return true;
    }

    private static bool IsName(string name) =>
        name is [>= 'a' and <= 'z', ..] && name.Length <= LongestName && name.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-');
}
