using System.Collections.Immutable;
using Conclave.Agents;
using Conclave.Agents.Keys;
using Conclave.Engine.Execution.Calls;
using Conclave.Server.Hosting;
using Conclave.Storage;

namespace Conclave.Server.Vendors;

/// <summary>How this machine reaches the vendors: its settings, the environment's word on them, the keys, and what is known about models.</summary>
public sealed class VendorAccess
{
    private readonly TimeProvider clock;

    private VendorAccess(MachineSettings settings, ModelCatalog catalog, KeyRing keys, TimeProvider clock)
    {
        this.clock = clock;
        Settings = settings;
        Keys = keys;
        Catalog = catalog;
    }

    /// <summary>The settings, with what the environment says in its place.</summary>
    public MachineSettings Settings { get; }

    /// <summary>The keys.</summary>
    public KeyRing Keys { get; }

    /// <summary>The models, with the prices of this machine.</summary>
    public ModelCatalog Catalog { get; }

    /// <summary>Reads what there is; no program runs and nothing is sent yet.</summary>
    public static Refusable<VendorAccess> Of(DataDirectory directory, HostEnvironment environment, TimeProvider clock)
    {
        foreach (var key in environment.Keys.Values)
        {
            environment.Redactor.Learn(key);
        }

        var (settings, invalid) = MachineSettings.Of(directory);
        if (settings is null)
        {
            return invalid!;
        }

        var (catalog, unreadable) = MachineCatalog.Of(directory, settings);
        if (catalog is null)
        {
            return unreadable!;
        }

        var (effective, wrong) = settings.With(environment);
        return effective is null ? wrong! : new VendorAccess(effective, catalog, new KeyRing(environment, new KeyFile(directory.KeysFile), effective, clock), clock);
    }

    /// <summary>The same with one more price, for this process only.</summary>
    public VendorAccess With(CeilingPrice price) => new(Settings, Catalog.With([price]), Keys, clock);

    /// <summary>What the Engine needs to know about a model now; null when nobody knows it.</summary>
    public ModelProfile? Profile(string provider, string model) => Catalog.Profile(provider, model, clock.GetUtcNow());

    /// <summary>Why these vendors can't be asked; null when they can.</summary>
    public async Task<Refusal?> Missing(IEnumerable<string> providers)
    {
        var readings = await Task.WhenAll(providers.Distinct(StringComparer.Ordinal).Select(Keys.Take));
        return readings.Select(reading => reading.Problem).OfType<KeyProblem>().FirstOrDefault() is { } problem
            ? new Refusal(RefusalKind.Keys, problem.Text, problem.Fix)
            : null;
    }

    /// <summary>How one vendor's client is set up.</summary>
    public ProviderSettings Provider(string provider, Secret? key) => Settings.Provider(provider, key);

    /// <summary>The door to the vendors, or to those that are named; takes their keys. A vendor whose key can't be had rejects what it is asked, and says why.</summary>
    public async Task<ModelGateway> Open(params IReadOnlyCollection<string> only)
    {
        var taken = await Task.WhenAll(Keys.Providers.Where(provider => only.Count == 0 || only.Contains(provider)).Select(async provider => (Provider: provider, Reading: await Keys.Take(provider))));
        var good = taken.Where(pair => pair.Reading.Problem is null).ToImmutableDictionary(pair => pair.Provider, pair => Provider(pair.Provider, pair.Reading.Key));
        return new ModelGateway(
            new GatewaySettings(good)
            {
                Absent = taken.Where(pair => pair.Reading.Problem is not null).ToImmutableDictionary(pair => pair.Provider, pair => $"there is no key for {pair.Provider}: {pair.Reading.Problem!.Text}"),
            },
            Catalog,
            clock);
    }
}
