using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace Conclave.Workspace.Sandbox;

/// <summary>Runs generated code in containers of Docker or Podman, for users who chose that. Thread-safe; one for each process.</summary>
public sealed class ContainerSandbox : ISandbox, IDisposable
{
    private static readonly ImmutableHashSet<string> Kept =
        ["PATH", "HOME", "XDG_RUNTIME_DIR", "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY", "CONTAINER_HOST", "CONTAINERS_CONF", "CONTAINERS_STORAGE_CONF"];

    private readonly ContainerChoice choice;
    private readonly SandboxOptions options;
    private readonly TimeProvider clock;
    private readonly SandboxSlots slots;
    private readonly SemaphoreSlim checking = new(1, 1);
    private ImmutableHashSet<string> programs = [];
    private SandboxState? state;
    private string? engine;
    private SandboxHome? home;

    private ContainerSandbox(ContainerChoice choice, SandboxOptions options, TimeProvider clock)
    {
        this.choice = choice;
        this.options = options;
        this.clock = clock;
        slots = new SandboxSlots(options.MaxConcurrent);
    }

    /// <inheritdoc />
    public string Name => OperatingSystem.IsLinux() ? ContainerArguments.Program(choice.Engine) : "container";

    /// <inheritdoc />
    public bool Confines => true;

    /// <summary>Opens it; nothing happens on the machine before it is used.</summary>
    public static ContainerSandbox Open(ContainerChoice choice, SandboxOptions options, TimeProvider clock) => new(choice, options, clock);

    /// <inheritdoc />
    public async Task<SandboxState> Check(CancellationToken cancel)
    {
        await checking.WaitAsync(cancel);
        try
        {
            return state is SandboxState.Ready or SandboxState.Broken ? state : state = OperatingSystem.IsLinux()
                ? await Look(cancel)
                : new SandboxState.Unavailable("containers are used on Linux only", "run Conclave in Linux: on Windows in WSL 2, on macOS in a virtual machine");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new SandboxState.Unavailable($"{Name} can't be used: {error.Message}", $"make {options.Directory} writable for the user of Conclave");
        }
        finally
        {
            checking.Release();
        }
    }

    /// <inheritdoc />
    public bool Has(string program) => programs.Contains(program);

    /// <inheritdoc />
    public SandboxTree CreateTree() => OperatingSystem.IsLinux() && home is not null ? home.CreateTree() : throw new InvalidOperationException("The sandbox is not ready.");

    /// <inheritdoc />
    public async Task<SandboxRun> Run(SandboxCommand command, CancellationToken cancel) => await Check(cancel) switch
    {
        SandboxState.Ready when OperatingSystem.IsLinux() => await RunReady(command, cancel),
        SandboxState.Unavailable missing => SandboxRun.Error($"{missing.Reason}; {missing.Fix}"),
        SandboxState.Broken broken => SandboxRun.Error(broken.Reason),
        var other => throw new InvalidOperationException($"No run in state {other.GetType().Name}."),
    };

    /// <summary>Deletes what is left on disk. Runs must have ended.</summary>
    public void Dispose()
    {
        if (OperatingSystem.IsLinux())
        {
            home?.Dispose();
        }

        checking.Dispose();
    }

    [SupportedOSPlatform("linux")]
    private async Task<SandboxState> Look(CancellationToken cancel)
    {
        engine = options.SearchPath.Split(':', StringSplitOptions.RemoveEmptyEntries).Select(directory => Path.Combine(directory, Name)).FirstOrDefault(File.Exists);
        if (engine is null)
        {
            return new SandboxState.Unavailable($"`{Name}` was not found", $"install it, or take `sandbox:` out of config.yaml to use bubblewrap");
        }

        if (await Ask(ContainerArguments.Ping, cancel) is { Exit: not 0, Said: var why })
        {
            return new SandboxState.Unavailable($"{Name} does not answer: {why}", $"start its service, and let the user of Conclave use it");
        }

        if (await Ask(ContainerArguments.Inspect(choice.Image), cancel) is { Exit: not 0 })
        {
            return new SandboxState.Unavailable($"{Name} has no image `{choice.Image}`, and nothing is pulled", $"{Name} pull {choice.Image}");
        }

        home ??= SandboxHome.Open(options, root: Libc.EffectiveUser() == 0);
        (var looked, programs) = await ContainerSelfTest.Run(RunReady, CreateTree, cancel);
        return looked;
    }

