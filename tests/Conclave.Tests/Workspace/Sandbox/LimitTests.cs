using Conclave.Workspace.Sandbox;

namespace Conclave.Tests.Workspace.Sandbox;

/// <summary>What a run may take of the machine: time, memory, room, processes.</summary>
[Collection("what runs may take")]
public sealed class LimitTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    [Fact]
    public async Task A_command_that_hangs_is_stopped_at_its_time_limit()
    {
        var mark = HostProcesses.NewMark();

        var run = await fixture.Python($"import time; print('before', flush=True); time.sleep(1000) # {mark}", timeout: TimeSpan.FromSeconds(3.5));

        Assert.Equal((SandboxOutcome.Timeout, null), (run.Outcome, run.ExitCode));
        Assert.Equal("took longer than 3.5 s", run.Detail);
        Assert.Equal("before\n", run.Stdout.Text);
        Assert.Empty(HostProcesses.With(mark));
    }

    [Fact]
    public async Task A_command_that_only_computes_is_stopped_at_its_processor_time()
    {
        var run = await fixture.Python("while True: pass", new SandboxLimits { CpuSeconds = 1 });

        Assert.Equal(SandboxOutcome.Timeout, run.Outcome);
        Assert.Equal("used more than 1 s of processor time", run.Detail);
    }

    [Fact]
    public async Task Memory_of_all_processes_together_is_limited()
    {
        var mark = HostProcesses.NewMark();

        // Each stays far below the limit.
        var run = await fixture.Python(
            $$"""
            import os, time
            for _ in range(8):
                if os.fork() == 0:
                    break
            data = bytearray(b'x' * (40 << 20))
            time.sleep(1000) # {{mark}}
            """,
            new SandboxLimits { Memory = 200 << 20 });

        Assert.Equal((SandboxOutcome.OutOfMemory, null), (run.Outcome, run.ExitCode));
        Assert.Equal("used more than 200 MiB of memory", run.Detail);
        Assert.True(run.PeakMemory > 200 << 20);
        Assert.Empty(HostProcesses.With(mark));
    }

    [Fact]
    public async Task One_process_may_not_ask_for_endless_memory()
    {
        var run = await fixture.Python("bytearray(1 << 30)", new SandboxLimits { Data = 512 << 20 });

        Assert.Equal((SandboxOutcome.Failed, 1), (run.Outcome, run.ExitCode));
        Assert.Contains("MemoryError", run.Stderr.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_can_not_grow_beyond_its_limit()
    {
        var run = await fixture.Python(
            """
            import os
            try:
                with open('/project/big', 'wb') as file:
                    while True:
                        file.write(b'x' * 65536)
            except OSError as error:
                print(error.errno, os.path.getsize('/project/big'))
            """,
            new SandboxLimits { File = 1 << 20 });

        Assert.Equal($"27 {1 << 20}\n", run.Stdout.Text); // EFBIG
    }

    [Theory]
    [InlineData("/tmp", 256)]
    [InlineData("/home", 256)]
    [InlineData("/dev/shm", 64)]
    public async Task A_file_system_in_memory_can_not_grow_beyond_its_limit(string directory, int megabytes)
    {
        var run = await fixture.Python(
            $$"""
            written = 0
            try:
                with open('{{directory}}/big', 'wb', buffering=0) as file:
                    while True:
                        written += file.write(b'x' * (1 << 20))
            except OSError as error:
                print(error.errno, written >> 20)
            """);

        Assert.Equal($"28 {megabytes}\n", run.Stdout.Text); // ENOSPC
    }

    [Fact]
    public async Task Nothing_runs_that_would_eat_up_the_last_of_the_machine()
    {
        Needs.Bubblewrap();
        // As if the machine had next to nothing left.
        using var sandbox = fixture.Open(new SandboxLimits { Reserve = long.MaxValue });

        var state = Assert.IsType<SandboxState.Unavailable>(await sandbox.Check(CancellationToken.None));

        Assert.Matches("the self-test of the sandbox was stopped: the (machine|disk) had less than .* left", state.Reason);
    }

    [Fact]
    public async Task The_number_of_processes_is_limited()
    {
        Needs.Bubblewrap();
        Needs.Root(); // for a user who has no other processes
        using var sandbox = ProjectSandbox.Open(fixture.Options with { Limits = new SandboxLimits { Processes = 60 }, FirstUser = 54242 }, TimeProvider.System);
        await sandbox.Check(CancellationToken.None);
        using var tree = sandbox.CreateTree();

        var run = await sandbox.Run(
            new SandboxCommand(
                [
                    "python3", "-c",
                    """
                    import os, time
                    count = 0
                    try:
                        while True:
                            if os.fork() == 0:
                                time.sleep(1000)
                            count += 1
                    except OSError as error:
                        print(error.errno, count)
                    """,
                ],
                tree),
            CancellationToken.None);

        Assert.Equal("11 57\n", run.Stdout.Text); // EAGAIN; the other three are bwrap, its first process inside, and the command
    }
}
