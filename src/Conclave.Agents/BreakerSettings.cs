namespace Conclave.Agents;

/// <summary>When a model that fails is given a rest.</summary>
/// <param name="Failures">So many failures in a row.</param>
/// <param name="Rest">How long at first; it doubles with each try that fails, up to five minutes.</param>
public sealed record BreakerSettings(int Failures, TimeSpan Rest)
{
    /// <summary>Five failures, half a minute.</summary>
    public static BreakerSettings Default { get; } = new(5, TimeSpan.FromSeconds(30));
}
