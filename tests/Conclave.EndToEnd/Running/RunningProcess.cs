using System.Diagnostics;
using System.Text;
using System.Threading.Channels;

namespace Conclave.EndToEnd.Running;

/// <summary>A program that runs, with its output as it comes.</summary>
internal sealed class RunningProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly StringBuilder error = new();
    private readonly Channel<string> lines = Channel.CreateUnbounded<string>();
    private readonly Task reading;

    public RunningProcess(Process process)
    {
        this.process = process;
        process.StandardInput.Close();
        reading = ReadAll();
    }

    public int Id => process.Id;

    /// <summary>Waits for a line, of stdout or stderr, that contains a text.</summary>
    public async Task<string> Line(string text)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await foreach (var line in lines.Reader.ReadAllAsync(patience.Token))
            {
                if (line.Contains(text, StringComparison.Ordinal))
                {
                    return line;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Told below, with what was said.
        }

        Assert.Fail($"nothing said `{text}`:\n{output}\n{error}");
        return "";
    }

    /// <summary>Sends a signal by its name, such as INT.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Waits until it has ended.</summary>
    public async Task<Finished> End()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"the program did not end:\n{output}\n{error}");
        }

        await reading;
        return new Finished(process.ExitCode, output.ToString(), error.ToString());
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

    private async Task ReadAll()
    {
        await Task.WhenAll(Read(process.StandardOutput, output), Read(process.StandardError, error));
        lines.Writer.TryComplete();
    }

    private async Task Read(StreamReader reader, StringBuilder all)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (all)
            {
                all.AppendLine(line);
            }

            lines.Writer.TryWrite(line);
        }
    }
}
