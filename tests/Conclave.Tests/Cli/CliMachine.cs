using System.Collections.Immutable;
using Conclave.Agents;
using Conclave.Cli;
using Conclave.Server.Hosting;
using Conclave.Tests.Agents;
using Conclave.Tests.Workspace.Files;

namespace Conclave.Tests.Cli;

/// <summary>The command line in this process, with a data directory and an environment of its own.</summary>
internal sealed class CliMachine : IDisposable
{
    private readonly TempFolder folder = new();

    /// <summary>The vendors' keys in the environment.</summary>
    public Dictionary<string, string> Keys { get; } = new(StringComparer.Ordinal);

    /// <summary>The vendors' addresses in the environment.</summary>
    public Dictionary<string, string> Addresses { get; } = new(StringComparer.Ordinal);

    public bool AllowInsecureLoopback { get; set; }

    public string Data => folder.Path;

    public string KeysFile => Path.Combine(Data, "keys.json");

    /// <summary>Writes the machine's settings.</summary>
    public void Configure(string yaml) => File.WriteAllText(Path.Combine(Data, "config.yaml"), yaml);

    /// <summary>Reaches these vendors at a server, by the settings.</summary>
    public void Serve(Uri server, params string[] providers) =>
        Configure("providers:\n" + string.Concat(providers.Select(provider => $"  {provider}: {{ base_url: \"{Vendors.Endpoint(provider, server)}\", allow_insecure_loopback: true{(provider == Vendors.Compatible ? ", protocol: chat" : "")} }}\n"))
        + (providers.Contains(Vendors.Compatible) ? $"models:\n  {Vendors.Compatible}/{Vendors.Model(Vendors.Compatible)}: {{ input_usd_per_million: 1, output_usd_per_million: 4 }}\n" : ""));

    public string Write(string name, string text)
    {
        var path = Path.Combine(Data, name);
        File.WriteAllText(path, text);
        return path;
    }

    public HostEnvironment Environment() => new(Data, Keys.ToImmutableDictionary(pair => pair.Key, pair => new Secret(pair.Value)), null, false)
    {
        Addresses = Addresses.ToImmutableDictionary(),
        AllowInsecureLoopback = AllowInsecureLoopback,
    };

    public Task<(int Exit, string Output, string Error)> Run(params string[] args) => RunWith("", args);

    /// <summary>Runs a command that finds this on stdin.</summary>
    public async Task<(int Exit, string Output, string Error)> RunWith(string input, params string[] args)
    {
        var (output, talk) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var environment = Environment();
        await using var error = new RedactingWriter(talk, environment.Redactor);
        var exit = await new CommandLine(environment, TimeProvider.System, output, error, new StringReader(input)).Run(args);
        return (exit, output.ToString(), talk.ToString());
    }

    public void Dispose() => folder.Dispose();
}
