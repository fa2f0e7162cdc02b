using System.Collections.Immutable;
using Conclave.Workspace.Sandbox;

namespace Conclave.Tests.Workspace.Sandbox;

/// <summary>A real sandbox in a directory of its own.</summary>
public sealed class SandboxFixture : IDisposable
{
    public SandboxFixture()
    {
        // As root, the users of the runs must be able to pass through it.
        if (OperatingSystem.IsLinux())
        {
            SandboxHome.MakeReadable(Directory);
        }

        Sandbox = Open(new SandboxLimits());
    }

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("conclave-test-").FullName;

    public ProjectSandbox Sandbox { get; }

    public ProjectSandbox Open(SandboxLimits limits) => ProjectSandbox.Open(Options with { Limits = limits }, TimeProvider.System);

    public SandboxOptions Options => new(Path.Combine(Directory, "sandbox"));

    /// <summary>Runs a Python program in a tree of its own.</summary>
    public Task<SandboxRun> Python(string program, SandboxLimits? limits = null, TimeSpan? timeout = null, CancellationToken cancel = default) =>
        Run(["python3", "-I", "-c", program], limits, timeout, cancel);

    public async Task<SandboxRun> Run(ImmutableArray<string> argv, SandboxLimits? limits = null, TimeSpan? timeout = null, CancellationToken cancel = default)
    {
        Needs.Bubblewrap();
        Needs.Python();
        using var own = limits is null ? null : Open(limits);
        var sandbox = own ?? Sandbox;
        Assert.Equal(new SandboxState.Ready(), await sandbox.Check(cancel));
        using var tree = sandbox.CreateTree();
        return await sandbox.Run(new SandboxCommand(argv, tree) { Timeout = timeout }, cancel);
    }

    public void Dispose()
    {
        Sandbox.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
