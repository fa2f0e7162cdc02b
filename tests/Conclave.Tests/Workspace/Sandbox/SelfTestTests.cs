using System.Collections.Immutable;
using System.Diagnostics;
using Conclave.Workspace.Sandbox;

namespace Conclave.Tests.Workspace.Sandbox;

public sealed class SelfTestTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    [Fact]
    public async Task A_sandbox_that_holds_is_ready()
    {
        Needs.Bubblewrap();
        Needs.Python();
        Assert.Equal(new SandboxState.Ready(), await fixture.Sandbox.Check(CancellationToken.None));
    }

    [Theory]
    [InlineData("network", "--unshare-net")]
    [InlineData("host_processes", "--unshare-pid")]
    [InlineData("user_namespace", "--disable-userns", "--seccomp 4")]
    [InlineData("descriptors", "--seccomp 4")]
    [InlineData("outside_write", "--remount-ro /")]
    [InlineData("outside_write", "--remount-ro /dev")]
    public async Task A_sandbox_without_one_of_its_walls_is_broken(string probe, params string[] walls)
    {
        var state = await CheckAltered(arguments => walls.Aggregate(arguments, Without));

        Assert.Matches($"{probe}: (could|connected|inherited|network interfaces)", Assert.IsType<SandboxState.Broken>(state).Reason);
    }

    [Fact]
    public async Task A_sandbox_without_its_filter_is_broken_by_the_sockets_that_no_namespace_confines()
    {
        Needs.Python();
        using var host = Process.Start("python3", ["-c", "import socket; socket.socket(40, socket.SOCK_STREAM)"]);
        await host.WaitForExitAsync();
        Assert.SkipUnless(host.ExitCode == 0, "needs a kernel with AF_VSOCK");

        var state = await CheckAltered(arguments => Without(arguments, "--seccomp 4"));

        Assert.Contains("vsock: could make a VSOCK socket", Assert.IsType<SandboxState.Broken>(state).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("outside_read", "--ro-bind / /host")]
    [InlineData("outside_read", "--ro-bind /etc/hostname /etc/shadow")]
    [InlineData("outside_write", "--bind /tmp /usr/local")]
    public async Task A_sandbox_with_a_hole_is_broken(string probe, string hole)
    {
        var state = await CheckAltered(arguments => arguments.InsertRange(arguments.IndexOf("--remount-ro"), hole.Split(' ')));

        Assert.Matches($"{probe}: (could|connected|inherited|network interfaces)", Assert.IsType<SandboxState.Broken>(state).Reason);
    }

    [Fact]
    public async Task A_sandbox_that_hands_on_a_variable_is_broken()
    {
        var state = await CheckAltered(arguments => arguments.AddRange("--setenv", "SECRET", "1"));

        Assert.Contains("environment: inherited variables ['SECRET']", Assert.IsType<SandboxState.Broken>(state).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_sandbox_runs_nothing()
    {
        Needs.Bubblewrap();
        Needs.Python();
        using var sandbox = ProjectSandbox.OpenAltered(fixture.Options, TimeProvider.System, arguments => Without(arguments, "--unshare-net"));
        await sandbox.Check(CancellationToken.None);
        using var tree = sandbox.CreateTree();

        var run = await sandbox.Run(new SandboxCommand(["touch", "ran"], tree), CancellationToken.None);

        Assert.Equal(SandboxOutcome.SandboxError, run.Outcome);
        Assert.Contains("does not hold", run.Detail, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(tree.Path));
    }

    [Fact]
    public async Task A_sandbox_that_bubblewrap_can_not_set_up_is_unavailable_and_says_why()
    {
        var state = await CheckAltered(arguments => arguments.Insert(0, "--no-such-option"));

        Assert.Contains("--no-such-option", Assert.IsType<SandboxState.Unavailable>(state).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sandbox_that_can_not_start_a_program_is_unavailable()
    {
        var state = await CheckAltered(arguments => arguments.Replace("/usr", "/var"));

        Assert.IsType<SandboxState.Unavailable>(state);
    }

    [Theory]
    [InlineData("bwrap", "install it, on Debian and Ubuntu with: apt-get install -y bubblewrap")]
    [InlineData("prlimit", "apt-get install util-linux")]
    public async Task A_tool_that_is_missing_is_named_with_its_fix(string tool, string fix)
    {
        Needs.Bubblewrap();
        var tools = Directory.CreateDirectory(Path.Combine(fixture.Directory, $"without-{tool}")).FullName;
        foreach (var other in new[] { "bwrap", "prlimit", "setpriv" }.Where(other => other != tool))
        {
            File.CreateSymbolicLink(Path.Combine(tools, other), $"/usr/bin/{other}");
        }

        using var sandbox = ProjectSandbox.Open(fixture.Options with { SearchPath = tools }, TimeProvider.System);

        Assert.Equal(new SandboxState.Unavailable($"`{tool}` was not found", fix), await sandbox.Check(CancellationToken.None));

        // Installing it mends a running process.
        File.CreateSymbolicLink(Path.Combine(tools, tool), $"/usr/bin/{tool}");
        Assert.Equal(new SandboxState.Ready(), await sandbox.Check(CancellationToken.None));
    }

    [Theory]
    [InlineData(true, false, "WSL 2")]
    [InlineData(false, true, "limactl")]
    [InlineData(false, false, "`sandbox:` in config.yaml")]
    public void A_system_without_such_a_sandbox_is_told_what_to_do(bool windows, bool mac, string advice) =>
        Assert.Contains(advice, SandboxHost.Elsewhere(windows, mac), StringComparison.Ordinal);

    [Fact]
    public async Task A_check_that_was_cancelled_can_be_made_again()
    {
        Needs.Bubblewrap();
        Needs.Python();
        using var sandbox = fixture.Open(new SandboxLimits());
        using var cancel = new CancellationTokenSource();
        var check = sandbox.Check(cancel.Token);
        await cancel.CancelAsync();
        await Record.ExceptionAsync(() => check);

        Assert.Equal(new SandboxState.Ready(), await sandbox.Check(CancellationToken.None));
    }

    [Fact]
    public async Task A_place_that_can_not_be_used_is_named()
    {
        Needs.Bubblewrap();
        var file = Path.Combine(fixture.Directory, "a-file");
        await File.WriteAllTextAsync(file, "");
        using var sandbox = ProjectSandbox.Open(new SandboxOptions(Path.Combine(file, "below")), TimeProvider.System);

        Assert.Contains(file, Assert.IsType<SandboxState.Unavailable>(await sandbox.Check(CancellationToken.None)).Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_root_a_directory_that_others_can_not_reach_is_replaced()
    {
        Needs.Bubblewrap();
        Needs.Root();
        var secret = Directory.CreateTempSubdirectory("conclave-test-").FullName; // 0700
        var instead = Path.Combine(fixture.Directory, "instead");
        using var sandbox = ProjectSandbox.Open(new SandboxOptions(Path.Combine(secret, "sandbox")) { RootDirectory = instead }, TimeProvider.System);

        Assert.Equal(new SandboxState.Ready(), await sandbox.Check(CancellationToken.None));

        using var tree = sandbox.CreateTree();
        Assert.StartsWith(instead, tree.Path, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(secret));
        Directory.Delete(secret);
    }

    private async Task<SandboxState> CheckAltered(Func<ImmutableArray<string>, ImmutableArray<string>> alter)
    {
        Needs.Bubblewrap();
        Needs.Python();
        using var sandbox = ProjectSandbox.OpenAltered(fixture.Options, TimeProvider.System, alter);
        return await sandbox.Check(CancellationToken.None);
    }

    private static ImmutableArray<string> Without(ImmutableArray<string> arguments, string wall)
    {
        var words = wall.Split(' ');
        for (var at = 0; at + words.Length <= arguments.Length; at++)
        {
            if (arguments.AsSpan(at, words.Length).SequenceEqual(words))
            {
                return arguments.RemoveRange(at, words.Length);
            }
        }

        throw new InvalidOperationException($"There is no {wall}.");
    }
}
