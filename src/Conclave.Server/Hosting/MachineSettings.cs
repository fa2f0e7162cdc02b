using System.Collections.Immutable;
using Conclave.Agents;
using Conclave.Engine.Definition;
using Conclave.Storage;
using Conclave.Workspace.GitHub;
using Conclave.Workspace.Sandbox;
using Conclave.Workspace.Verification;
using YamlDotNet.RepresentationModel;
using YamlDocument = Conclave.Engine.Definition.YamlDocument;

namespace Conclave.Server.Hosting;

/// <summary>The settings of this machine, from <c>config.yaml</c> in the data directory. They hold no keys and no workflow can change them.</summary>
/// <param name="Endpoints">What the file says about each vendor that it names.</param>
public sealed partial record MachineSettings(ImmutableDictionary<string, EndpointSettings> Endpoints)
{
    /// <summary>Hosts in private networks that may get a key, in lower case.</summary>
    public ImmutableHashSet<string> AllowedHosts { get; init; } = [];

    /// <summary>The vendors' own addresses.</summary>
    public static MachineSettings Default { get; } = new(ImmutableDictionary<string, EndpointSettings>.Empty);

    /// <summary>The settings of a data directory; the defaults when it has none.</summary>
    public static Refusable<MachineSettings> Of(DataDirectory directory)
    {
        if (!File.Exists(directory.ConfigFile))
        {
            return Default;
        }

        var read = Read(File.ReadAllText(directory.ConfigFile), directory.ConfigFile);
        return read.Value is { } settings ? settings : new Refusal(RefusalKind.Invalid, string.Join('\n', read.Problems));
    }

    /// <summary>
    /// Reads the file's text:
    /// <code>
    /// providers:
    ///   openai: { base_url: "http://127.0.0.1:8080/v1", allow_insecure_loopback: true }
    ///   gemini: { key_command: ["secret-tool", "lookup", "service", "gemini"] }
    ///   anthropic: { requests_per_minute: 50, tokens_per_minute: 400000, max_concurrent_calls: 8, breaker_failures: 5, breaker_rest: 30s }
    ///   ollama: { protocol: chat, base_url: "http://127.0.0.1:11434/v1", allow_insecure_loopback: true, stream: true }
    /// allowed_hosts: [gpu-box.lan]
    /// models:
    ///   openai/house-1: { input_usd_per_million: 1, output_usd_per_million: 4 }
    /// github: { api_url: "https://github.example.com/api/v3" }
    /// install: ask
    /// package_sources: { npm: "https://npm.example.com/", nuget_folder: /opt/nuget }
    /// sandbox: { engine: podman, image: "localhost/project-tools:1" }
    /// </code>
    /// </summary>
    public static Checked<MachineSettings> Read(string text, string file)
    {
        var problems = new List<Problem>();
        var endpoints = ImmutableDictionary.CreateBuilder<string, EndpointSettings>(StringComparer.Ordinal);
        ImmutableArray<CeilingPrice> prices = [];
        var github = GitHubSettings.Default;
        var (install, sources, container) = ((InstallPolicy?)null, PackageSources.Default, (ContainerChoice?)null);
        ImmutableHashSet<string> hosts = [];
        if (YamlDocument.Read(text, file, problems, "start with `providers:`") is { } root)
        {
            var top = new MappingReader(root, file, "the configuration", problems);
            hosts = [.. top.Texts("allowed_hosts").Select(host => host.Value.ToLowerInvariant())];
            foreach (var (name, node) in top.Map("providers", "`providers`")?.Entries() ?? [])
            {
                if (ReadEndpoint(name, node, file, hosts, problems) is { } endpoint)
                {
                    endpoints[name.Value] = endpoint;
                }
            }

            prices = ReadPrices(top, file, [.. HostEnvironment.KeyVariables.Keys, .. endpoints.Keys], problems);
            github = ReadGitHub(top, problems);
            install = top.OneOf<InstallPolicy>("install");
            sources = ReadSources(top, problems);
            container = ReadContainer(top);
            top.RefuseUnknown();
        }

        return new Checked<MachineSettings>(problems.Count == 0 ? new MachineSettings(endpoints.ToImmutable()) { Prices = prices, AllowedHosts = hosts, GitHub = github, Install = install, PackageSources = sources, Container = container } : null, problems);
    }

    private static EndpointSettings? ReadEndpoint(Sourced<string> name, YamlNode node, string file, ImmutableHashSet<string> hosts, List<Problem> problems)
    {
        if (RefuseName(name, node, problems))
        {
            return null;
        }

        if (node is not YamlMappingNode map)
        {
            problems.Add(new Problem("CONC006", name.At, $"provider `{name.Value}` must be a map", "write base_url, key_command or a limit below it"));
            return null;
        }

        var reader = new MappingReader(map, file, $"provider `{name.Value}`", problems);
        var url = DefaultEndpoints.Of(name.Value) is null ? reader.RequiredText("base_url") : reader.Text("base_url");
        var endpoint = new EndpointSettings(null, reader.Flag("allow_insecure_loopback"))
        {
            Limits = ReadLimits(reader),
            Protocol = reader.OneOf<WireProtocol>("protocol"),
            Streams = reader.Flag("stream"),
            KeyCommand = [.. reader.Texts("key_command").Select(argument => argument.Value)],
        };
        reader.RefuseUnknown();
        return url is { } written ? Addressed(endpoint, name.Value, written, hosts, problems) : endpoint;
    }

    private static EndpointSettings? Addressed(EndpointSettings endpoint, string provider, Sourced<string> url, ImmutableHashSet<string> hosts, List<Problem> problems)
    {
        if (!Uri.TryCreate(url.Value, UriKind.Absolute, out var address))
        {
            problems.Add(new Problem("CONC006", url.At, $"`base_url` can't be `{url.Value}`", "write an address such as https://api.openai.com/v1"));
            return null;
        }

        var addressed = endpoint with { BaseUrl = address };
        problems.AddRange(addressed.Problems(provider, hosts).Select(problem => new Problem("CONC203", url.At, $"`base_url`: {problem}", null)));
        return addressed;
    }
}

/// <summary>What the file says about a vendor; null is what it does not say.</summary>
/// <param name="BaseUrl">Another address.</param>
/// <param name="AllowInsecureLoopback">Whether plain http is allowed; only ever to a loopback address.</param>
public sealed record EndpointSettings(Uri? BaseUrl, bool? AllowInsecureLoopback)
{
    /// <summary>How many calls, and how fast.</summary>
    public LimitSettings Limits { get; init; } = LimitSettings.None;

    /// <summary>What is spoken there; null for the language of the provider's name.</summary>
    public WireProtocol? Protocol { get; init; }

    /// <summary>Whether answers are asked for piece by piece; null is what the file does not say.</summary>
    public bool? Streams { get; init; }

    /// <summary>The program that prints the key, and its arguments; empty for none.</summary>
    public ImmutableArray<string> KeyCommand { get; init; } = [];

    /// <summary>What is wrong with the address, if there is one.</summary>
    /// <param name="hosts">The hosts in private networks that the machine's owner has listed.</param>
    public IEnumerable<string> Problems(string provider, ImmutableHashSet<string> hosts) => BaseUrl is null
        ? []
        : new MachineSettings(ImmutableDictionary<string, EndpointSettings>.Empty.Add(provider, this)) { AllowedHosts = hosts }.Provider(provider, null).AddressProblems();
}
