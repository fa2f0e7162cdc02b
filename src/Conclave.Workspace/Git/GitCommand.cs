using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Conclave.Workspace.Git;

/// <summary>
/// One run of git's plumbing on a repository of ours. It sees no settings but those given here: the environment is empty, no configuration of the
/// system or the user is read, no hook, filter, file system monitor or attribute of anybody acts. Nothing a model wrote is ever an argument.
/// </summary>
/// <param name="Repository">The git directory.</param>
internal sealed record GitCommand(string Repository, params ImmutableArray<string> Arguments)
{
    private static readonly ImmutableArray<string> Settings =
    [
        "core.hooksPath=/dev/null", "core.fsmonitor=false", "core.protectNTFS=true", "core.protectHFS=true", "core.attributesFile=/dev/null",
        "core.autocrlf=false", "core.quotePath=false", "gc.auto=0", "pack.threads=1",
    ];

    /// <summary>More variables, on top of those that every run has.</summary>
    public ImmutableDictionary<string, string> Environment { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Writes git's input; it is closed afterwards. By default there is none.</summary>
    public Func<Stream, CancellationToken, Task> Input { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>Reads git's output to its end; null when <see cref="Run"/> is to return it.</summary>
    public Func<Stream, CancellationToken, Task>? Output { get; init; }

    /// <summary>Input from a text.</summary>
    public static Func<Stream, CancellationToken, Task> Text(string text) => async (stream, cancel) => await stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancel);

    /// <summary>Runs it to its end and returns its output, trimmed.</summary>
    /// <exception cref="GitFailedException">It said that it failed.</exception>
    /// <exception cref="GitMissingException">There is no git on this machine.</exception>
    public async Task<string> Run(CancellationToken cancel)
    {
        using var process = Start();
        var output = "";
        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancel);
            var feed = Feed(process, cancel);
            if (Output is null)
            {
                output = await process.StandardOutput.ReadToEndAsync(cancel);
            }
            else
            {
                await Output(process.StandardOutput.BaseStream, cancel);
            }

            var broken = await feed;
            await process.WaitForExitAsync(cancel);
            if (process.ExitCode != 0)
            {
                throw new GitFailedException(Arguments[0], process.ExitCode, await errors, broken);
            }

            return broken is null ? output.Trim() : throw broken;
        }
        finally
        {
            await End(process);
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo("git")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            UseShellExecute = false,
            WorkingDirectory = Repository,
        };
        start.Environment.Clear();
        foreach (var (name, value) in Variables().SetItems(Environment))
        {
            start.Environment[name] = value;
        }

        foreach (var argument in Settings.SelectMany(setting => new[] { "-c", setting }).Concat(Arguments))
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            throw Directory.Exists(Repository) ? new GitMissingException(error) : new GitFailedException(Arguments[0], -1, $"{Repository} is no directory", error);
        }
    }

    private ImmutableDictionary<string, string> Variables() => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["GIT_CONFIG_NOSYSTEM"] = "1",
        ["GIT_CONFIG_GLOBAL"] = "/dev/null",
        ["GIT_ATTR_NOSYSTEM"] = "1",
        ["GIT_DIR"] = Repository,
        ["GIT_INDEX_FILE"] = Path.Combine(Repository, "index"),
        ["GIT_TERMINAL_PROMPT"] = "0",
        ["GIT_ALLOW_PROTOCOL"] = "https",
        ["GIT_OPTIONAL_LOCKS"] = "0",
        ["LC_ALL"] = "C",
    }.ToImmutableDictionary(StringComparer.Ordinal);

    // A git that gives up closes its end; then its own words say more than the broken pipe does.
    private async Task<IOException?> Feed(Process process, CancellationToken cancel)
    {
        try
        {
            await using var input = process.StandardInput.BaseStream;
            await Input(input, cancel);
            return null;
        }
        catch (IOException error)
        {
            return error;
        }
    }

    private static async Task End(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }
}

/// <summary>A run of git failed.</summary>
internal sealed class GitFailedException(string command, int exitCode, string errors, Exception? inner)
    : Exception($"git {command} failed with {exitCode}: {OneLine.Of(errors, 500)}", inner)
{
    /// <summary>What it said.</summary>
    public string Errors { get; } = errors;
}

/// <summary>There is no git on this machine.</summary>
internal sealed class GitMissingException(Exception inner) : Exception("git is not installed on this machine", inner);
