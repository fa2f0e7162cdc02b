using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;

namespace Conclave.Workspace.Sandbox;

/// <summary>One running sandbox: watched, stopped, waited for until nothing of it is left.</summary>
[SupportedOSPlatform("linux")]
internal sealed class SandboxProcess : IDisposable
{
    /// <summary>The exit code of what has used up its processor time: SIGXCPU.</summary>
    public const int StoppedByProcessorTime = 128 + 24;

    private static readonly TimeSpan SetUp = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan UntilEmpty = TimeSpan.FromSeconds(2);

    private readonly Process process;
    private readonly SandboxLimits limits;
    private readonly RunFiles files;
    private readonly string reportKey;
    private readonly TimeProvider clock;
    private readonly OutputCapture stdout;
    private readonly OutputCapture stderr;
    private readonly Task reading;

    private SandboxProcess(Process process, SandboxLimits limits, RunFiles files, string reportKey, TimeProvider clock)
    {
        this.process = process;
        this.limits = limits;
        this.files = files;
        this.reportKey = reportKey;
        this.clock = clock;
        stdout = new OutputCapture(limits.Output);
        stderr = new OutputCapture(limits.Output);
        GiveKey();
        reading = Task.WhenAll(stdout.Read(process.StandardOutput.BaseStream, skip: 1), stderr.Read(process.StandardError.BaseStream, skip: 0));
    }

    /// <summary>Starts what <see cref="SandboxLaunch"/> describes.</summary>
    /// <param name="reportKey">Given to the command as the line of its standard input; empty for none.</param>
    /// <exception cref="IOException">It can't be started.</exception>
    public static async Task<SandboxProcess> Start(ProcessStartInfo start, SandboxLimits limits, RunFiles files, string reportKey, TimeProvider clock) =>
        new(await LaunchThread.Start(start), limits, files, reportKey, clock);

    /// <summary>Runs the command to its end, or to the limit that stops it. Once this returns or throws, none of its processes is left.</summary>
    public async Task<SandboxRun> Finish(string tree, TimeSpan timeout, CancellationToken cancel)
    {
        var watchdog = new Watchdog(limits, tree, clock);
        var stop = await UntilItStands(cancel);
        var first = files.ReadStatus().FirstProcess is { } pid ? ProcessTable.Read(pid) : null;
        var started = clock.GetTimestamp();
        stop ??= await UntilItEnds(watchdog, timeout, cancel);
        var duration = clock.GetElapsedTime(started);
        stop = await UntilNothingIsLeft(first) ?? stop ?? Overflow();
        cancel.ThrowIfCancellationRequested();
        return Judge(stop, duration, watchdog.PeakMemory);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // Ended long ago, unless something threw on the way.
        process.Kill();
        process.Dispose();
    }

    // Through a pipe, which gives each byte to one reader: who comes after our own program finds nothing.
    private void GiveKey()
    {
        try
        {
            using var input = process.StandardInput;
            input.BaseStream.Write(Encoding.ASCII.GetBytes(reportKey.Length == 0 ? "" : reportKey + '\n'));
        }
        catch (IOException)
        {
            // It has ended already, which its exit code says better.
        }
    }

    private async Task<SandboxStop?> UntilItStands(CancellationToken cancel)
    {
        var done = await Either(SetUp, cancel, stdout.Begun);
        return done == stdout.Begun ? null : new SandboxStop(SandboxOutcome.SandboxError, $"the sandbox was not set up within {SetUp.TotalSeconds} s");
    }

    private async Task<SandboxStop?> UntilItEnds(Watchdog watchdog, TimeSpan timeout, CancellationToken cancel)
    {
        using var over = new CancellationTokenSource();
        var exit = process.WaitForExitAsync(CancellationToken.None);
        var watch = watchdog.Watch(process.Id, over.Token);
        var done = await Either(timeout, cancel, exit, watch, stdout.Overflowed, stderr.Overflowed);
        await over.CancelAsync();
        var seen = await watch;
        return done == exit ? null
            : done == watch ? seen
            : Overflow() ?? new SandboxStop(SandboxOutcome.Timeout, $"took longer than {timeout.TotalSeconds:0.#} s");
    }

    private SandboxStop? Overflow() => stdout.Overflowed.IsCompleted || stderr.Overflowed.IsCompleted
        ? new SandboxStop(SandboxOutcome.OutputLimit, $"wrote more than {Watchdog.Size(limits.Output)} of output")
        : null;

    // The task that is done first; null when time is up or it was cancelled.
    private async Task<Task?> Either(TimeSpan timeout, CancellationToken cancel, params Task[] tasks)
    {
        try
        {
            return await Task.WhenAny(tasks).WaitAsync(timeout, clock, cancel);
        }
        catch (Exception over) when (over is TimeoutException or OperationCanceledException)
        {
            return null;
        }
    }

    // bwrap's end is the end of the first process of its namespace (--die-with-parent), whose end is the end of all (pid_namespaces(7)). But while a
    // sandbox is being set up that chain is not closed: so its children are looked for while it can't start one any more, and killed by their own numbers.
    private async Task<SandboxStop?> UntilNothingIsLeft(ProcessEntry? first)
    {
        var killed = clock.GetTimestamp();
        await Freeze();
        // Once it has ended, its number may be somebody else's.
        List<ProcessEntry> left = [.. first is null ? [] : new[] { first }, .. process.HasExited ? [] : ProcessTable.ChildrenOf(process.Id)];
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        while (!reading.IsCompleted || left.Exists(ProcessTable.IsAlive))
        {
            if (clock.GetElapsedTime(killed) > UntilEmpty)
            {
                return new SandboxStop(SandboxOutcome.SandboxError, "processes of the run could not be ended");
            }

            left.FindAll(ProcessTable.IsAlive).ForEach(alive => _ = Libc.Kill(alive.Pid, Libc.KillSignal));
            await Task.Delay(Tick, clock, CancellationToken.None);
        }

        await reading;
        return null;
    }

    private async Task Freeze()
    {
        var frozen = clock.GetTimestamp();
        while (!process.HasExited && ProcessTable.Read(process.Id) is { State: not ('T' or 'Z') } && clock.GetElapsedTime(frozen) < UntilEmpty)
        {
            _ = Libc.Kill(process.Id, Libc.StopSignal);
            await Task.Delay(Tick, clock, CancellationToken.None);
        }
    }

    private SandboxRun Judge(SandboxStop? stop, TimeSpan duration, long? peakMemory)
    {
        var exitCode = files.ReadStatus().ExitCode;
        var (output, errors) = reading.IsCompleted ? (stdout.Text(), stderr.Text()) : (CapturedText.Empty, CapturedText.Empty);
        var (outcome, detail) = (stop, exitCode) switch
        {
            ({ } stopped, _) => (stopped.Outcome, stopped.Detail),
            (_, null) => (SandboxOutcome.SandboxError, LastLine(errors) ?? "the sandbox ended before the command did"),
            (_, 0) => (SandboxOutcome.Passed, null),
            (_, StoppedByProcessorTime) => (SandboxOutcome.Timeout, $"used more than {limits.CpuSeconds} s of processor time"),
            _ => (SandboxOutcome.Failed, (string?)null),
        };
        return new SandboxRun(outcome, stop is null ? exitCode : null, detail, duration, output, errors, peakMemory) { Report = files.ReadReport(limits.Report), ReportKey = reportKey };
    }

    private static string? LastLine(CapturedText text) => text.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault();
}
