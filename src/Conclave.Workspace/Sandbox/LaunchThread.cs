using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.Versioning;

namespace Conclave.Workspace.Sandbox;

/// <summary>
/// The thread that starts all sandboxes. <c>--die-with-parent</c> watches the thread that started a process, not its whole process (PR_SET_PDEATHSIG,
/// prctl(2)): a sandbox started from the thread pool would be killed when the pool lets an idle thread go. This one never ends.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class LaunchThread
{
    private static readonly BlockingCollection<Action> Requests = [];

    static LaunchThread() => new Thread(Work) { IsBackground = true, Name = "sandbox launcher" }.Start();

    /// <summary>Starts a program that inherits nothing but the three standard descriptors.</summary>
    /// <exception cref="IOException">It can't be started.</exception>
    public static Task<Process> Start(ProcessStartInfo start)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Requests.Add(() =>
        {
            try
            {
                if (Libc.CloseDescriptorsOnExec() != 0)
                {
                    throw new IOException("close_range failed: this kernel is too old for the sandbox (5.11 or later)");
                }

                started.SetResult(Process.Start(start)!);
            }
            catch (Exception error) when (error is IOException or Win32Exception)
            {
                started.SetException(new IOException($"{start.FileName} can't be started: {error.Message}", error));
            }
        });
        return started.Task;
    }

    private static void Work()
    {
        foreach (var request in Requests.GetConsumingEnumerable())
        {
            request();
        }
    }
}
