using System.Runtime.Versioning;
using System.Text;

namespace Conclave.Workspace.Sandbox;

/// <summary>What one run in a container, or without any sandbox, needs on disk besides its tree; deleted when disposed.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ContainerFiles : IDisposable
{
    private const UnixFileMode EverybodyWrites = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    public ContainerFiles(SandboxHome home, SandboxCommand command)
    {
        Directory = home.CreateRunDirectory();
        SandboxHome.MakeReadable(Conclave);
        foreach (var (name, content) in command.Files)
        {
            var file = Path.Combine(Conclave, name);
            File.WriteAllText(file, content);
            File.SetUnixFileMode(file, EverybodyWrites & ~(UnixFileMode.GroupWrite | UnixFileMode.OtherWrite));
        }

        File.WriteAllText(Report, "");
        File.SetUnixFileMode(Report, EverybodyWrites);
    }

    /// <summary>All of it.</summary>
    public string Directory { get; }

    /// <summary>What the command sees as <c>/conclave</c>.</summary>
    public string Conclave => Path.Combine(Directory, "conclave");

    /// <summary>Where the command reports to.</summary>
    public string Report => Path.Combine(Directory, "report");

    /// <summary>What it reported, up to a limit.</summary>
    public string ReadReport(long limit)
    {
        using var file = File.OpenRead(Report);
        var bytes = new byte[Math.Min(file.Length, limit)];
        return Encoding.UTF8.GetString(bytes, 0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
    }

    /// <inheritdoc />
    public void Dispose() => SandboxHome.Remove(Directory);
}
