using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.Versioning;

namespace Conclave.Workspace.Sandbox;

/// <summary>How <c>bwrap</c> is called. Everything that the sandbox promises about files, network and processes stands here and in <see cref="SeccompFilter"/>.</summary>
[SupportedOSPlatform("linux")]
internal static class BubblewrapArguments
{
    /// <summary>The descriptors that <c>bwrap</c> reads its arguments and its filter from and writes its status to.</summary>
    public const int ArgumentsDescriptor = 3, FilterDescriptor = 4, StatusDescriptor = 5;

    private static readonly string[] RootDirectories = ["bin", "sbin", "lib", "lib64"];

    /// <summary>The variables that every command has.</summary>
    public static ImmutableSortedDictionary<string, string> Environment { get; } = ImmutableSortedDictionary.CreateRange<string, string>(
    [
        new("PATH", SandboxTools.SearchPath),
        new("HOME", "/home"),
        new("LANG", "C.UTF-8"),
        new("TMPDIR", "/tmp"),
        new("CI", "1"),
    ]);

    /// <summary>The arguments, in the order in which they take effect. They are given through a descriptor: the sandbox can read the command line.</summary>
    public static ImmutableArray<string> Of(SandboxHost host, RunFiles files, SandboxCommand command) =>
    [
        "--unshare-user", "--unshare-ipc", "--unshare-pid", .. command.Network ? Array.Empty<string>() : ["--unshare-net"], "--unshare-uts", "--unshare-cgroup-try",
        .. host.DisablesUserNamespaces ? ["--disable-userns"] : Array.Empty<string>(),
        "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--hostname", "sandbox",
        "--ro-bind", "/usr", "/usr",
        .. RootDirectories.SelectMany(RootDirectory),
        "--ro-bind-try", "/etc/alternatives", "/etc/alternatives",
        "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache",
        "--ro-bind-try", "/etc/ssl/certs", "/etc/ssl/certs",
        .. command.Settings.SelectMany(directory => new[] { "--ro-bind", directory, directory }),
        "--ro-bind", $"{files.Etc}/passwd", "/etc/passwd",
        "--ro-bind", $"{files.Etc}/group", "/etc/group",
        "--ro-bind", $"{files.Etc}/hosts", "/etc/hosts",
        "--ro-bind", $"{files.Etc}/nsswitch.conf", "/etc/nsswitch.conf",
        .. command.Network ? ["--ro-bind-try", "/etc/resolv.conf", "/etc/resolv.conf"] : Array.Empty<string>(),
        "--ro-bind", files.Conclave, "/conclave",
        "--proc", "/proc",
        // /dev is a file system in memory without a limit: closed once its devices are there.
        "--dev", "/dev", "--remount-ro", "/dev",
        .. Memory("/tmp", 256), .. Memory("/dev/shm", 64), .. Memory("/home", 256),
        "--bind", command.Tree.Path, "/project",
        .. command.Layers.SelectMany(layer => new[] { "--ro-bind", layer.Source, layer.At }.Concat(layer.Scratch.SelectMany(name => Memory($"{layer.At}/{name}", 64)))),
        "--remount-ro", "/",
        "--chdir", command.WorkingDirectory is "." ? "/project" : $"/project/{command.WorkingDirectory}",
        "--clearenv",
        .. Environment.SetItems(command.Environment).SelectMany(variable => new[] { "--setenv", variable.Key, variable.Value }),
        "--seccomp", Text(FilterDescriptor),
        "--json-status-fd", Text(StatusDescriptor),
    ];

    // Where /usr is merged these are links into it; elsewhere directories of their own.
    private static IEnumerable<string> RootDirectory(string name)
    {
        var directory = new DirectoryInfo($"/{name}");
        return directory switch
        {
            { LinkTarget: not null } => ["--symlink", $"usr/{name}", $"/{name}"],
            { Exists: true } => ["--ro-bind", $"/{name}", $"/{name}"],
            _ => [],
        };
    }

    private static string[] Memory(string path, int megabytes) => ["--size", Text(megabytes << 20), "--perms", "0700", "--tmpfs", path];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
