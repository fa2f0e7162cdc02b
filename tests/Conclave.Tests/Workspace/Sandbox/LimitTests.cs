using Conclave.Workspace.Sandbox;

namespace Conclave.Tests.Workspace.Sandbox;

public sealed class LimitTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
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
    public async Task A_command_that_waits_for_input_reads_its_end()
    {
        var run = await fixture.Python("import sys; print(repr(sys.stdin.read()))");

        Assert.Equal("''\n", run.Stdout.Text);
    }

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

    [Theory]
    [InlineData("stdout")]
    [InlineData("stderr")]
    public async Task A_flood_of_output_is_stopped_and_its_beginning_and_end_are_kept(string stream)
    {
        var run = await fixture.Python(
            $$"""
            import sys
            print('the beginning', file=sys.{{stream}})
            while True:
                print('x' * 10_000, file=sys.{{stream}})
            """);

        Assert.Equal((SandboxOutcome.OutputLimit, null), (run.Outcome, run.ExitCode));
        Assert.Equal("wrote more than 4 MiB of output", run.Detail);
        var output = stream == "stdout" ? run.Stdout : run.Stderr;
        Assert.StartsWith("the beginning\nxxx", output.Head, StringComparison.Ordinal);
        Assert.Equal((CapturedText.MaxPart, CapturedText.MaxPart), (output.Head.Length, output.Tail.Length));
        Assert.Contains("bytes left out", output.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_much_output_is_too_much_even_from_a_command_that_has_ended()
    {
        var run = await fixture.Python("print('x' * 1000)", new SandboxLimits { Output = 1000 });

        Assert.Equal((SandboxOutcome.OutputLimit, 1001), (run.Outcome, run.Stdout.Bytes));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(CapturedText.MaxPart)]
    [InlineData(CapturedText.MaxPart + 10)]
    [InlineData(2 * CapturedText.MaxPart)]
    public async Task Output_that_fits_is_kept_whole(int length)
    {
        var run = await fixture.Python($"import sys; sys.stdout.write(''.join(str(i % 10) for i in range({length})))");

        Assert.Equal(string.Concat(Enumerable.Range(0, length).Select(i => i % 10)), run.Stdout.Text);
    }

    [Fact]
    public async Task Output_that_does_not_fit_loses_its_middle()
    {
        const int length = (3 * CapturedText.MaxPart) + 1;

        var run = await fixture.Python($"import sys; sys.stdout.write(''.join(str(i % 10) for i in range({length})))");

        var all = string.Concat(Enumerable.Range(0, length).Select(i => i % 10));
        Assert.Equal(length, run.Stdout.Bytes);
        Assert.Equal(all[..CapturedText.MaxPart], run.Stdout.Head);
        Assert.Equal(all[^CapturedText.MaxPart..], run.Stdout.Tail);
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
    public async Task A_fork_bomb_dies_with_its_run()
    {
        var mark = HostProcesses.NewMark();

        var run = await fixture.Python(
            $$"""
            import os
            while True: # {{mark}}
                try:
                    os.fork()
                except OSError:
                    pass
            """,
            new SandboxLimits { Processes = 100 },
            TimeSpan.FromSeconds(2));

        Assert.Contains(run.Outcome, new[] { SandboxOutcome.Timeout, SandboxOutcome.OutOfMemory });
        Assert.Empty(HostProcesses.With(mark));
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

    [Fact]
    public async Task What_a_command_leaves_behind_in_the_background_is_gone_when_it_has_ended()
    {
        var mark = HostProcesses.NewMark();

        var run = await fixture.Python(
            $$"""
            import os, subprocess
            subprocess.Popen(['python3', '-c', 'import time; time.sleep(1000) # {{mark}}'], start_new_session=True)
            if os.fork() == 0:
                os.setsid()
                import time; time.sleep(1000)
            print('done', flush=True)
            os._exit(0)
            """);

        Assert.Equal((SandboxOutcome.Passed, "done\n"), (run.Outcome, run.Stdout.Text));
        Assert.Empty(HostProcesses.With(mark));
    }

    [Fact]
    public async Task Nothing_is_left_when_a_run_is_cancelled()
    {
        var mark = HostProcesses.NewMark();
        using var cancel = new CancellationTokenSource();
        var run = fixture.Python($"import subprocess; subprocess.run(['sleep', '1000']) # {mark}", cancel: cancel.Token);
        await HostProcesses.Until(() => HostProcesses.With(mark).Count > 0, "it runs");

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Empty(HostProcesses.With(mark));
    }

    [Fact]
    public async Task A_run_can_be_cancelled_at_any_moment_of_its_start()
    {
        Needs.Bubblewrap();
        await fixture.Sandbox.Check(CancellationToken.None);
        var mark = HostProcesses.NewMark();
        for (var tenths = 0; tenths < 300; tenths += 5)
        {
            using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(tenths / 10.0));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.Python($"import time; time.sleep(1000) # {mark}", cancel: cancel.Token));
            Assert.Empty(HostProcesses.With(mark));
        }
    }

    [Fact]
    public async Task A_run_outlives_the_thread_that_asked_for_it()
    {
        Needs.Bubblewrap();
        await fixture.Sandbox.Check(CancellationToken.None);
        var mark = HostProcesses.NewMark();
        Task<SandboxRun>? run = null;
        var thread = new Thread(() =>
        {
            run = fixture.Python($"import time; time.sleep(1); print('alive') # {mark}");
            SpinWait.SpinUntil(() => run.IsCompleted || HostProcesses.With(mark).Count >= 3);
        });
        thread.Start();
        await HostProcesses.Until(() => !thread.IsAlive, "the thread ends");

        Assert.Equal("alive\n", (await run!).Stdout.Text);
    }

    [Fact]
    public async Task Runs_at_the_same_time_do_not_disturb_each_other()
    {
        var runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(number => fixture.Python(
            $$"""
            import os, time
            assert os.listdir('/project') == [] and os.listdir('/tmp') == []
            open('/project/mine', 'w').write('{{number}}')
            open('/tmp/mine', 'w').write('{{number}}')
            time.sleep(0.5)
            print(open('/project/mine').read(), open('/tmp/mine').read(), os.listdir('/project'))
            """)));

        Assert.Equal(Enumerable.Range(0, 4).Select(number => $"{number} {number} ['mine']\n"), runs.Select(run => run.Stdout.Text));
    }

    [Fact]
    public async Task More_runs_than_turns_wait_and_all_come_to_their_end()
    {
        Needs.Bubblewrap();
        using var sandbox = ProjectSandbox.Open(fixture.Options with { MaxConcurrent = 1 }, TimeProvider.System);
        await sandbox.Check(CancellationToken.None);

        var runs = await Task.WhenAll(Enumerable.Range(0, 5).Select(async number =>
        {
            using var tree = sandbox.CreateTree();
            return await sandbox.Run(new SandboxCommand(["echo", $"{number}"], tree), CancellationToken.None);
        }));

        Assert.Equal(["0\n", "1\n", "2\n", "3\n", "4\n"], runs.Select(run => run.Stdout.Text));
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
    public async Task A_program_that_does_not_exist_fails_and_says_so()
    {
        var run = await fixture.Run(["no-such-program"]);

        Assert.Equal((SandboxOutcome.Failed, 127), (run.Outcome, run.ExitCode));
        Assert.Contains("no-such-program", run.Stderr.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_of_a_run_stays_on_disk_but_its_tree()
    {
        Needs.Bubblewrap();
        using var sandbox = ProjectSandbox.Open(fixture.Options with { Directory = Path.Combine(fixture.Directory, "empty") }, TimeProvider.System);
        await sandbox.Check(CancellationToken.None);
        using (var tree = sandbox.CreateTree())
        {
            await sandbox.Run(new SandboxCommand(["sh", "-c", "mkdir a; chmod 0 a"], tree), CancellationToken.None);
        }

        var own = Assert.Single(Directory.GetDirectories(Path.Combine(fixture.Directory, "empty")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(own));
    }

    [Fact]
    public async Task A_tree_that_resists_is_deleted_all_the_same()
    {
        Needs.Bubblewrap();
        await fixture.Sandbox.Check(CancellationToken.None);
        using var outside = fixture.Sandbox.CreateTree();
        var precious = Path.Combine(outside.Path, "precious");
        await File.WriteAllTextAsync(precious, "");
        string path;
        using (var tree = fixture.Sandbox.CreateTree())
        {
            path = tree.Path;
            var run = await fixture.Sandbox.Run(
                new SandboxCommand(
                    [
                        "python3", "-c",
                        $$"""
                        import os
                        os.symlink('{{outside.Path}}', 'link')
                        os.mkfifo('pipe')
                        os.mkdir(b'\xff\xfe not text')
                        for _ in range(300):
                            os.mkdir('d' * 200)
                            os.chdir('d' * 200)
                        os.chmod('/project/' + 'd' * 200, 0)
                        """,
                    ],
                    tree),
                CancellationToken.None);
            Assert.Equal((SandboxOutcome.Passed, ""), (run.Outcome, run.Stderr.Text));
        }

        Assert.False(Directory.Exists(path));
        Assert.True(File.Exists(precious));
    }
}
