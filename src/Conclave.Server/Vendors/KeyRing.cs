using System.Collections.Immutable;
using Conclave.Agents.Keys;
using Conclave.Server.Hosting;

namespace Conclave.Server.Vendors;

/// <summary>
/// The keys of this machine. For each provider the first source that has one counts: the environment, <c>keys.json</c>, the vendor's <c>key_command</c>.
/// A command runs when its key is wanted for the first time, and once. Thread-safe.
/// </summary>
public sealed class KeyRing
{
    private readonly HostEnvironment environment;
    private readonly TimeProvider clock;
    private readonly ImmutableSortedDictionary<string, KeySource> sources;
    private readonly ImmutableHashSet<string> own;
    private readonly Lock taking = new();
    private readonly Dictionary<string, Task<KeyReading>> taken = new(StringComparer.Ordinal);

    public KeyRing(HostEnvironment environment, KeyFile keyFile, MachineSettings settings, TimeProvider clock)
    {
        this.environment = environment;
        this.clock = clock;
        var file = keyFile.Read();
        FileProblem = file.Problem;
        GitHub = file.Keys.TryGetValue(GitHubName, out var token) && !settings.ProviderNames.Contains(GitHubName) ? new KeySource.File(keyFile.Path, token) : null;
        if (GitHub is { } source)
        {
            environment.Redactor.Learn(source.Key);
        }

        own = [.. settings.ProviderNames.Where(settings.IsOwn)];
        sources = settings.ProviderNames
            .Select(provider => (Provider: provider, Source: Source(provider)))
            .Where(pair => pair.Source is not null)
            .ToImmutableSortedDictionary(pair => pair.Provider, pair => pair.Source!, StringComparer.Ordinal);

        KeySource? Source(string provider)
        {
            if (environment.KeyOf(provider) is { } set)
            {
                return new KeySource.Variable(HostEnvironment.VariablesOf(provider), set);
            }

            if (file.Keys.TryGetValue(provider, out var stored))
            {
                return new KeySource.File(keyFile.Path, stored);
            }

            return settings.Endpoints.TryGetValue(provider, out var endpoint) && !endpoint.KeyCommand.IsEmpty ? new KeySource.Command(endpoint.KeyCommand) : null;
        }
    }

    /// <summary>The name under which <c>keys.json</c> holds the token for GitHub, unless a provider of the machine's owner has it.</summary>
    public const string GitHubName = "github";

    /// <summary>The token for GitHub that <c>keys.json</c> holds; null for none. One in the environment goes before it.</summary>
    public KeySource.File? GitHub { get; }

    /// <summary>The providers that can be asked: the vendors for which there is a source, and those of the machine's owner, with a key or without.</summary>
    public ImmutableHashSet<string> Providers => [.. sources.Keys, .. own];

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
            return own.Contains(provider) ? new KeyReading(null, null) : new KeyReading(null, FileProblem ?? new KeyProblem($"CONC300 there is no key for {provider}", $"conclave keys set {provider}, or set {HostEnvironment.VariablesOf(provider)}"));
        }

        var reading = await source.Read(provider, clock);
        if (reading.Key is { } key)
        {
            environment.Redactor.Learn(key);
        }

        return reading;
    }
}
