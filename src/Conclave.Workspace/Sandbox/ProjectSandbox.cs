using System.Collections.Immutable;
using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace Conclave.Workspace.Sandbox;

/// <summary>
/// Runs generated code in bubblewrap: without network, seeing <c>/usr</c> and one tree and nothing else of the machine, within limits. What is not ready
/// runs nothing. Thread-safe; one for each process.
/// </summary>
public sealed class ProjectSandbox : ISandbox, IDisposable
{
    private readonly SandboxOptions options;
    private readonly TimeProvider clock;
    private readonly Func<ImmutableArray<string>, ImmutableArray<string>> alter;
    private readonly SandboxSlots slots;
    private readonly SemaphoreSlim checking = new(1, 1);
    private SandboxState? state;
    private SandboxHost? host;
    private SandboxHome? home;

    private ProjectSandbox(SandboxOptions options, TimeProvider clock, Func<ImmutableArray<string>, ImmutableArray<string>> alter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxConcurrent, 1, nameof(options));
        this.options = options;
        this.clock = clock;
        this.alter = alter;
        slots = new SandboxSlots(options.MaxConcurrent);
    }

    /// <summary>Opens the sandbox; nothing happens on the machine before it is used.</summary>
    public static ProjectSandbox Open(SandboxOptions options, TimeProvider clock) => new(options, clock, arguments => arguments);

    /// <summary>A sandbox with other arguments for <c>bwrap</c>, to prove that the self-test notices.</summary>
    internal static ProjectSandbox OpenAltered(SandboxOptions options, TimeProvider clock, Func<ImmutableArray<string>, ImmutableArray<string>> alter) =>
        new(options, clock, alter);

    /// <summary>
    /// Whether it can be used. The first call looks at the machine and runs the self-test, which takes a fraction of a second. Ready and broken are final; what is
    /// missing is looked for again, so that installing it mends a running process.
    /// </summary>
    public async Task<SandboxState> Check(CancellationToken cancel)
    {
        await checking.WaitAsync(cancel);
        try
        {
            return state is SandboxState.Ready or SandboxState.Broken ? state : state = await Look(cancel);
        }
        finally
        {
            checking.Release();
        }
    }

    /// <inheritdoc />
    public string Name => "bubblewrap";

    /// <inheritdoc />
    public bool Confines => true;

    /// <inheritdoc />
    public bool Has(string program) => SandboxTools.Has(program);

    /// <summary>A new empty tree for commands to run in. Only when <see cref="Check"/> said that the sandbox is ready.</summary>
    public SandboxTree CreateTree() => OperatingSystem.IsLinux() && home is not null
        ? home.CreateTree()
        : throw new InvalidOperationException("The sandbox is not ready.");

    /// <summary>
    /// Runs a command, after waiting for its turn. When this returns, or throws because it was cancelled, no process of it is left. The tree's files
    /// belong to the user of the run afterwards.
    /// </summary>
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

    private async Task<SandboxState> Look(CancellationToken cancel)
    {
        var (missing, found) = await SandboxHost.Look(options.SearchPath, cancel);
        if (missing is not null || !OperatingSystem.IsLinux())
        {
            return missing!;
        }

        try
        {
            host = found;
            home ??= SandboxHome.Open(options, root: found!.Setpriv is not null);
            return await SelfTest.Run(RunReady, CreateTree, cancel);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new SandboxState.Unavailable($"the sandbox has no place for its files: {error.Message}", $"make {options.Directory} writable for the user of Conclave");
        }
    }

    [SupportedOSPlatform("linux")]
    private async Task<SandboxRun> RunReady(SandboxCommand command, CancellationToken cancel)
    {
        using var slot = await slots.Take(cancel);
        var user = host!.Setpriv is null
            ? new SandboxUser(Libc.EffectiveUser(), Libc.EffectiveGroup())
            : new SandboxUser((uint)(options.FirstUser + slot.Number), (uint)(options.FirstUser + slot.Number));
        try
        {
            user.Take(command.Tree);
            using var files = new RunFiles(home!, user, command);
            files.WriteInput(alter(BubblewrapArguments.Of(host, files, command)), command.Network);
            using var process = await SandboxProcess.Start(SandboxLaunch.Of(host, user, options.Limits, files, command), options.Limits, files, command.Reports ? RandomNumberGenerator.GetHexString(64) : "", clock);
            return await process.Finish(command.Tree.Path, command.Timeout ?? options.Limits.Timeout, cancel);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return SandboxRun.Error(error.Message);
        }
    }
}
