using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.Versioning;
using Conclave.Workspace.Sandbox;

namespace Conclave.Tests.Workspace.Sandbox;

/// <summary>Containers as a second sandbox, with a program in the place of the engine that records how it is called and plays its part.</summary>
[SupportedOSPlatform("linux")]
public sealed class ContainerSandboxTests : IDisposable
{
    // One line for each call. `run` plays the self-test, or what the test put into `play`; `rm` ends what runs.
    private const string Engine = """
        #!/bin/sh
        here=$(dirname "$0")
        printf '%s\n' "$*" >> "$here/calls"
        env > "$here/environment"
        case "$1" in
          version) [ -e "$here/down" ] && { echo "Cannot connect to the daemon" >&2; exit 1; }; echo 27.0; exit 0 ;;
          image) [ -e "$here/no-image" ] && exit 1; echo sha256:1; exit 0 ;;
          rm) [ -e "$here/pid" ] && kill -9 "$(cat "$here/pid")" 2>/dev/null; rm -f "$here/pid"; exit 0 ;;
        esac
        case "$*" in *self-test*) printf '\n'; cat "$here/self-test"; exit 0 ;; esac
        echo $$ > "$here/pid"
        . "$here/play"
        """;

    private readonly string directory = Directory.CreateTempSubdirectory("conclave-test-").FullName;

    public ContainerSandboxTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        SandboxHome.MakeReadable(directory);
        foreach (var name in new[] { "docker", "podman" })
        {
            File.WriteAllText(File_(name), Engine.ReplaceLineEndings("\n"));
            File.SetUnixFileMode(File_(name), UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        }

        File.WriteAllText(File_("self-test"), "program python3\nprogram node\ndone\n");
        File.WriteAllText(File_("play"), "printf '\\nhello\\n'; exit 0");
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Theory]
    [InlineData(ContainerEngine.Docker, "docker")]
    [InlineData(ContainerEngine.Podman, "podman")]
    public async Task A_command_runs_in_a_container_without_network_rights_or_a_writable_root(ContainerEngine engine, string name)
    {
        using var sandbox = Open(engine);
        Assert.Equal((name, new SandboxState.Ready()), (sandbox.Name, await sandbox.Check(CancellationToken.None)));
        using var tree = sandbox.CreateTree();

        var run = await sandbox.Run(
            new SandboxCommand(["python3", "-c", "print(1)"], tree) { WorkingDirectory = "web", Layers = [new SandboxLayer("/l", "/packages/x")], Reports = true }, CancellationToken.None);

        Assert.Equal((SandboxOutcome.Passed, 0, "hello\n"), (run.Outcome, run.ExitCode, run.Stdout.Text));
        var call = Calls().Last(line => line.StartsWith("run ", StringComparison.Ordinal));
        foreach (var promise in new[]
        {
            "--rm", "--pull never", "--network none", "--read-only", "--cap-drop ALL", "--security-opt no-new-privileges", "--ipc private", "--pids-limit 512", "--memory 2147483648 --memory-swap 2147483648",
            "--ulimit nofile=4096:4096", "--ulimit core=0:0", "--ulimit cpu=120:125", $"--mount type=bind,source={tree.Path},target=/project ", "target=/conclave,readonly", "--mount type=bind,source=/l,target=/packages/x,readonly",
            "--workdir /project/web", "--env HOME=/home", "--entrypoint /bin/sh tools:1 -c ", "python3 -c print(1)",
        })
        {
            Assert.Contains(promise, call, StringComparison.Ordinal);
        }

        Assert.DoesNotMatch("--user 0:|--privileged|docker.sock|--env PATH", call);
        Assert.True(sandbox.Has("node"));
        Assert.False(sandbox.Has("cargo"));
    }

