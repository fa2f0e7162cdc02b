using System.Collections.Immutable;

namespace Conclave.Agents.Keys;

/// <summary>What a vendor said to a key: a closed set.</summary>
public abstract record KeyFinding
{
    private KeyFinding()
    {
    }

    /// <summary>It is good for the models that are wanted.</summary>
    /// <param name="Models">How many models it can ask.</param>
    public sealed record Ok(int Models) : KeyFinding;

    /// <summary>It is good, but not for these models.</summary>
    public sealed record ModelMissing(ImmutableArray<string> Models) : KeyFinding;

    /// <summary>The vendor does not know it, or it may not do this.</summary>
    public sealed record BadKey(int Status, string Message) : KeyFinding;

    /// <summary>The account has no money or quota left.</summary>
    public sealed record NoQuota(int Status, string Message) : KeyFinding;

    /// <summary>Nobody could be asked, or who replied is not the vendor or not well.</summary>
    /// <param name="Status">Of the reply; null when there was none.</param>
    public sealed record Unreachable(int? Status, string Message) : KeyFinding;
}
