using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Conclave.Workspace.Sandbox;

/// <summary>What the machine offers for sandboxes.</summary>
/// <param name="Setpriv">Null when Conclave is not root and there is no user to change from.</param>
/// <param name="DisablesUserNamespaces">Whether <c>bwrap</c> knows <c>--disable-userns</c> (since 0.8); before, the filter alone forbids new ones.</param>
internal sealed record SandboxHost(string Bwrap, string Prlimit, string? Setpriv, bool DisablesUserNamespaces)
{
    private const string Install = "install it, on Debian and Ubuntu with: apt-get install -y bubblewrap";
    private const string NoNamespaces = "user namespaces are switched off on this machine";

    /// <summary>Looks for everything that is needed; what is missing, or the host.</summary>
    public static async Task<(SandboxState.Unavailable? Missing, SandboxHost? Host)> Look(string searchPath, CancellationToken cancel)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            return (new($"the sandbox needs Linux on x86_64, and this is {RuntimeInformation.RuntimeIdentifier}", Elsewhere(OperatingSystem.IsWindows(), OperatingSystem.IsMacOS())), null);
        }

        var root = Libc.EffectiveUser() == 0;
        var bwrap = Find("bwrap", searchPath);
        var prlimit = Find("prlimit", searchPath);
        var setpriv = Find("setpriv", searchPath);
        var missing = (bwrap, prlimit, setpriv) switch
        {
            (null, _, _) => Missing("bwrap", Install),
            (_, null, _) => Missing("prlimit", "apt-get install util-linux"),
            (_, _, null) when root => Missing("setpriv", "apt-get install util-linux"),
            _ => SwitchedOff(),
        };
        return missing is null
            ? (null, new SandboxHost(bwrap!, prlimit!, root ? setpriv : null, await Knows(bwrap!, "--disable-userns", cancel)))
            : (missing, null);
    }

    /// <summary>What to do on a system that has no such sandbox. Pure.</summary>
    public static string Elsewhere(bool isWindows, bool isMac) => (isWindows, isMac) switch
    {
        (true, _) => "run Conclave in WSL 2 (wsl --install), with bubblewrap in it: apt-get install -y bubblewrap",
        (_, true) => "run Conclave in a virtual machine with Linux on x86_64 (for example limactl start --arch x86_64), with bubblewrap in it: apt-get install -y bubblewrap",
        _ => "run Conclave on such a machine, or in a virtual one; or choose containers with `sandbox:` in config.yaml",
    };

    /// <summary>What to do when <c>bwrap</c> is there and can't set a sandbox up.</summary>
    public static SandboxState.Unavailable CannotStart(string reason) => new(
        reason,
        Setting("kernel/apparmor_restrict_unprivileged_userns") == "1"
            ? "AppArmor forbids user namespaces here: install its profile for bwrap (apt-get install apparmor-profiles; see bwrap-userns-restrict), or sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
            : "run `bwrap --unshare-all --ro-bind / / true` as the user of Conclave to see what this machine forbids");

    private static SandboxState.Unavailable Missing(string tool, string fix) => new($"`{tool}` was not found", fix);

    private static SandboxState.Unavailable? SwitchedOff() =>
        Setting("user/max_user_namespaces") == "0" ? new(NoNamespaces, "sysctl -w user.max_user_namespaces=15000")
        : Setting("kernel/unprivileged_userns_clone") == "0" ? new(NoNamespaces, "sysctl -w kernel.unprivileged_userns_clone=1")
        : null;

    private static string? Setting(string name)
    {
        var file = $"/proc/sys/{name}";
        return File.Exists(file) ? File.ReadAllText(file).Trim() : null;
    }

    private static string? Find(string tool, string searchPath) => searchPath
        .Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Select(directory => Path.Combine(directory, tool))
        .FirstOrDefault(File.Exists);

    [SupportedOSPlatform("linux")]
    private static async Task<bool> Knows(string program, string option, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(program, ["--help"]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        using var process = Process.Start(start)!;
        var help = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(cancel), process.StandardError.ReadToEndAsync(cancel));
        return string.Concat(help).Contains(option, StringComparison.Ordinal);
    }
}
