using System.Diagnostics;
using System.IO.Pipes;
using System.Net;
using System.Net.Sockets;
using Conclave.Workspace.Sandbox;

namespace Conclave.Tests.Workspace.Sandbox;

public sealed class IsolationTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    [Fact]
    public async Task There_is_no_network_but_a_loopback_of_its_own()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        var run = await fixture.Python(
            $$"""
            import socket
            for address in [('127.0.0.1', {{((IPEndPoint)listener.LocalEndpoint).Port}}), ('1.1.1.1', 53), ('192.168.0.1', 80)]:
                try:
                    socket.create_connection(address, timeout=2)
                    print('connected', address)
                except OSError as error:
                    print(error.errno)
            try:
                socket.getaddrinfo('example.com', 80)
                print('resolved')
            except OSError:
                print('not resolved')
            server = socket.create_server(('localhost', 0))
            socket.create_connection(('localhost', server.getsockname()[1]))
            print('own loopback works')
            """);

        // ECONNREFUSED, ENETUNREACH
        Assert.Equal("111\n101\n101\nnot resolved\nown loopback works\n", run.Stdout.Text);
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task Nothing_of_the_machine_can_be_read_but_its_programs()
    {
        Environment.SetEnvironmentVariable("CONCLAVE_TEST_CANARY", "canary-in-the-environment");
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

        var run = await fixture.Python(
            $$"""
            import os
            for path in ['/etc/shadow', '/etc/hostname', '{{home}}', '{{fixture.Directory}}', '/var', '/run', '/root', '/sys', '/boot', '/proc/1/root/etc/shadow']:
                try:
                    print('could read', path, os.listdir(path) if os.path.isdir(path) else open(path).read())
                except OSError:
                    pass
            print(sorted(os.listdir('/')))
            print(open('/etc/passwd').read().strip())
            print(sorted(os.environ))
            print('canary-in-' in str(os.environ) + open('/proc/1/environ').read(), '{{fixture.Directory[..10]}}' in open('/proc/1/cmdline').read().split('import os')[0])
            """);

        Assert.Equal("", run.Stderr.Text);
        var lines = run.Stdout.Text.Split('\n');
        Assert.Equal("['bin', 'conclave', 'dev', 'etc', 'home', 'lib', 'lib64', 'proc', 'project', 'sbin', 'tmp', 'usr']", lines[0]);
        Assert.StartsWith("sandbox:x:", lines[1], StringComparison.Ordinal);
        Assert.Equal("['CI', 'HOME', 'LANG', 'PATH', 'PWD', 'TMPDIR']", lines[2]);
        Assert.Equal("False False", lines[3]);
    }

    [Fact]
    public async Task Only_the_project_and_temporary_directories_can_be_written()
    {
        var run = await fixture.Python(
            """
            import os
            for directory in ['/', '/usr', '/usr/local/bin', '/usr/bin', '/etc', '/conclave', '/dev', '/proc', '/bin', '/lib',
                              '/project', '/tmp', '/home', '/dev/shm']:
                try:
                    with open(os.path.join(directory, 'new'), 'w') as file:
                        print(directory, end=' ')
                except OSError:
                    pass
            """);

        Assert.Equal("/project /tmp /home /dev/shm ", run.Stdout.Text);
    }

    [Fact]
    public async Task A_link_out_of_the_project_leads_nowhere()
    {
        Needs.Bubblewrap();
        await fixture.Sandbox.Check(CancellationToken.None);
        using var outside = fixture.Sandbox.CreateTree();
        var precious = Path.Combine(outside.Path, "precious");
        await File.WriteAllTextAsync(precious, "precious");
        using var tree = fixture.Sandbox.CreateTree();

        var run = await fixture.Sandbox.Run(
            new SandboxCommand(["sh", "-c", $"ln -s {precious} link; cat link; echo mine > link; cat /proc/1/root{precious}"], tree), CancellationToken.None);
        // As root, the second command hands the tree to another user, link and all.
        await fixture.Sandbox.Run(new SandboxCommand(["true"], tree), CancellationToken.None);

        Assert.Equal((SandboxOutcome.Failed, ""), (run.Outcome, run.Stdout.Text));
        Assert.Equal("precious", await File.ReadAllTextAsync(precious));
        Assert.Equal(UserOf(outside.Path), UserOf(precious));
    }

    [Fact]
    public async Task Processes_of_the_machine_can_not_be_seen()
    {
        var run = await fixture.Python("import os; print([name for name in os.listdir('/proc') if name.isdigit()], os.getppid())");

        Assert.Equal("['1', '2'] 1\n", run.Stdout.Text);
    }

    [Fact]
    public async Task Descriptors_of_Conclave_are_not_inherited()
    {
        Needs.Bubblewrap();
        // Its descriptors are made to be inherited.
        await using var pipe = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.Inheritable);

        var run = await fixture.Python("import os; print(sorted(os.listdir('/proc/self/fd')))");

        Assert.Equal("['0', '1', '2', '3']\n", run.Stdout.Text); // 3 lists the directory
    }

    [Fact]
    public async Task There_is_no_privilege_and_no_way_to_one()
    {
        var run = await fixture.Python("print([line.split()[1] for line in open('/proc/self/status') if line.startswith(('Cap', 'NoNewPrivs', 'Seccomp:'))])");

        var none = "'0000000000000000'";
        Assert.Equal($"[{none}, {none}, {none}, {none}, {none}, '1', '2']\n", run.Stdout.Text);
    }

    [Fact]
    public async Task Dangerous_system_calls_are_refused()
    {
        var run = await fixture.Python(
            """
            import ctypes, errno, os, socket
            libc = ctypes.CDLL(None, use_errno=True)
            def call(number, *arguments):
                result = libc.syscall(number, *arguments)
                return result if result >= 0 else errno.errorcode[ctypes.get_errno()]
            # ptrace, process_vm_readv, bpf, keyctl, mount, unshare, setns, io_uring_setup, userfaultfd, perf_event_open, pivot_root, chroot, open_by_handle_at
            print({call(number, 0, 0, 0, 0, 0) for number in (101, 310, 321, 250, 165, 272, 308, 425, 323, 298, 155, 161, 304)})
            print(call(435, 0, 0)) # clone3
            print({call(56, flag | 17, 0, 0, 0, 0) for flag in (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000)}) # clone with new namespaces
            for family in (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK):
                socket.socket(family, socket.SOCK_DGRAM).close()
            print({call(41, family, 2, 0) for family in (3, 15, 17, 21, 29, 38, 40, 44)}) # ax25, key, packet, rds, can, alg, vsock, xdp
            print(call(16, 0, 0x5412, 0), call(16, 0, 0x541C, 0)) # TIOCSTI, TIOCLINUX
            print(call(39) == os.getpid())
            """);

        Assert.Equal("{'EPERM'}\nENOSYS\n{'EPERM'}\n{'EAFNOSUPPORT'}\nEPERM EPERM\nTrue\n", run.Stdout.Text);
    }

    [Fact]
    public async Task A_system_call_by_its_x32_number_kills()
    {
        var run = await fixture.Python("import ctypes; ctypes.CDLL(None).syscall(0x40000000 + 39); print('alive')");

        Assert.Equal((SandboxOutcome.Failed, 128 + 31, ""), (run.Outcome, run.ExitCode, run.Stdout.Text)); // SIGSYS
    }

    [Fact]
    public async Task Tools_below_usr_can_be_used()
    {
        var run = await fixture.Run(["sh", "-c", "ls -d /usr/local/bin && git --version >/dev/null 2>&1; echo $PATH"]);

        Assert.Equal("/usr/local/bin\n/usr/local/bin:/usr/bin:/bin\n", run.Stdout.Text);
    }

    [Fact]
    public async Task As_root_each_run_has_a_user_of_its_own()
    {
        Needs.Root();

        var runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => fixture.Python("import os, time; time.sleep(0.5); print(os.getuid(), os.getgid(), os.getgroups())")));

        Assert.Equal(["4242 4242 []\n", "4243 4243 []\n", "4244 4244 []\n", "4245 4245 []\n"], runs.Select(run => run.Stdout.Text).Order());
    }

    private static string UserOf(string path)
    {
        using var stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%u", path]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        return stat.StandardOutput.ReadToEnd();
    }
}
