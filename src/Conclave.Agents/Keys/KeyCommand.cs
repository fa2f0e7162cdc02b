using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Conclave.Agents.Keys;

/// <summary>
/// A program that prints a key, such as <c>secret-tool lookup service openai</c> or <c>pass show openai</c>: the door to whatever keyring the machine has.
/// It is an argument list and never a shell's line, and it gets the environment without the vendors' keys.
/// </summary>
public static class KeyCommand
{
    private const int MaxOutput = 16 * 1024;

    /// <summary>How long it may take: time enough to unlock a keyring.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Runs it; the first line of its output is the key.</summary>
    /// <param name="provider">Whose key it gives.</param>
    /// <param name="hidden">The variables that it must not see.</param>
    public static async Task<KeyReading> Run(string provider, ImmutableArray<string> command, IEnumerable<string> hidden, TimeProvider clock)
    {
        // Arguments may name where a key lies, but also hold what nobody should read in a log; the program's name is enough.
        var name = $"key_command of {provider} ({Path.GetFileName(command[0])})";
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var variable in hidden)
        {
            start.Environment.Remove(variable);
        }

        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            return await Read(process, name, clock);
        }
        catch (Exception error) when (error is Win32Exception or IOException)
        {
            return Failed(name, $"can't be started: {error.Message}");
        }
    }

    private static async Task<KeyReading> Read(Process process, string name, TimeProvider clock)
    {
        using var limit = new CancellationTokenSource(Limit, clock);
        try
        {
            var output = ReadBounded(process.StandardOutput, limit.Token);
            var error = ReadBounded(process.StandardError, limit.Token);
            await process.WaitForExitAsync(limit.Token);
            var said = (await error).Split('\n')[0].Trim();
            return process.ExitCode == 0
                ? KeyReading.Of((await output).Split('\n')[0], name)
                : Failed(name, $"ended with exit code {process.ExitCode}{(said.Length > 0 ? $": {KeyPatterns.RemoveFrom(said)}" : "")}");
        }
        catch (OperationCanceledException)
        {
            Kill(process);
            return Failed(name, $"gave nothing within {Limit.TotalSeconds:0} seconds");
        }
    }

    private static KeyReading Failed(string name, string why) =>
        new(null, new KeyProblem($"CONC432 {name} {why}", "run it by hand to see what it wants, or use `conclave keys set`"));

    // What is more than that is no key, but who writes it must not hang.
    private static async Task<string> ReadBounded(StreamReader reader, CancellationToken cancel)
    {
        var text = new StringBuilder();
        var buffer = new char[1024];
        while (await reader.ReadAsync(buffer, cancel) is > 0 and var count)
        {
            text.Append(buffer, 0, Math.Min(count, MaxOutput - text.Length));
        }

        return text.ToString();
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has just ended.
        }
    }
}
