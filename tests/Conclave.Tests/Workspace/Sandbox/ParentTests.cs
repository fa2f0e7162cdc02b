using System.Diagnostics;

namespace Conclave.Tests.Workspace.Sandbox;

/// <summary>What needs a Conclave process of its own: to be killed, or to be somebody else.</summary>
public sealed class ParentTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    [Fact]
    public async Task Nothing_is_left_when_Conclave_itself_is_killed()
    {
        Needs.Bubblewrap();
        Needs.Python();
        var mark = HostProcesses.NewMark();
        using var child = Start([], nameof(ChildPrograms.Runs_a_command_until_killed), mark);
        // bwrap outside and inside, the command and its child.
        await HostProcesses.Until(() => child.HasExited || HostProcesses.With(mark).Count >= 4, "the command runs");
        Assert.False(child.HasExited, "the child program ended early");

        child.Kill();

        await HostProcesses.Until(() => HostProcesses.With(mark).Count == 0, "all of them are gone");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Nothing_is_left_when_Conclave_is_killed_while_a_sandbox_starts(int processes)
    {
        Needs.Bubblewrap();
        Needs.Python();
        var mark = HostProcesses.NewMark();
        // The shell that becomes bwrap, then the first process of the namespace, then the gate.
        using var child = Start([], nameof(ChildPrograms.Runs_a_command_until_killed), mark);
        await HostProcesses.Until(() => child.HasExited || HostProcesses.With(mark).Count >= processes, "something starts");
        Assert.False(child.HasExited, "the child program ended early");

        child.Kill();

        await child.WaitForExitAsync();
        await HostProcesses.Until(() => HostProcesses.With(mark).Count == 0, "all of it is gone");
    }

    [Fact]
    public async Task What_a_killed_process_left_on_disk_is_swept_by_the_next()
    {
        Needs.Bubblewrap();
        Needs.Python();
        var mark = HostProcesses.NewMark();
        using var child = Start([], nameof(ChildPrograms.Runs_a_command_until_killed), mark);
        await HostProcesses.Until(() => child.HasExited || HostProcesses.With(mark).Count >= 4, "the command runs");
        child.Kill();
        await child.WaitForExitAsync();
        var left = Directory.GetDirectories(Path.Combine(fixture.Directory, mark)).Single();

        using var next = Conclave.Workspace.Sandbox.ProjectSandbox.Open(fixture.Options with { Directory = Path.Combine(fixture.Directory, mark) }, TimeProvider.System);
        await next.Check(CancellationToken.None);

        Assert.False(Directory.Exists(left));
        Assert.Single(Directory.GetDirectories(Path.Combine(fixture.Directory, mark)));
    }

    [Fact]
    public async Task An_ordinary_user_has_a_sandbox_too()
    {
        Needs.Bubblewrap();
        Needs.Python();
        Needs.Root(); // to become one; whoever runs these tests as an ordinary user tests this everywhere
        var mark = HostProcesses.NewMark();
        var own = Directory.CreateDirectory(Path.Combine(fixture.Directory, mark)).FullName;
        await Process.Start("chown", ["65534:65534", own]).WaitForExitAsync();

        using var child = Start(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"], nameof(ChildPrograms.Runs_an_ordinary_user), mark);
        var output = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();

        Assert.True(child.ExitCode == 0, output);
        Assert.Contains("Total: 1", output, StringComparison.Ordinal);
        // The tree had a directory that nobody may enter.
        Assert.Empty(Directory.GetDirectories(own));
    }

    private Process Start(string[] before, string program, string mark)
    {
        string[] command = [.. before, Environment.ProcessPath!, .. Host(), "-explicit", "only", "-method", $"{typeof(ChildPrograms).FullName}.{program}", "-noColor"];
        var start = new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment["CONCLAVE_TEST_DIRECTORY"] = Path.Combine(fixture.Directory, mark);
        start.Environment["CONCLAVE_TEST_MARK"] = mark;
        start.Environment["HOME"] = fixture.Directory;
        start.Environment["TMPDIR"] = "/tmp";
        return Process.Start(start)!;
    }

    // This very test program, whether it was started through `dotnet` or by itself.
    private static string[] Host() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet" ? [typeof(ParentTests).Assembly.Location] : [];
}
