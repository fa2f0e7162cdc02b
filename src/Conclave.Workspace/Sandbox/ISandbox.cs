namespace Conclave.Workspace.Sandbox;

/// <summary>A place in which generated code is run. Thread-safe.</summary>
public interface ISandbox
{
    /// <summary>Its name for people and records: <c>bubblewrap</c>, <c>docker</c>, <c>podman</c>, <c>none</c>.</summary>
    string Name { get; }

    /// <summary>Whether it keeps what runs in it away from this machine. What ran without that proves nothing.</summary>
    bool Confines { get; }

    /// <summary>Whether it can be used, and if not, why and what to do.</summary>
    Task<SandboxState> Check(CancellationToken cancel);

    /// <summary>Whether commands find a program of this name. Only after <see cref="Check"/>.</summary>
    bool Has(string program);

    /// <summary>A new empty tree for commands to run in. Only when <see cref="Check"/> said that it is ready.</summary>
    SandboxTree CreateTree();

    /// <summary>Runs a command. When this returns, or throws because it was cancelled, no process of it is left.</summary>
    Task<SandboxRun> Run(SandboxCommand command, CancellationToken cancel);
}
