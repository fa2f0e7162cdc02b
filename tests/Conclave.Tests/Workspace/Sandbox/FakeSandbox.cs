using System.Collections.Concurrent;
using Conclave.Workspace.Sandbox;

namespace Conclave.Tests.Workspace.Sandbox;

/// <summary>A sandbox that runs nothing, remembers what it was asked to, and in which all goes well.</summary>
internal sealed class FakeSandbox : ISandbox, IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("conclave-test-").FullName;
    private int made;

    public string Name => "fake";

    public bool Confines { get; init; } = true;

    public ConcurrentQueue<SandboxCommand> Commands { get; } = new();

    public Task<SandboxState> Check(CancellationToken cancel) => Task.FromResult<SandboxState>(new SandboxState.Ready());

    public bool Has(string program) => true;

    public SandboxTree CreateTree() => new(Directory.CreateDirectory(Path.Combine(directory, $"{Interlocked.Increment(ref made)}")).FullName);

    public Task<SandboxRun> Run(SandboxCommand command, CancellationToken cancel)
    {
        Commands.Enqueue(command);
        if (command.Network)
        {
            Directory.CreateDirectory(Path.Combine(command.Tree.Path, "node_modules"));
        }

        return Task.FromResult(new SandboxRun(SandboxOutcome.Passed, 0, null, TimeSpan.Zero, CapturedText.Empty, CapturedText.Empty, null));
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);
}
