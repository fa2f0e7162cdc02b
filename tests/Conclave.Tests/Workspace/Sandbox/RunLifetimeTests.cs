using Conclave.Workspace.Sandbox;

namespace Conclave.Tests.Workspace.Sandbox;

/// <summary>Runs beside each other, runs that are cancelled, and what a run leaves behind: nothing.</summary>
[Collection("what runs may take")]
public sealed class RunLifetimeTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
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
