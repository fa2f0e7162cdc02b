using Conclave.Workspace.Sandbox;

namespace Conclave.Tests.Workspace.Sandbox;

/// <summary>How a command ends, as its run tells it.</summary>
[Collection("what runs may take")]
public sealed class RunEndTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    [Fact]
    public async Task A_command_that_ends_with_zero_passed_and_its_output_is_kept()
    {
        var run = await fixture.Python("import sys; print('out'); print('err', file=sys.stderr)");

        Assert.Equal((SandboxOutcome.Passed, 0), (run.Outcome, run.ExitCode));
        Assert.Equal("out\n", run.Stdout.Text);
        Assert.Equal("err\n", run.Stderr.Text);
        Assert.Null(run.Detail);
    }

    [Fact]
    public async Task A_command_that_ends_with_another_code_failed()
    {
        var run = await fixture.Python("import sys; sys.exit(7)");

        Assert.Equal((SandboxOutcome.Failed, 7), (run.Outcome, run.ExitCode));
    }

    [Fact]
    public async Task A_command_that_kills_itself_failed_with_128_and_the_signal()
    {
        var run = await fixture.Python("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)");

        Assert.Equal((SandboxOutcome.Failed, 139), (run.Outcome, run.ExitCode));
    }

    [Fact]
    public async Task A_program_that_does_not_exist_fails_and_says_so()
    {
        var run = await fixture.Run(["no-such-program"]);

        Assert.Equal((SandboxOutcome.Failed, 127), (run.Outcome, run.ExitCode));
        Assert.Contains("no-such-program", run.Stderr.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_waits_for_input_reads_its_end()
    {
        var run = await fixture.Python("import sys; print(repr(sys.stdin.read()))");

        Assert.Equal("''\n", run.Stdout.Text);
    }

    [Fact]
    public async Task A_command_reports_to_a_place_that_its_output_does_not_reach()
    {
        Needs.Bubblewrap();
        await fixture.Sandbox.Check(CancellationToken.None);
        using var tree = fixture.Sandbox.CreateTree();

        var run = await fixture.Sandbox.Run(new SandboxCommand(["sh", "-c", "echo output; echo report >&9"], tree) { Reports = true }, CancellationToken.None);

        Assert.Equal(("output\n", "report\n"), (run.Stdout.Text, run.Report));
    }

    [Fact]
    public async Task Two_commands_in_one_tree_see_the_same_files()
    {
        Needs.Bubblewrap();
        await fixture.Sandbox.Check(CancellationToken.None);
        using var tree = fixture.Sandbox.CreateTree();
        await File.WriteAllTextAsync(Path.Combine(tree.Path, "given"), "from outside");

        await fixture.Sandbox.Run(new SandboxCommand(["mkdir", "made"], tree), CancellationToken.None);
        var run = await fixture.Sandbox.Run(new SandboxCommand(["sh", "-c", "cat ../given; touch new; ls -l ../given | cut -c1-10"], tree) { WorkingDirectory = "made" }, CancellationToken.None);

        Assert.Equal("from outside-rw-r--r--\n", run.Stdout.Text);
        Assert.True(File.Exists(Path.Combine(tree.Path, "made", "new")));
    }
}
