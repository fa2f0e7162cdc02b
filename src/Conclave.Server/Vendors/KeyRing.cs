using System.Collections.Immutable;
using Conclave.Agents.Keys;
using Conclave.Server.Hosting;

namespace Conclave.Server.Vendors;

/// <summary>
/// The keys of this machine. For each vendor the first source that has one counts: the environment, <c>keys.json</c>, the vendor's <c>key_command</c>.
/// A command runs when its key is wanted for the first time, and once. Thread-safe.
/// </summary>
public sealed class KeyRing
{
    private readonly HostEnvironment environment;
    private readonly TimeProvider clock;
    private readonly ImmutableSortedDictionary<string, KeySource> sources;
    private readonly Lock taking = new();
    private readonly Dictionary<string, Task<KeyReading>> taken = new(StringComparer.Ordinal);

    public KeyRing(HostEnvironment environment, KeyFile keyFile, MachineSettings settings, TimeProvider clock)
    {
        this.environment = environment;
        this.clock = clock;
        var file = keyFile.Read();
        FileProblem = file.Problem;
        sources = HostEnvironment.KeyVariables.Keys
            .Select(provider => (Provider: provider, Source: Source(provider)))
            .Where(pair => pair.Source is not null)
            .ToImmutableSortedDictionary(pair => pair.Provider, pair => pair.Source!, StringComparer.Ordinal);

        KeySource? Source(string provider)
        {
            if (environment.Keys.TryGetValue(provider, out var set))
            {
                return new KeySource.Variable(Variables(provider), set);
            }

            if (file.Keys.TryGetValue(provider, out var stored))
            {
                return new KeySource.File(keyFile.Path, stored);
            }

            return settings.Endpoints.TryGetValue(provider, out var endpoint) && !endpoint.KeyCommand.IsEmpty ? new KeySource.Command(endpoint.KeyCommand) : null;
        }
    }

    /// <summary>The vendors for which there is a source.</summary>
    public ImmutableHashSet<string> Providers => [.. sources.Keys];

    /// <summary>Why <c>keys.json</c> is not used; null when it is, or is not there.</summary>
    public KeyProblem? FileProblem { get; }

    /// <summary>Where a vendor's key comes from; null when there is none.</summary>
    public KeySource? SourceOf(string provider) => sources.GetValueOrDefault(provider);

    /// <summary>A vendor's key, or why there is none.</summary>
    public Task<KeyReading> Take(string provider)
    {
        lock (taking)
        {
            return taken.TryGetValue(provider, out var known) ? known : taken[provider] = TakeFirst(provider);
        }
    }

    private async Task<KeyReading> TakeFirst(string provider)
    {
        if (!sources.TryGetValue(provider, out var source))
        {
            return new KeyReading(null, FileProblem ?? new KeyProblem($"CONC300 there is no key for {provider}", $"conclave keys set {provider}, or set {Variables(provider)}"));
        }

        var reading = await source.Read(provider, clock);
        if (reading.Key is { } key)
        {
            environment.Redactor.Learn(key);
        }

        return reading;
    }

    private static string Variables(string provider) => string.Join(" or ", HostEnvironment.KeyVariables[provider]);
}
