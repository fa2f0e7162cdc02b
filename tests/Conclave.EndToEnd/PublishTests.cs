using Conclave.EndToEnd.Running;
using Conclave.Tests.Workspace.Files;
using Conclave.Tests.Workspace.Git;
using Conclave.Tests.Workspace.GitHub;

namespace Conclave.EndToEnd;

/// <summary>The real program publishes to a GitHub on this machine: a real bare repository over smart HTTP, with a token that nobody sees.</summary>
public sealed class PublishTests : IDisposable
{
    private const string Name = "octo/short-links";

    private readonly TempFolder tools = new();

    public void Dispose() => tools.Dispose();

    [Fact]
    public async Task A_verified_project_is_on_GitHub_as_it_was_delivered_and_the_token_is_nowhere()
    {
        await WatchGit();
        await using var hub = await LoopbackGitHub.Start();
        using var machine = new Machine { SearchPath = $"{tools.Path}:{Environment.GetEnvironmentVariable("PATH")}" };
        await using var simulator = await SimulatorProcess.Start(machine);
        simulator.Serve(machine);
        await Reach(machine, hub);

        await File.WriteAllTextAsync(tools["token"], LoopbackGitHub.Token);
        Assert.Equal(0, (await machine.Run("sh", machine.Folder, "-c", $"{Machine.Command} keys set github < '{tools["token"]}'")).ExitCode);
        var run = await machine.Conclave("new", Recovery.Description, "--output", "out", "--github", Name);

        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Equal([$"create {Name}", $"push {Name} refs/heads/main", $"release {Name} v0.1.0"], hub.Ledger);
        Assert.Contains($"published to {hub.Url}{Name}", run.Output, StringComparison.Ordinal);
        var repository = hub[Name];
        Assert.True(repository.IsPrivate);
        Assert.Equal((await repository.Refs())["refs/heads/main"], (await machine.Run("git", machine.In("out"), "rev-parse", "main")).Output.Trim());
        Assert.Equal("", await UserGit.Run(repository.Path, null, "fsck", "--strict", "--full"));
        Assert.Contains("**Verified.**", await UserGit.Run(repository.Path, null, "show", "main:CONCLAVE.md"), StringComparison.Ordinal);

        var shown = await machine.Conclave("show", "2");
        var events = await machine.Conclave("watch", "2", "--json");
        var arguments = await File.ReadAllTextAsync(tools["log"]);
        Assert.Contains("push --quiet", arguments, StringComparison.Ordinal);
        Assert.All([run.ToString(), shown.ToString(), events.ToString(), arguments, .. hub.Seen.Select(seen => seen.Line)], HoldsNoToken);
        // A lock is held by the simulator, and empty.
        foreach (var file in Directory.EnumerateFiles(machine.Root, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) is not ("keys.json" or "lock")))
        {
            HoldsNoToken(System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)));
        }
    }

    [Fact]
    public async Task Without_a_token_the_session_pauses_and_goes_on_once_there_is_one()
    {
        await using var hub = await LoopbackGitHub.Start();
        using var machine = new Machine();
        await using var simulator = await SimulatorProcess.Start(machine);
        simulator.Serve(machine);
        await Reach(machine, hub);

        var paused = await machine.Conclave("new", Recovery.Description, "--output", "out", "--github", Name);
        Assert.True(paused.ExitCode == 7, paused.ToString());
        Assert.Contains("CONC640", paused.Output, StringComparison.Ordinal);
        Assert.Contains("conclave keys set github", paused.Output, StringComparison.Ordinal);
        Assert.Empty(hub.Ledger);

        machine.Environment["GITHUB_TOKEN"] = LoopbackGitHub.Token;
        var done = await machine.Conclave("resume", "2");
        Assert.True(done.ExitCode == 0, done.ToString());
        Assert.Equal((await hub[Name].Refs())["refs/heads/main"], (await machine.Run("git", machine.In("out"), "rev-parse", "main")).Output.Trim());
    }

    private static void HoldsNoToken(string text)
    {
        Assert.DoesNotContain(LoopbackGitHub.Token, text, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"x-access-token:{LoopbackGitHub.Token}")), text, StringComparison.Ordinal);
    }

    private static Task Reach(Machine machine, LoopbackGitHub hub) =>
        File.AppendAllTextAsync(Path.Combine(machine.Data, "config.yaml"), $"github: {{ api_url: \"{hub.ApiUrl}\", allow_insecure_loopback: true }}\n");

    // What every run of git gets as arguments and environment, before it runs.
    private async Task WatchGit()
    {
        var git = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, "git")).First(File.Exists);
        await TempFolder.WriteProgram(tools["git"], $"#!/bin/sh\n{{ echo \"$*\"; env; }} >> '{tools["log"]}'\nexec '{git}' \"$@\"\n");
    }
}
