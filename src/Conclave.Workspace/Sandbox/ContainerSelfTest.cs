using System.Collections.Immutable;
using System.Runtime.Versioning;

namespace Conclave.Workspace.Sandbox;

/// <summary>Looks from the inside whether a container holds what its arguments promise, and which tools its image has.</summary>
[SupportedOSPlatform("linux")]
internal static class ContainerSelfTest
{
    private static readonly ImmutableArray<string> Programs =
        ["python3", "pip3", "pytest", "pytest-3", "node", "npm", "tsc", "dotnet", "go", "cargo", "javac", "mvn", "gradle"];

    // Lines that begin with "escape" are what it could do; "program" is what it has; "done" is its end.
    private const string Script = """
        [ "$(id -u)" = 0 ] && echo "escape runs as root"
        (: > /escape) 2>/dev/null && echo "escape could write to /"
        (: > /usr/escape) 2>/dev/null && echo "escape could write to /usr"
        (: > /conclave/escape) 2>/dev/null && echo "escape could write to /conclave"
        for link in /sys/class/net/*; do
          case "$link" in */lo|*/"*"|*/tunl0|*/sit0|*/ip6tnl0|*/gre0|*/gretap0|*/erspan0|*/ip_vti0|*/ip6_vti0|*/ip6gre0) ;; *) echo "escape has the network interface ${link##*/}" ;; esac
        done
        [ -e "$1" ] && echo "escape could see a file of this machine"
        case "$(grep CapEff /proc/self/status)" in *0000000000000000) ;; *) echo "escape has capabilities" ;; esac
        shift
        for program in "$@"; do command -v "$program" > /dev/null && echo "program $program"; done
        echo done
        """;

    /// <summary>The state of the sandbox, and the programs of the image.</summary>
    public static async Task<(SandboxState State, ImmutableHashSet<string> Programs)> Run(
        Func<SandboxCommand, CancellationToken, Task<SandboxRun>> run, Func<SandboxTree> createTree, CancellationToken cancel)
    {
        using var tree = createTree();
        using var outside = createTree();
        var canary = Path.Combine(outside.Path, "canary");
        await File.WriteAllTextAsync(canary, "", cancel);
        var result = await run(new SandboxCommand(["/bin/sh", "-c", Script, "self-test", canary, .. Programs], tree) { Timeout = TimeSpan.FromSeconds(60) }, cancel);
        var lines = result.Stdout.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var escapes = lines.Where(line => line.StartsWith("escape ", StringComparison.Ordinal)).Select(line => line["escape ".Length..]).ToList();
        SandboxState state = (result.Outcome, escapes, lines.LastOrDefault()) switch
        {
            (SandboxOutcome.SandboxError, _, _) => new SandboxState.Unavailable($"the container could not be started: {result.Detail}", "look at what the engine says to `run` with this image"),
            (_, { Count: > 0 }, _) => new SandboxState.Broken($"the container does not hold: it {string.Join("; it ", escapes)}"),
            (SandboxOutcome.Passed, _, "done") => new SandboxState.Ready(),
            _ => new SandboxState.Broken($"the self-test of the container failed: {result.Detail ?? result.Stderr.Text.Trim()}"),
        };
        return (state, [.. lines.Where(line => line.StartsWith("program ", StringComparison.Ordinal)).Select(line => line["program ".Length..])]);
    }
}
