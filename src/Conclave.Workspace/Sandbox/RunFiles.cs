using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using System.Text.RegularExpressions;

namespace Conclave.Workspace.Sandbox;

/// <summary>What one run needs on disk besides its tree; deleted when disposed.</summary>
[SupportedOSPlatform("linux")]
internal sealed partial class RunFiles : IDisposable
{
    private readonly string directory;

    public RunFiles(SandboxHome home, SandboxUser user, SandboxCommand command)
    {
        directory = home.CreateRunDirectory();
        SandboxHome.MakeReadable(Etc);
        SandboxHome.MakeReadable(Conclave);
        Write(Etc, "passwd", $"sandbox:x:{user.User}:{user.Group}:sandbox:/home:/bin/sh\n");
        Write(Etc, "group", $"sandbox:x:{user.Group}:\n");
        Write(Etc, "hosts", command.Network ? File.ReadAllText("/etc/hosts") : "127.0.0.1 localhost sandbox\n::1 localhost\n");
        Write(Etc, "nsswitch.conf", $"passwd: files\ngroup: files\nhosts: files{(command.Network ? " dns" : "")}\n");
        foreach (var (name, content) in command.Files)
        {
            Write(Conclave, name, content);
        }
    }

    /// <summary>Our own <c>passwd</c>, <c>group</c>, <c>hosts</c> and <c>nsswitch.conf</c>.</summary>
    public string Etc => Path.Combine(directory, "etc");

    /// <summary>What the command sees as <c>/conclave</c>.</summary>
    public string Conclave => Path.Combine(directory, "conclave");

    /// <summary>The arguments of <c>bwrap</c>, each ended by a NUL.</summary>
    public string Arguments => Path.Combine(directory, "arguments");

    /// <summary>The system call filter.</summary>
    public string Filter => Path.Combine(directory, "filter");

    /// <summary>Where <c>bwrap</c> writes what became of its child.</summary>
    public string Status => Path.Combine(directory, "status");

    /// <summary>Where the command reports to.</summary>
    public string Report => Path.Combine(directory, "report");

    /// <summary>Writes what <c>bwrap</c> reads.</summary>
    public void WriteInput(IEnumerable<string> arguments, bool network)
    {
        File.WriteAllText(Arguments, string.Concat(arguments.Select(argument => argument + '\0')));
        File.WriteAllBytes(Filter, SeccompFilter.Bytes(network));
    }

    /// <summary>What <c>bwrap</c> said so far: the process that all others of the run descend from, and how the command ended.</summary>
    public SandboxStatus ReadStatus()
    {
        var status = new SandboxStatus(null, null);
        foreach (var line in File.Exists(Status) ? File.ReadAllLines(Status) : [])
        {
            status = new SandboxStatus(Number(line, FirstProcess()) ?? status.FirstProcess, Number(line, ExitCode()) ?? status.ExitCode);
        }

        return status;
    }

    /// <summary>What the command reported, up to a limit.</summary>
    public string ReadReport(long limit)
    {
        if (!File.Exists(Report))
        {
            return "";
        }

        using var file = File.OpenRead(Report);
        var bytes = new byte[Math.Min(file.Length, limit)];
        return Encoding.UTF8.GetString(bytes, 0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
    }

    /// <inheritdoc />
    public void Dispose() => SandboxHome.Remove(directory);

    // { "child-pid": 4711, "cgroup-namespace": 4026532182, ... }
    // bwrap writes the line in pieces, so it may not be whole.
    [GeneratedRegex("\"child-pid\": (?<value>\\d+)[ ,]", RegexOptions.NonBacktracking)]
    private static partial Regex FirstProcess();

    // { "exit-code": 0 }
    // Only when the command itself was started.
    [GeneratedRegex("\"exit-code\": (?<value>\\d+) ", RegexOptions.NonBacktracking)]
    private static partial Regex ExitCode();

    private static int? Number(string line, Regex pattern) => pattern.Match(line) is { Success: true } match ? int.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture) : null;

    private static void Write(string directory, string name, string content)
    {
        var file = Path.Combine(directory, name);
        File.WriteAllText(file, content);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    }
}

/// <summary>What <c>bwrap</c> says about its child.</summary>
/// <param name="FirstProcess">The first process of the namespace, by its number on this machine; null when there is none yet.</param>
/// <param name="ExitCode">Null when the command did not end by itself, or was never started.</param>
internal sealed record SandboxStatus(int? FirstProcess, int? ExitCode);
