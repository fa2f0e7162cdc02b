using Conclave.Workspace.Sandbox;

namespace Conclave.Tests.Workspace.Sandbox;

/// <summary>What <see cref="ParentTests"/> runs in processes of their own; not tests by themselves.</summary>
public sealed class ChildPrograms
{
    [Fact(Explicit = true)]
    public async Task Runs_a_command_until_killed()
    {
        using var sandbox = ProjectSandbox.Open(new SandboxOptions(Argument("DIRECTORY")), TimeProvider.System);
        Assert.Equal(new SandboxState.Ready(), await sandbox.Check(CancellationToken.None));
        using var tree = sandbox.CreateTree();
        await sandbox.Run(new SandboxCommand(["python3", "-c", $"import os, time; os.fork(); time.sleep(1000) # {Argument("MARK")}"], tree), CancellationToken.None);
    }

    [Fact(Explicit = true)]
    public async Task Runs_an_ordinary_user()
    {
        using var sandbox = ProjectSandbox.Open(new SandboxOptions(Argument("DIRECTORY")), TimeProvider.System);
        Assert.Equal(new SandboxState.Ready(), await sandbox.Check(CancellationToken.None));
        using var tree = sandbox.CreateTree();
        var run = await sandbox.Run(
            new SandboxCommand(["python3", "-c", "import os, pwd; open('made', 'w').close(); os.mkdir('closed', 0); print(os.getuid(), pwd.getpwuid(os.getuid()).pw_name)"], tree),
            CancellationToken.None);
        Assert.Equal("65534 sandbox\n", run.Stdout.Text + run.Stderr.Text);
        var flood = await sandbox.Run(new SandboxCommand(["sh", "-c", "yes"], tree), CancellationToken.None);
        Assert.Equal(SandboxOutcome.OutputLimit, flood.Outcome);
        Assert.True(File.Exists(Path.Combine(tree.Path, "made")));
    }

    private static string Argument(string name) => Environment.GetEnvironmentVariable($"CONCLAVE_TEST_{name}") ?? throw new InvalidOperationException($"CONCLAVE_TEST_{name} is not set.");
}