    [Fact]
    public async Task Only_what_fetches_packages_gets_the_network()
    {
        using var sandbox = Open();
        await sandbox.Check(CancellationToken.None);
        using var tree = sandbox.CreateTree();

        await sandbox.Run(new SandboxCommand(["npm", "install"], tree) { Network = true }, CancellationToken.None);

        Assert.DoesNotContain("--network none", Calls().Last(line => line.StartsWith("run ", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exit 3", SandboxOutcome.Failed, 3, null)]
    [InlineData("exit 137", SandboxOutcome.OutOfMemory, null, "used more than 2 GiB of memory")]
    [InlineData("exit 152", SandboxOutcome.Timeout, null, "used more than 120 s of processor time")]
    [InlineData("echo 'invalid mount' >&2; exit 125", SandboxOutcome.SandboxError, null, "invalid mount")]
    [InlineData("exec sleep 1000", SandboxOutcome.Timeout, null, "took longer than 1 s")]
    [InlineData("yes", SandboxOutcome.OutputLimit, null, "wrote more than 4 MiB of output")]
    public async Task Every_end_has_its_name(string play, SandboxOutcome outcome, int? exitCode, string? detail)
    {
        await File.WriteAllTextAsync(File_("play"), $"printf '\\n'; {play}");
        using var sandbox = Open();
        await sandbox.Check(CancellationToken.None);
        using var tree = sandbox.CreateTree();

        var run = await sandbox.Run(new SandboxCommand(["x"], tree) { Timeout = TimeSpan.FromSeconds(outcome == SandboxOutcome.Timeout ? 1 : 60) }, CancellationToken.None);

        Assert.Equal((outcome, exitCode, detail), (run.Outcome, run.ExitCode, run.Detail));
        Assert.StartsWith("rm --force conclave-", Calls()[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_engine_gets_none_of_our_variables_and_the_key_of_a_report_is_in_no_argument()
    {
        await File.WriteAllTextAsync(File_("play"), "cat > \"$here/stdin\"; printf '\\n'; exit 0");
        using var sandbox = Open();
        await sandbox.Check(CancellationToken.None);
        using var tree = sandbox.CreateTree();

        var run = await sandbox.Run(new SandboxCommand(["x"], tree) { Reports = true }, CancellationToken.None);

        Assert.Equal(run.ReportKey, (await File.ReadAllTextAsync(File_("stdin"))).Trim());
        Assert.DoesNotContain(Calls(), call => call.Contains(run.ReportKey, StringComparison.Ordinal));
        var names = (await File.ReadAllLinesAsync(File_("environment"))).Select(line => line.Split('=')[0]).Except(["PATH", "HOME", "XDG_RUNTIME_DIR", "PWD", "OLDPWD", "SHLVL", "_"]).Where(name => !name.StartsWith("DOCKER_", StringComparison.Ordinal));
        Assert.Empty(names);
    }

    [Theory]
    [InlineData("down", "docker does not answer: Cannot connect to the daemon", "start its service, and let the user of Conclave use it")]
    [InlineData("no-image", "docker has no image `tools:1`, and nothing is pulled", "docker pull tools:1")]
    public async Task What_is_missing_is_named_with_its_fix(string file, string reason, string fix)
    {
        await File.WriteAllTextAsync(File_(file), "");
        using var sandbox = Open();

        Assert.Equal(new SandboxState.Unavailable(reason, fix), await sandbox.Check(CancellationToken.None));

        File.Delete(File_(file));
        Assert.Equal(new SandboxState.Ready(), await sandbox.Check(CancellationToken.None));
    }

    [Theory]
    [InlineData("escape runs as root\ndone\n", "the container does not hold: it runs as root")]
    [InlineData("program python3\n", "the self-test of the container failed: ")]
    public async Task A_container_that_does_not_hold_runs_nothing(string selfTest, string reason)
    {
        await File.WriteAllTextAsync(File_("self-test"), selfTest);
        using var sandbox = Open();

        Assert.Equal(new SandboxState.Broken(reason), await sandbox.Check(CancellationToken.None));
        var calls = Calls().Length;
        using var tree = new SandboxTree(Path.Combine(directory, "tree"));
        Assert.Equal(SandboxOutcome.SandboxError, (await sandbox.Run(new SandboxCommand(["x"], tree), CancellationToken.None)).Outcome);
        Assert.Equal(calls, Calls().Length);
    }

    [Fact]
    public async Task The_real_docker_understands_every_argument()
    {
        Assert.SkipUnless(File.Exists("/usr/local/bin/docker") || File.Exists("/usr/bin/docker"), "needs docker's program");
        using var tree = new SandboxTree(Directory.CreateDirectory(Path.Combine(directory, "tree")).FullName);
        var arguments = ContainerArguments.Run(
            new ContainerChoice(ContainerEngine.Docker, "conclave-test-of-arguments:none"), "conclave-test", new SandboxUser(4242, 4242), new SandboxLimits(),
            new SandboxCommand(["true"], tree) { Reports = true, Layers = [new SandboxLayer("/usr", "/packages/x") { Scratch = ["share"] }] }, directory, File_("play"));
        var start = new ProcessStartInfo("docker", arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true };
        start.Environment["DOCKER_HOST"] = "unix:///nowhere/docker.sock";

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Matches("(?i)cannot connect|failed to connect", said);
        Assert.DoesNotContain("flag", said, StringComparison.Ordinal);
    }

    private ContainerSandbox Open(ContainerEngine engine = ContainerEngine.Docker) => ContainerSandbox.Open(
        new ContainerChoice(engine, "tools:1"), new SandboxOptions(Path.Combine(directory, "sandbox")) { SearchPath = directory }, TimeProvider.System);

    private ImmutableArray<string> Calls() => [.. File.ReadAllLines(File_("calls")).Where(line => line.Length > 0 && char.IsAsciiLetterLower(line[0]))];

    private string File_(string name) => Path.Combine(directory, name);
}
