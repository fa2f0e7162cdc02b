using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.Versioning;
using Conclave.Engine;

namespace Conclave.Workspace.Sandbox;

/// <summary>How <c>docker run</c> and <c>podman run</c> are called. Everything that a container promises stands here. Pure.</summary>
[SupportedOSPlatform("linux")]
internal static class ContainerArguments
{
    /// <summary>Where a command reports to; its lines are signed, since what is tested sees the file too.</summary>
    public const string Report = "/conclave-report";

    /// <summary>The exit code of the engine when it could not run anything.</summary>
    public const int EngineFailed = 125;

    // As in a sandbox of bubblewrap: an empty line, before the output of the command, says that it was started.
    private const string Gate = "echo && exec \"$@\"";
    private const string GateWithReport = "exec 9>\"$0\" && echo && exec \"$@\"";

    /// <summary>The arguments of one run.</summary>
    /// <param name="name">The container's.</param>
    /// <param name="conclave">The directory of our programs on this machine.</param>
    /// <param name="report">The file for the report there.</param>
    public static ImmutableArray<string> Run(ContainerChoice choice, string name, SandboxUser user, SandboxLimits limits, SandboxCommand command, string conclave, string report) =>
    [
        "run", "--rm", "--interactive", "--init", "--pull", "never", "--name", name,
        .. command.Network ? Array.Empty<string>() : ["--network", "none"],
        "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--ipc", "private", "--hostname", "sandbox",
        // Rootless Podman maps users; this one keeps its number, so that the tree is its own.
        .. choice.Engine == ContainerEngine.Podman && Libc.EffectiveUser() != 0 ? ["--userns", "keep-id"] : Array.Empty<string>(),
        "--user", $"{user.User}:{user.Group}",
        "--pids-limit", Text(limits.Processes), "--memory", Text(limits.Memory), "--memory-swap", Text(limits.Memory),
        "--ulimit", $"nofile={limits.OpenFiles}:{limits.OpenFiles}", "--ulimit", "core=0:0", "--ulimit", $"fsize={limits.File}:{limits.File}", "--ulimit", $"cpu={limits.CpuSeconds}:{limits.CpuSeconds + 5}",
        "--shm-size", Text(64 << 20), "--tmpfs", "/tmp:rw,exec,nosuid,nodev,mode=1777,size=268435456", "--tmpfs", "/home:rw,exec,nosuid,nodev,mode=1777,size=268435456",
        "--mount", Bind(command.Tree.Path, "/project", readOnly: false),
        "--mount", Bind(conclave, "/conclave", readOnly: true),
        .. command.Reports ? ["--mount", Bind(report, Report, readOnly: false)] : Array.Empty<string>(),
        .. command.Layers.SelectMany(layer => new[] { "--mount", Bind(layer.Source, layer.At, readOnly: true) }.Concat(layer.Scratch.SelectMany(name => new[] { "--tmpfs", $"{layer.At}/{name}:rw,nosuid,nodev,mode=1777,size=67108864" }))),
        "--workdir", command.WorkingDirectory is "." ? "/project" : $"/project/{command.WorkingDirectory}",
        .. BubblewrapArguments.Environment.Remove("PATH").SetItems(command.Environment).SelectMany(variable => new[] { "--env", $"{variable.Key}={variable.Value}" }),
        "--entrypoint", "/bin/sh", choice.Image, "-c", command.Reports ? GateWithReport : Gate, command.Reports ? Report : "gate", .. command.Argv,
    ];

    /// <summary>Removes a container, whatever it is doing.</summary>
    public static ImmutableArray<string> Remove(string name) => ["rm", "--force", name];

    /// <summary>Asks the engine whether it is there.</summary>
    public static ImmutableArray<string> Ping => ["version", "--format", "{{.Server.Version}}"];

    /// <summary>Asks whether an image is there.</summary>
    public static ImmutableArray<string> Inspect(string image) => ["image", "inspect", "--format", "{{.Id}}", image];

    /// <summary>The program of an engine.</summary>
    public static string Program(ContainerEngine engine) => EngineText.Snake(engine);

    // A path with a comma would end the option; ours have none, and a user's data directory that has one can't be used.
    private static string Bind(string source, string target, bool readOnly) => source.Contains(',', StringComparison.Ordinal)
        ? throw new IOException($"{source} has a comma in it, which container engines can't mount")
        : $"type=bind,source={source},target={target}{(readOnly ? ",readonly" : "")}";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
