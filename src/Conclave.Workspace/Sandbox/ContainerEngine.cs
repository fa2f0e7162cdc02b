namespace Conclave.Workspace.Sandbox;

/// <summary>Programs that run containers.</summary>
public enum ContainerEngine
{
    /// <summary>Docker.</summary>
    Docker,

    /// <summary>Podman.</summary>
    Podman,
}

/// <summary>The containers that the user chose to run generated code in, where there is no bubblewrap; never chosen by Conclave itself.</summary>
/// <param name="Image">An image that is there already, with the tools of the projects in it; nothing is pulled.</param>
public sealed record ContainerChoice(ContainerEngine Engine, string Image);
