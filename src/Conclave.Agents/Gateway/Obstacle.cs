using Conclave.Engine.Execution.Calls;

namespace Conclave.Agents.Gateway;

/// <summary>What keeps a call from being sent.</summary>
/// <param name="Until">When it goes away by itself; null when that depends on other calls.</param>
internal sealed record Obstacle(WaitReason Reason, TimeSpan? Until)
{
    /// <summary>Whether it holds calls to one model only; else all calls with the same key.</summary>
    public bool IsOfModel => Reason is WaitReason.VendorLimit || IsDown;

    /// <summary>Whether the model is taken to be down.</summary>
    public bool IsDown => Reason is WaitReason.Breaker or WaitReason.Probe;
}
