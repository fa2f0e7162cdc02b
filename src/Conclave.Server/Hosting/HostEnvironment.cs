using System.Collections.Immutable;
using Conclave.Agents;
using Conclave.Workspace.GitHub;

namespace Conclave.Server.Hosting;

/// <summary>What the process environment says. This is the only place that reads it.</summary>
/// <param name="DataDirectory"><c>CONCLAVE_DATA</c>, else the platform's data folder.</param>
/// <param name="Keys">The vendors' keys by provider.</param>
/// <param name="Failpoint"><c>CONCLAVE_FAILPOINT</c>: where the process shall kill itself, for crash tests; null for nowhere.</param>
/// <param name="Color">False when <c>NO_COLOR</c> is set.</param>
public sealed record HostEnvironment(string DataDirectory, ImmutableDictionary<string, Secret> Keys, string? Failpoint, bool Color)
{
    private const string KeySuffix = "_API_KEY";
    private static readonly ImmutableArray<string> ProxyVariables = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"];

    /// <summary>The variables that hold keys, by provider; the first one that is set counts.</summary>
    public static readonly ImmutableSortedDictionary<string, ImmutableArray<string>> KeyVariables =
        ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty
            .Add("anthropic", ["ANTHROPIC_API_KEY"])
            .Add("gemini", ["GEMINI_API_KEY", "GOOGLE_API_KEY"])
            .Add("openai", ["OPENAI_API_KEY"]);

    /// <summary><c>GITHUB_TOKEN</c>, else <c>GH_TOKEN</c>; null when neither is set.</summary>
    public AccessToken? GitHubToken { get; init; }

    /// <summary>The variables that hold addresses, by provider, as the vendors' own libraries name them.</summary>
    public static readonly ImmutableSortedDictionary<string, string> AddressVariables =
        ImmutableSortedDictionary<string, string>.Empty
            .Add("anthropic", "ANTHROPIC_BASE_URL")
            .Add("gemini", "GOOGLE_GEMINI_BASE_URL")
            .Add("openai", "OPENAI_BASE_URL");

    /// <summary>The variable that allows plain http to this machine for the addresses of <see cref="AddressVariables"/>.</summary>
    public const string InsecureLoopbackVariable = "CONCLAVE_ALLOW_INSECURE_LOOPBACK";

    /// <summary>The proxies of this machine, by the names of their variables; one with a user or a password in it is left out.</summary>
    public ImmutableSortedDictionary<string, string> Proxies { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Where NuGet keeps unpacked packages; null when nobody says.</summary>
    public string? NuGetFolder { get; init; }

    /// <summary>The vendors' addresses by provider, as they are written.</summary>
    public ImmutableDictionary<string, string> Addresses { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Whether those may be plain http, on this machine.</summary>
    public bool AllowInsecureLoopback { get; init; }

    /// <summary>Takes keys out of what people read; learns every key that is taken from anywhere.</summary>
    public Redactor Redactor { get; init; } = new();

    /// <summary>Whether <c>CONCLAVE_DATA</c> names the data directory.</summary>
    public bool NamesDataDirectory { get; init; }

    /// <summary>The keys of providers that the machine's owner described, by variable: <c>HOUSE_LLM_API_KEY</c> for the provider <c>house-llm</c>.</summary>
    public ImmutableDictionary<string, Secret> OtherKeys { get; init; } = ImmutableDictionary<string, Secret>.Empty;

    /// <summary>The key of a provider; null when there is none.</summary>
    public Secret? KeyOf(string provider) => Keys.GetValueOrDefault(provider) ?? (KeyVariables.ContainsKey(provider) ? null : OtherKeys.GetValueOrDefault(VariablesOf(provider)));

    /// <summary>The variables that may hold the key of a provider, for people.</summary>
    public static string VariablesOf(string provider) =>
        KeyVariables.TryGetValue(provider, out var names) ? string.Join(" or ", names) : $"{provider.ToUpperInvariant().Replace('-', '_')}{KeySuffix}";

    /// <summary>Reads the environment.</summary>
    public static HostEnvironment Read()
    {
        var keys = KeyVariables
            .Select(pair => (pair.Key, Value: pair.Value.Select(Variable).FirstOrDefault(value => value is not null)))
            .Where(pair => pair.Value is not null)
            .ToImmutableDictionary(pair => pair.Key, pair => new Secret(pair.Value!), StringComparer.Ordinal);
        var redactor = new Redactor();
        foreach (var key in keys.Values)
        {
            redactor.Learn(key);
        }

        var gitHub = Variable("GITHUB_TOKEN") ?? Variable("GH_TOKEN");
        if (gitHub is not null)
        {
            redactor.Learn(new Secret(gitHub));
        }

        return new HostEnvironment(
            Variable("CONCLAVE_DATA") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "conclave"),
            keys,
            Variable("CONCLAVE_FAILPOINT"),
            Variable("NO_COLOR") is null)
        {
            GitHubToken = gitHub is null ? null : new AccessToken(gitHub),
            Addresses = AddressVariables
                .Select(pair => (pair.Key, Value: Variable(pair.Value)))
                .Where(pair => pair.Value is not null)
                .ToImmutableDictionary(pair => pair.Key, pair => pair.Value!, StringComparer.Ordinal),
            Redactor = redactor,
            Proxies = ProxyVariables
                .Where(name => Variable(name) is { } value && !value.Contains('@', StringComparison.Ordinal))
                .ToImmutableSortedDictionary(name => name, name => Variable(name)!, StringComparer.Ordinal),
            NuGetFolder = Variable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".nuget", "packages"),
            AllowInsecureLoopback = Variable(InsecureLoopbackVariable) is "1" or "true",
            NamesDataDirectory = Variable("CONCLAVE_DATA") is not null,
            OtherKeys = Environment.GetEnvironmentVariables().Keys.OfType<string>()
                .Where(name => name.EndsWith(KeySuffix, StringComparison.Ordinal) && Variable(name) is not null)
                .ToImmutableDictionary(name => name, name => new Secret(Variable(name)!), StringComparer.Ordinal),
        };
    }

    /// <summary>The folders in which programs are looked for.</summary>
    public static IEnumerable<string> SearchPath() => Variable("PATH")?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name)?.Trim() is { Length: > 0 } value ? value : null;
}
