using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;

namespace Conclave.Workspace.Sandbox;

/// <summary>
/// A command that no namespace of ours holds together, with the limits that can be kept from outside: time, output, what lies in its tree. Its first byte of output
/// says that it was started, and is no part of the output.
/// </summary>
/// <param name="limits">Those that are kept here.</param>
/// <param name="end">Ends everything that belongs to it.</param>
[SupportedOSPlatform("linux")]
internal sealed class CommandProcess(SandboxLimits limits, TimeProvider clock, Func<Process, Task> end)
{
    // How long what was told to end may take: the program first, then whatever it left behind that still holds its output.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>Runs it to its end, or to the limit that stops it.</summary>
    /// <param name="key">Given to it as a line of its standard input; empty for none.</param>
    /// <exception cref="IOException">It can't be started.</exception>
    public async Task<CommandEnd> Run(ProcessStartInfo start, string key, string tree, TimeSpan timeout, CancellationToken cancel)
    {
        using var process = await LaunchThread.Start(start);
        var (stdout, stderr) = (new OutputCapture(limits.Output), new OutputCapture(limits.Output));
        GiveKey(process, key);
        using var unwanted = new CancellationTokenSource();
        var reading = Task.WhenAll(stdout.Read(process.StandardOutput.BaseStream, skip: 1, unwanted.Token), stderr.Read(process.StandardError.BaseStream, skip: 0, unwanted.Token));
        var watchdog = new Watchdog(limits, tree, clock);
        var started = clock.GetTimestamp();
        var stop = await UntilItEnds(process, watchdog, stdout, stderr, timeout, cancel);
        var duration = clock.GetElapsedTime(started);
        await end(process);
        if (!await Ends(process.WaitForExitAsync(CancellationToken.None)))
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        if (!await Ends(reading))
        {
            await unwanted.CancelAsync();
            await reading;
        }

        cancel.ThrowIfCancellationRequested();
        return new CommandEnd(stop ?? Overflow(stdout, stderr), process.ExitCode, stdout.Text(), stderr.Text(), duration, watchdog.PeakMemory);
    }

    private async Task<bool> Ends(Task task) => await Task.WhenAny(task, Task.Delay(Grace, clock)) == task;

    private async Task<SandboxStop?> UntilItEnds(Process process, Watchdog watchdog, OutputCapture stdout, OutputCapture stderr, TimeSpan timeout, CancellationToken cancel)
    {
        using var over = new CancellationTokenSource();
        var exit = process.WaitForExitAsync(CancellationToken.None);
        var watch = watchdog.Watch(process.Id, over.Token);
        Task? done;
        try
        {
            done = await Task.WhenAny(exit, watch, stdout.Overflowed, stderr.Overflowed).WaitAsync(timeout, clock, cancel);
        }
        catch (Exception ended) when (ended is TimeoutException or OperationCanceledException)
        {
            done = null;
        }

        await over.CancelAsync();
        var seen = await watch;
        return done == exit ? null
            : done == watch ? seen
            : Overflow(stdout, stderr) ?? new SandboxStop(SandboxOutcome.Timeout, $"took longer than {timeout.TotalSeconds:0.#} s");
    }

    private SandboxStop? Overflow(OutputCapture stdout, OutputCapture stderr) => stdout.Overflowed.IsCompleted || stderr.Overflowed.IsCompleted
        ? new SandboxStop(SandboxOutcome.OutputLimit, $"wrote more than {Watchdog.Size(limits.Output)} of output")
        : null;

    private static void GiveKey(Process process, string key)
    {
        try
        {
            using var input = process.StandardInput;
            input.BaseStream.Write(Encoding.ASCII.GetBytes(key.Length == 0 ? "" : key + '\n'));
        }
        catch (IOException)
        {
            // It has ended already, which its exit code says better.
        }
    }
}

/// <summary>How a command ended.</summary>
/// <param name="Stop">Why it was stopped; null when it ended by itself.</param>
/// <param name="ExitCode">That of the program that was started.</param>
internal sealed record CommandEnd(SandboxStop? Stop, int ExitCode, CapturedText Stdout, CapturedText Stderr, TimeSpan Duration, long? PeakMemory)
{
    /// <summary>The last line of its errors; null when it wrote none.</summary>
    public string? LastError => Stderr.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault();
}
