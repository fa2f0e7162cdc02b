using System.Diagnostics;
using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace Conclave.Workspace.Sandbox;

/// <summary>
/// Runs generated code on this machine as it is, as the user of Conclave, for users who said <c>--trust</c>. It confines nothing, so nothing that runs here is ever
/// called verified. What a command sees elsewhere as <c>/project</c> lies in its tree.
/// </summary>
public sealed class TrustedHost(SandboxOptions options, TimeProvider clock) : ISandbox, IDisposable
{
    private const string Gate = "cd \"$1\" && exec 9>\"$2\" && shift 2 && echo && exec \"$@\"";

    private readonly Lock opening = new();
    private SandboxHome? home;

    /// <inheritdoc />
    public string Name => "none";

    /// <inheritdoc />
    public bool Confines => false;

    /// <inheritdoc />
    public Task<SandboxState> Check(CancellationToken cancel) => Task.FromResult<SandboxState>(OperatingSystem.IsLinux()
        ? new SandboxState.Ready()
        : new SandboxState.Unavailable("projects are built and tested on Linux only", "run Conclave in Linux: on Windows in WSL 2, on macOS in a virtual machine"));

    /// <inheritdoc />
    public bool Has(string program) => options.SearchPath.Split(':', StringSplitOptions.RemoveEmptyEntries).Any(directory => File.Exists(Path.Combine(directory, program)));

    /// <inheritdoc />
    public SandboxTree CreateTree() => OperatingSystem.IsLinux() ? Home().CreateTree() : throw new PlatformNotSupportedException();

    /// <inheritdoc />
    public async Task<SandboxRun> Run(SandboxCommand command, CancellationToken cancel)
    {
        if (!OperatingSystem.IsLinux())
        {
            return SandboxRun.Error("projects are built and tested on Linux only");
        }

        try
        {
            using var files = new ContainerFiles(Home(), command);
            var key = command.Reports ? RandomNumberGenerator.GetHexString(64) : "";
            foreach (var layer in command.Layers.Where(layer => layer.At.StartsWith("/project/", StringComparison.Ordinal)))
            {
                Directory.CreateSymbolicLink(Here(layer.At, command, files), layer.Source);
            }

            var process = new CommandProcess(options.Limits, clock, running => Task.Run(() => running.Kill(entireProcessTree: true), CancellationToken.None));
            var end = await process.Run(Start(command, files), key, command.Tree.Path, command.Timeout ?? options.Limits.Timeout, cancel);
            var (outcome, detail) = end.Stop is { } stop ? (stop.Outcome, stop.Detail) : (end.ExitCode == 0 ? SandboxOutcome.Passed : SandboxOutcome.Failed, (string?)null);
            return new SandboxRun(outcome, end.Stop is null ? end.ExitCode : null, detail, end.Duration, end.Stdout, end.Stderr, end.PeakMemory) { Report = files.ReadReport(options.Limits.Report), ReportKey = key };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return SandboxRun.Error(error.Message);
        }
    }

    /// <summary>Deletes what is left on disk. Runs must have ended.</summary>
    public void Dispose()
    {
        if (OperatingSystem.IsLinux())
        {
            home?.Dispose();
        }
    }

    // Our keys are no part of its environment; that it could read them elsewhere as this user is what --trust means.
    [SupportedOSPlatform("linux")]
    private ProcessStartInfo Start(SandboxCommand command, ContainerFiles files)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", Gate, "trusted", Path.Combine(command.Tree.Path, command.WorkingDirectory), files.Report, .. command.Argv.Select(argument => Here(argument, command, files))])
        {
            UseShellExecute = false,
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in BubblewrapArguments.Environment.SetItem("PATH", options.SearchPath).SetItem("HOME", files.Directory).SetItem("CONCLAVE_PROJECT", "/project").SetItems(command.Environment))
        {
            start.Environment[name] = name == "PATH" ? value : Here(value, command, files);
        }

        return start;
    }

    // /project/a -> [tree]/a, /conclave/b -> [run]/conclave/b, --target=/packages/c -> --target=[layer]
    [SupportedOSPlatform("linux")]
    private static string Here(string text, SandboxCommand command, ContainerFiles files)
    {
        var places = command.Layers.Where(layer => layer.At.StartsWith("/packages/", StringComparison.Ordinal)).Select(layer => (layer.At, layer.Source))
            .Append(("/project", command.Tree.Path)).Append(("/conclave", files.Conclave));
        var (value, prefix) = text.IndexOf("=/", StringComparison.Ordinal) is >= 0 and var at ? (text[(at + 1)..], text[..(at + 1)]) : (text, "");
        var (inside, here) = places.FirstOrDefault(place => value == place.Item1 || value.StartsWith($"{place.Item1}/", StringComparison.Ordinal));
        return value == "/home" ? $"{prefix}{files.Directory}" : inside is null ? text : $"{prefix}{here}{value[inside.Length..]}";
    }

    [SupportedOSPlatform("linux")]
    private SandboxHome Home()
    {
        lock (opening)
        {
            // Everything runs as the user of Conclave, so any directory of its will do.
            return home ??= SandboxHome.Open(options, root: false);
        }
    }
}
