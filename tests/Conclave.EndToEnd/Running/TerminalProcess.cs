using System.Diagnostics;
using System.Text;

namespace Conclave.EndToEnd.Running;

/// <summary>
/// A program on a terminal of its own. What is typed goes through the terminal, so that it echoes unless the program turned that off, and a ^C is a signal to
/// whatever runs there. Everything that shows on the screen is kept.
/// </summary>
internal sealed class TerminalProcess : IAsyncDisposable
{
    public const string ControlC = "\x03";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    // Python's pty carries bytes between its own stdin and stdout and the terminal. Like a shell it says 128 + N for a program that signal N ended.
    private const string Carrier = """
        import os, pty, sys
        code = os.waitstatus_to_exitcode(pty.spawn(["sh", "-c", "stty cols 120 rows 40 && exec \"$@\"", "sh"] + sys.argv[1:]))
        sys.exit(code if code >= 0 else 128 - code)
        """;

    private readonly Process process;
    private readonly Lock gate = new();
    private readonly StringBuilder screen = new();
    private readonly Task reading;
    private TaskCompletionSource more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int seen;
    private bool isOver;

    public TerminalProcess(Machine machine, params string[] arguments)
    {
        process = machine.StartProcess("python3", ["-c", Carrier, .. Machine.CommandLine, .. arguments], machine.Folder);
        reading = Read();
    }

    /// <summary>Everything that showed so far.</summary>
    public string Screen
    {
        get
        {
            lock (gate)
            {
                return screen.ToString();
            }
        }
    }

    /// <summary>Waits until a text shows, after the one that was waited for before.</summary>
    public async Task Shows(string text)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            Task change;
            lock (gate)
            {
                var at = screen.ToString().IndexOf(text, seen, StringComparison.Ordinal);
                if (at >= 0)
                {
                    seen = at + text.Length;
                    return;
                }

                Assert.False(isOver, $"it ended without showing `{text}`:\n{screen}");
                change = more.Task;
            }

            try
            {
                await change.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"nothing showed `{text}`:\n{Screen}");
            }
        }
    }

    /// <summary>Types on the terminal's keyboard.</summary>
    public async Task Type(string keys)
    {
        await process.StandardInput.WriteAsync(keys);
        await process.StandardInput.FlushAsync();
    }

    /// <summary>Waits until the program has ended and gives its exit code.</summary>
    public async Task<int> End()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"the program did not end:\n{Screen}");
        }

        await reading;
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    private async Task Read()
    {
        var buffer = new char[4096];
        int count;
        do
        {
            count = await process.StandardOutput.ReadAsync(buffer);
            lock (gate)
            {
                screen.Append(buffer, 0, count);
                isOver = count == 0;
                more.TrySetResult();
                more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
        while (count > 0);
    }
}
