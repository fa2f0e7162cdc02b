using System.Text.Json.Serialization;

namespace Conclave.Workspace.Sandbox;

/// <summary>Whether generated code can be run on this machine.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Ready), "ready")]
[JsonDerivedType(typeof(Unavailable), "unavailable")]
[JsonDerivedType(typeof(Broken), "broken")]
public abstract record SandboxState
{
    private SandboxState()
    {
    }

    /// <summary>It can: the self-test tried to break out in every known way, and nothing gave.</summary>
    public sealed record Ready : SandboxState;

    /// <summary>Something is missing, and <paramref name="Fix"/> says how to get it.</summary>
    public sealed record Unavailable(string Reason, string Fix) : SandboxState;

    /// <summary>It starts, but does not hold; nothing may run in it.</summary>
    /// <param name="Reason">What the self-test could do that it must not.</param>
    public sealed record Broken(string Reason) : SandboxState;
}
