using System.Collections.Immutable;
using System.Runtime.Versioning;
using Conclave.Workspace.Sandbox;

namespace Conclave.Workspace.Verification;

/// <summary>Fetches what a project declares: each installation in a sandbox of its own, the only one that has the network. See docs/decisions/installing-packages.md.</summary>
[SupportedOSPlatform("linux")]
internal sealed class PackageFetch(ISandbox sandbox, PackageSources sources) : IDisposable
{
    private const string Certificates = "/etc/ssl/certs/ca-certificates.crt";
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(10);

    private readonly List<SandboxTree> trees = [];
    private readonly ImmutableArray<CommandEvidence>.Builder commands = ImmutableArray.CreateBuilder<CommandEvidence>();

    /// <summary>What was run.</summary>
    public ImmutableArray<CommandEvidence> Commands => commands.ToImmutable();

    /// <summary>Fetches all of them, as far as that is allowed.</summary>
    public async Task<PackageSupply> Fetch(ImmutableArray<Installation> installations, Downloads permission, CancellationToken cancel)
    {
        var supply = new PackageSupply(permission, sources);
        foreach (var installation in permission is Downloads.Allowed ? installations : [])
        {
            var key = (installation.Stack, installation.Directory);
            var (layer, gap) = sandbox.Has(installation.Tool.Program)
                ? await Fetch(installation, cancel)
                : (null, new StackGap(installation.Stack, $"`{installation.Tool.Program}` was not found below /usr, so the packages of {installation.Manifest} can't be fetched", installation.Tool.Fix));
            supply = layer is not null ? supply with { Layers = supply.Layers.SetItem(key, layer) } : supply with { Failed = supply.Failed.SetItem(key, gap!) };
        }

        return supply;
    }

    /// <summary>Deletes what was fetched; nothing may be using it.</summary>
    public void Dispose() => trees.ForEach(tree => tree.Dispose());

    private async Task<(SandboxLayer? Layer, StackGap? Gap)> Fetch(Installation installation, CancellationToken cancel)
    {
        var tree = sandbox.CreateTree();
        trees.Add(tree);
        foreach (var (path, text) in installation.Files)
        {
            var file = Path.Combine(tree.Path, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, text, cancel);
        }

        var run = await sandbox.Run(
            new SandboxCommand(installation.Argv, tree) { Network = true, Timeout = Timeout, Environment = Environment().SetItems(sources.Proxies).SetItems(installation.Environment) },
            cancel);
        var unknown = run.Outcome == SandboxOutcome.Failed && installation.Unknown.Match($"{run.Stdout.Text}\n{run.Stderr.Text}") is { Success: true } found ? found.Value.Trim() : null;
        commands.Add(Evidence(installation, run, unknown));
        var layer = run.Outcome == SandboxOutcome.Passed ? tree.Layer(installation.Output, installation.At, installation.Scratch) : null;
        return layer is not null ? (layer, null) : (null, Gap(installation, run, unknown));
    }

    private static StackGap Gap(Installation installation, SandboxRun run, string? unknown) => new(
        installation.Stack,
        $"the packages of {installation.Manifest} could not be fetched: {unknown ?? run.Detail ?? CommandEvidence.LastLineOf(run.Stderr, run.Stdout) ?? $"exit code {run.ExitCode}"}",
        unknown is null ? "look at the network of this machine, or name other sources under `package_sources:` in config.yaml" : null);

    private static CommandEvidence Evidence(Installation installation, SandboxRun run, string? unknown) => new(
        installation.Stack, CheckPurpose.Install, installation.Argv, installation.Directory, run.Outcome, run.ExitCode, run.Detail, (long)run.Duration.TotalMilliseconds,
        run.PeakMemory, null, null,
        unknown is null ? [] : [new TestFailure(installation.Manifest, installation.Manifest, "UnknownPackage", unknown, unknown)], run.Stdout, run.Stderr)
    {
        // A package that nobody has is made up; that a registry can't be reached is no fault of the project.
        IsRed = unknown is not null,
    };

    // The programs bring their own lists of authorities; this machine's may have one more.
    private static ImmutableSortedDictionary<string, string> Environment() => !File.Exists(Certificates)
        ? ImmutableSortedDictionary<string, string>.Empty
        : ImmutableSortedDictionary.CreateRange<string, string>([new("NODE_EXTRA_CA_CERTS", Certificates), new("PIP_CERT", Certificates), new("SSL_CERT_FILE", Certificates)]);
}
