namespace Conclave.Server.Hosting;

/// <summary>git, without which there is no history and so no result.</summary>
internal static class GitTool
{
    /// <summary>Why there is none; null when it is on the path.</summary>
    public static Refusal? Missing() => HostEnvironment.SearchPath().Any(folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? "git.exe" : "git")))
        ? null
        : new Refusal(RefusalKind.ToolMissing, "CONC207 git was not found", "install it, for example: sudo apt-get install -y git");
}
