using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text.Json;
using Conclave.Engine;

namespace Conclave.Workspace.Sandbox;

/// <summary>Tries to break out, from the inside, in every known way. One that works, or one whose result is missing, and the sandbox is broken.</summary>
[SupportedOSPlatform("linux")]
internal static class SelfTest
{
    private const string Program = "self_test.py";
    private const string Descriptors = "descriptors";

    private static readonly ImmutableArray<string> Probes =
        ["network", "outside_read", "outside_write", "vsock", "user_namespace", Descriptors, "host_processes", "environment"];

    /// <summary>
    /// Runs all probes. A library that opens a file in another thread, between the sweep over our descriptors and the start, passes that one on;
    /// such a chance does not come three times, an inherited descriptor does.
    /// </summary>
    public static async Task<SandboxState> Run(
        Func<SandboxCommand, CancellationToken, Task<SandboxRun>> run, Func<SandboxTree> createTree, CancellationToken cancel)
    {
        for (var again = 1; ; again++)
        {
            var (state, escapes) = await Once(run, createTree, cancel);
            if (again == 3 || escapes is not [{ Probe: Descriptors }])
            {
                return state;
            }
        }
    }

    private static async Task<Finding> Once(
        Func<SandboxCommand, CancellationToken, Task<SandboxRun>> run, Func<SandboxTree> createTree, CancellationToken cancel)
    {
        if (!SandboxTools.Has("python3"))
        {
            return Finding.Without(new SandboxState.Unavailable("the self-test of the sandbox needs `python3` below /usr", "apt-get install python3"));
        }

        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var tree = createTree();
        using var outside = createTree();
        var canary = Path.Combine(outside.Path, "canary");
        await File.WriteAllTextAsync(canary, RandomNumberGenerator.GetHexString(32), cancel);
        File.SetUnixFileMode(outside.Path, File.GetUnixFileMode(outside.Path) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        File.SetUnixFileMode(canary, File.GetUnixFileMode(canary) | UnixFileMode.OtherRead);
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var result = await run(
            new SandboxCommand(["python3", "-I", $"/conclave/{Program}", port, canary], tree)
            {
                Files = ImmutableSortedDictionary<string, string>.Empty.Add(Program, InsideProgram.Read(Program)),
                Timeout = TimeSpan.FromSeconds(20),
            },
            cancel);
        return result.Outcome switch
        {
            SandboxOutcome.SandboxError => Finding.Without(SandboxHost.CannotStart($"bubblewrap can't set up a sandbox: {result.Detail}")),
            SandboxOutcome.Passed or SandboxOutcome.Failed => Judge(result),
            _ => Finding.Without(new SandboxState.Unavailable($"the self-test of the sandbox was stopped: {result.Detail}", "make room on this machine, or raise the limits")),
        };
    }

    private static Finding Judge(SandboxRun run)
    {
        var found = Read(run);
        ImmutableArray<Escape> escapes = [.. Probes.Where(probe => found.GetValueOrDefault(probe) is not "").Select(probe => new Escape(probe, found.GetValueOrDefault(probe) ?? "not tested"))];
        return escapes.IsEmpty ? Finding.Without(new SandboxState.Ready())
            : found.Count == 0 ? Finding.Without(new SandboxState.Broken($"the self-test of the sandbox failed: {run.Stderr.Text.Trim()}"))
            : new Finding(new SandboxState.Broken($"the sandbox does not hold: {string.Join("; ", escapes.Select(escape => $"{escape.Probe}: {escape.What}"))}"), escapes);
    }

    // {"network": "", "outside_read": "could read /etc/shadow", ...}: for each probe what it could do, which must be nothing.
    private static Dictionary<string, string> Read(SandboxRun run)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(run.Stdout.Text, EngineJson.Options) ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <param name="Probe">The way out that was tried.</param>
    /// <param name="What">What it could do.</param>
    private readonly record struct Escape(string Probe, string What);

    private readonly record struct Finding(SandboxState State, ImmutableArray<Escape> Escapes)
    {
        public static Finding Without(SandboxState state) => new(state, []);
    }
}
