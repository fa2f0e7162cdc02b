using Conclave.Workspace.Sandbox;

namespace Conclave.Tests.Workspace.Sandbox;

/// <summary>One attack on the machine per run, beside those of <see cref="LimitTests"/> and <see cref="IsolationTests"/>: each ends in its verdict, and nothing of it is left.</summary>
public sealed class HostileRunTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    // The outcomes in which it may end: what stops an attack first is up to the machine.
    [Theory]
    [InlineData("a bomb of processes", "import os\nwhile True:\n  try: os.fork()\n  except OSError: pass", SandboxOutcome.Timeout, SandboxOutcome.OutOfMemory)]
    [InlineData("memory", "blocks = []\nwhile True: blocks.append(bytearray(1 << 24))", SandboxOutcome.OutOfMemory, SandboxOutcome.Failed)]
    [InlineData("sleep without end", "import time\nwhile True: time.sleep(1000)", SandboxOutcome.Timeout)]
    [InlineData("deaf to signals", "import signal, time\nfor number in range(1, 32):\n  try: signal.signal(number, signal.SIG_IGN)\n  except OSError: pass\nwhile True: time.sleep(1000)", SandboxOutcome.Timeout)]
    [InlineData("output", "while True: print('x' * 10000)", SandboxOutcome.OutputLimit)]
    [InlineData("files without end", "import itertools, os\nfor number in itertools.count(): open(str(number), 'w').close()", SandboxOutcome.OutputLimit)]
    [InlineData("directories without end", "import itertools, os\nfor number in itertools.count(): os.mkdir(str(number))", SandboxOutcome.OutputLimit)]
    [InlineData("hard links without end", "import itertools, os\nopen('a', 'w').close()\nfor number in itertools.count():\n  try: os.link('a', str(number))\n  except OSError: open('a%d' % number, 'w').close(); os.replace('a%d' % number, 'a')", SandboxOutcome.OutputLimit)]
    [InlineData("sparse files", "import itertools, time\nfor number in itertools.count():\n  with open(str(number), 'wb') as file: file.truncate(8 << 20)\n  time.sleep(0.01)", SandboxOutcome.OutputLimit)]
    [InlineData("many files of an allowed size", "import itertools, time\nfor number in itertools.count():\n  with open(str(number), 'wb') as file: file.write(bytes(8 << 20))\n  time.sleep(0.02)", SandboxOutcome.OutputLimit)]
    [InlineData("a pipe that nobody reads", "import os\nos.mkfifo('pipe')\nopen('pipe', 'w').write('x')", SandboxOutcome.Timeout)]
    [InlineData("a pipe in place of its program", "import os\nos.mkfifo('app.py')\nos.execvp('python3', ['python3', 'app.py'])", SandboxOutcome.Timeout)]
    [InlineData("links in a circle", "import os\nos.symlink('b', 'a'); os.symlink('a', 'b'); os.symlink('.', 'self')\nprint(os.path.exists('self/' * 20 + 'a'))", SandboxOutcome.Passed)]
    public async Task An_attack_ends_in_its_verdict_and_leaves_nothing(string attack, string program, params SandboxOutcome[] verdicts)
    {
        var mark = $"{attack} {HostProcesses.NewMark()}";
        var canary = Path.Combine(fixture.Directory, "canary");
        await File.WriteAllTextAsync(canary, "untouched", TestContext.Current.CancellationToken);
        var limits = new SandboxLimits
        {
            Timeout = TimeSpan.FromSeconds(verdicts.Contains(SandboxOutcome.Timeout) ? 3 : 60),
            Memory = 256 << 20,
            Entries = 3000,
            Disk = 64 << 20,
            CpuSeconds = 60,
            Processes = 100,
        };
        using var sandbox = fixture.Open(limits);
        Needs.Bubblewrap();
        Needs.Python();
        Assert.Equal(new SandboxState.Ready(), await sandbox.Check(CancellationToken.None));
        string tree;
        using (var place = sandbox.CreateTree())
        {
            tree = place.Path;
            var run = await sandbox.Run(new SandboxCommand(["python3", "-I", "-c", $"# {mark}\n{program}"], place), CancellationToken.None);

            Assert.True(verdicts.Contains(run.Outcome), $"{run.Outcome}: {run.Detail} {run.Stderr.Text}");
        }

        Assert.Empty(HostProcesses.With(mark));
        Assert.False(Directory.Exists(tree));
        Assert.Equal("untouched", await File.ReadAllTextAsync(canary, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_program_that_is_marked_to_run_as_its_owner_gives_no_right()
    {
        var run = await fixture.Python("""
            import os, shutil, subprocess
            shutil.copy("/usr/bin/id", "id")
            try:
                os.chmod("id", 0o6755)
            except OSError:
                pass
            print(subprocess.run(["./id", "-u"], capture_output=True, text=True).stdout.strip() == str(os.getuid()), os.geteuid() != 0)
            print([line for line in open("/proc/self/status") if line.startswith(("NoNewPrivs", "CapEff"))])
            """);

        Assert.Equal((SandboxOutcome.Passed, ""), (run.Outcome, run.Stderr.Text));
        Assert.StartsWith("True True\n", run.Stdout.Text, StringComparison.Ordinal);
        Assert.Contains("NoNewPrivs:\\t1", run.Stdout.Text, StringComparison.Ordinal);
        Assert.Contains("CapEff:\\t0000000000000000", run.Stdout.Text, StringComparison.Ordinal);
    }
}
