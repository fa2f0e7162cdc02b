using System.Collections.Immutable;

namespace Conclave.Workspace.Verification;

/// <summary>Where packages come from, by the settings of this machine.</summary>
public sealed record PackageSources
{
    private static readonly ImmutableSortedDictionary<string, string> Official = ImmutableSortedDictionary.CreateRange<string, string>(StringComparer.Ordinal,
    [
        new("npm", "https://registry.npmjs.org/"),
        new("pypi", "https://pypi.org/simple/"),
        new("nuget", "https://api.nuget.org/v3/index.json"),
        new("go", "https://proxy.golang.org"),
    ]);

    /// <summary>The public ones.</summary>
    public static PackageSources Default { get; } = new();

    /// <summary>The kinds of sources that can be replaced.</summary>
    public static IEnumerable<string> Names => Official.Keys;

    /// <summary>Other addresses by kind, http or https, without a user or a password.</summary>
    public ImmutableSortedDictionary<string, string> Replaced { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The proxies of this machine as variables; those with a password in them are left out.</summary>
    public ImmutableSortedDictionary<string, string> Proxies { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>A folder with unpacked NuGet packages that builds may use, read-only, without any download; null for none.</summary>
    public string? NuGetFolder { get; init; }

    /// <summary>The address of one.</summary>
    public string this[string name] => Replaced.GetValueOrDefault(name) ?? Official[name];
}
