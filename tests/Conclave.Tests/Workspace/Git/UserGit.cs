using System.Diagnostics;

namespace Conclave.Tests.Workspace.Git;

/// <summary>git as a user runs it: with the user's settings and everything that a repository can make it do.</summary>
internal static class UserGit
{
    /// <summary>Runs it and returns its output.</summary>
    /// <param name="home">Where it looks for the user's settings; null for none.</param>
    public static async Task<string> Run(string directory, string? home, params IEnumerable<string> arguments)
    {
        var (code, output, errors) = await TryRun(directory, home, arguments);
        Assert.True(code == 0, $"git {string.Join(' ', arguments)}: {errors}");
        return output;
    }

    /// <summary>The same, when it may fail.</summary>
    public static async Task<(int Code, string Output, string Errors)> TryRun(string directory, string? home, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment["HOME"] = home ?? "/nowhere";
        start.Environment["GIT_AUTHOR_NAME"] = start.Environment["GIT_COMMITTER_NAME"] = "User";
        start.Environment["GIT_AUTHOR_EMAIL"] = start.Environment["GIT_COMMITTER_EMAIL"] = "user@example.com";
        start.Environment["GIT_EDITOR"] = "true";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await errors);
    }
}