    [SupportedOSPlatform("linux")]
    private async Task<SandboxRun> RunReady(SandboxCommand command, CancellationToken cancel)
    {
        using var slot = await slots.Take(cancel);
        var user = Libc.EffectiveUser() != 0
            ? new SandboxUser(Libc.EffectiveUser(), Libc.EffectiveGroup())
            : new SandboxUser((uint)(options.FirstUser + slot.Number), (uint)(options.FirstUser + slot.Number));
        try
        {
            user.Take(command.Tree);
            using var files = new ContainerFiles(home!, command);
            var name = string.Create(CultureInfo.InvariantCulture, $"conclave-{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(12, lowercase: true)}");
            var key = command.Reports ? RandomNumberGenerator.GetHexString(64) : "";
            var process = new CommandProcess(options.Limits, clock, _ => Ask(ContainerArguments.Remove(name), CancellationToken.None));
            var end = await process.Run(
                Start(ContainerArguments.Run(choice, name, user, options.Limits, command, files.Conclave, files.Report)), key, command.Tree.Path, command.Timeout ?? options.Limits.Timeout, cancel);
            return Judge(end) with { Report = files.ReadReport(options.Limits.Report), ReportKey = key };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return SandboxRun.Error(error.Message);
        }
    }

    [SupportedOSPlatform("linux")]
    private SandboxRun Judge(CommandEnd end)
    {
        var (outcome, detail) = (end.Stop, end.ExitCode) switch
        {
            ({ } stop, _) => (stop.Outcome, stop.Detail),
            (_, 0) => (SandboxOutcome.Passed, null),
            (_, ContainerArguments.EngineFailed) => (SandboxOutcome.SandboxError, end.LastError ?? $"{Name} could not run it"),
            // Nobody else kills what runs there.
            (_, 128 + Libc.KillSignal) => (SandboxOutcome.OutOfMemory, $"used more than {Watchdog.Size(options.Limits.Memory)} of memory"),
            (_, SandboxProcess.StoppedByProcessorTime) => (SandboxOutcome.Timeout, $"used more than {options.Limits.CpuSeconds} s of processor time"),
            _ => (SandboxOutcome.Failed, (string?)null),
        };
        return new SandboxRun(outcome, outcome is SandboxOutcome.Passed or SandboxOutcome.Failed ? end.ExitCode : null, detail, end.Duration, end.Stdout, end.Stderr, null);
    }

    // What the engine's own program says, and how it ends.
    private async Task<(int Exit, string Said)> Ask(ImmutableArray<string> arguments, CancellationToken cancel)
    {
        using var process = OperatingSystem.IsLinux() ? await LaunchThread.Start(Start(arguments)) : throw new PlatformNotSupportedException();
        process.StandardInput.Close();
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(cancel), process.StandardError.ReadToEndAsync(cancel));
        await process.WaitForExitAsync(cancel);
        return (process.ExitCode, said.Select(text => text.Trim().Split('\n')[^1]).LastOrDefault(line => line.Length > 0) ?? $"exit code {process.ExitCode}");
    }

    // It gets what it needs to find its service, and none of our keys.
    private ProcessStartInfo Start(ImmutableArray<string> arguments)
    {
        var start = new ProcessStartInfo(engine!, arguments) { UseShellExecute = false, WorkingDirectory = "/", RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        var kept = start.Environment.Where(variable => Kept.Contains(variable.Key)).ToList();
        start.Environment.Clear();
        kept.ForEach(start.Environment.Add);
        return start;
    }
}
