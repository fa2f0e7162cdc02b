using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;

namespace Conclave.Workspace.Sandbox;

/// <summary>
/// The chain of programs that becomes a sandbox: shell (opens the descriptors), <c>prlimit</c>, <c>setpriv</c> when root, <c>bwrap</c>, gate, command. Each
/// replaces the one before it up to <c>bwrap</c>, so the process that is started is <c>bwrap</c>.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class SandboxLaunch
{
    /// <summary>
    /// The gate says that the sandbox stands: with an empty line, before the output of the command. If Conclave died while it was being set up there
    /// is nobody to tell, and the command never starts; afterwards <c>--die-with-parent</c> is in force.
    /// </summary>
    private const string Gate = "echo && exec \"$@\"";

    private const string Open = "exec 3<\"$1\" 4<\"$2\" 5>\"$3\"; shift 3; exec \"$@\"";
    private const string OpenWithReport = "exec 3<\"$1\" 4<\"$2\" 5>\"$3\" 9>\"$4\"; shift 4; exec \"$@\"";

    public static ProcessStartInfo Of(SandboxHost host, SandboxUser user, SandboxLimits limits, RunFiles files, SandboxCommand command)
    {
        string[] arguments =
        [
            "-c", command.Reports ? OpenWithReport : Open, "sandbox", files.Arguments, files.Filter, files.Status,
            .. command.Reports ? [files.Report] : Array.Empty<string>(),
            host.Prlimit, .. Limits(user, limits), "--",
            .. host.Setpriv is { } setpriv ? [setpriv, .. Drop(user), "--"] : Array.Empty<string>(),
            host.Bwrap, "--args", Text(BubblewrapArguments.ArgumentsDescriptor), "--",
            "/bin/sh", "-c", Gate, "gate", .. command.Argv,
        ];
        var start = new ProcessStartInfo("/bin/sh", arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        return start;
    }

    private static string[] Limits(SandboxUser user, SandboxLimits limits) =>
    [
        // The kernel counts all tasks of a user against this; a desktop may have thousands.
        $"--nproc={Text(ProcessTable.TasksOf(user.User) + limits.Processes)}",
        $"--nofile={Text(limits.OpenFiles)}",
        // The first ends a process with SIGXCPU, by which we know it; the second is for one that ignores that.
        $"--cpu={Text(limits.CpuSeconds)}:{Text(limits.CpuSeconds + 5)}",
        $"--fsize={Text(limits.File)}",
        "--core=0",
        $"--data={Text(limits.Data)}",
    ];

    private static string[] Drop(SandboxUser user) =>
        [$"--reuid={Text(user.User)}", $"--regid={Text(user.Group)}", "--clear-groups", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all"];

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
