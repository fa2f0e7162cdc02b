using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Conclave.Workspace.Sandbox;

namespace Conclave.Tests.Workspace.Sandbox;

/// <summary>The one kind of run that has the network: for programs that fetch packages.</summary>
public sealed class NetworkRunTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private const string Connect = """
        import socket, sys
        def attempt(name, address, family):
            try:
                with socket.socket(family) as s:
                    s.settimeout(5)
                    s.connect(address)
                print(name, "reached")
            except OSError as error:
                print(name, "refused")
        attempt("port", ("127.0.0.1", int(sys.argv[1])), socket.AF_INET)
        attempt("name", "\0" + sys.argv[2], socket.AF_UNIX)
        a, b = socket.socketpair()
        a.send(b"x"); print("pair", b.recv(1) == b"x")
        """;

    [Theory]
    [InlineData(true, "port reached\nname refused\npair True\n")]
    [InlineData(false, "port refused\nname refused\npair True\n")]
    public async Task It_reaches_ports_and_never_the_local_services_that_listen_on_names(bool network, string expected)
    {
        Needs.Bubblewrap();
        Needs.Python();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var service = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var name = $"conclave-test-{Guid.NewGuid():N}";
        service.Bind(new UnixDomainSocketEndPoint($"\0{name}"));
        service.Listen();
        Assert.Equal(new SandboxState.Ready(), await fixture.Sandbox.Check(CancellationToken.None));
        using var tree = fixture.Sandbox.CreateTree();

        var run = await fixture.Sandbox.Run(
            new SandboxCommand(["python3", "-I", "-c", Connect, ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture), name], tree) { Network = network },
            CancellationToken.None);

        Assert.Equal(expected, run.Stdout.Text + run.Stderr.Text);
    }

    [Fact]
    public async Task A_layer_can_be_read_and_not_written_but_for_its_scratch()
    {
        Needs.Bubblewrap();
        Assert.Equal(new SandboxState.Ready(), await fixture.Sandbox.Check(CancellationToken.None));
        using var source = fixture.Sandbox.CreateTree();
        Directory.CreateDirectory(Path.Combine(source.Path, "made/cache"));
        await File.WriteAllTextAsync(Path.Combine(source.Path, "made/file"), "text\n");
        using var tree = fixture.Sandbox.CreateTree();

        var run = await fixture.Sandbox.Run(
            new SandboxCommand(["sh", "-c", "cat /packages/made/file; (: > /packages/made/new) 2>/dev/null || echo closed; : > /packages/made/cache/new && ls /packages/made/cache"], tree)
            {
                Layers = [source.Layer("made", "/packages/made", ["cache"])!],
            },
            CancellationToken.None);

        Assert.Equal("text\nclosed\nnew\n", run.Stdout.Text + run.Stderr.Text);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(source.Path, "made/cache")));
    }

    [Fact]
    public void A_link_in_the_place_of_what_was_fetched_is_no_layer()
    {
        Needs.Bubblewrap();
        var directory = Directory.CreateDirectory(Path.Combine(fixture.Directory, Guid.NewGuid().ToString("N"))).FullName;
        File.CreateSymbolicLink(Path.Combine(directory, "made"), "/etc");
        using var tree = new SandboxTree(directory);

        Assert.Null(tree.Layer("made", "/packages/made", []));
        Assert.Null(tree.Layer("absent", "/packages/made", []));
    }
}
