namespace Conclave.Agents.Gateway;

/// <summary>What a vendor's reply says is left of one of its limits.</summary>
/// <param name="Limit">How much there is when it is whole; null when the vendor does not say.</param>
/// <param name="Left">What is left, calls that were let in since taken off.</param>
/// <param name="WholeAt">When it is whole again.</param>
internal sealed record Allotment(long? Limit, long Left, TimeSpan WholeAt)
{
    /// <summary>
    /// What is known at a later time: nothing when its limit is not known; else that it is whole. It is taken to be whole again each minute from there, so
    /// that nobody waits for a word that never comes.
    /// </summary>
    public Allotment? At(TimeSpan now) => now < WholeAt ? this
        : Limit is { } limit ? new Allotment(limit, limit, now + RateWindow.Length)
        : null;

    /// <summary>Whether so much may be taken. Who needs more than there ever is waits only until it is whole.</summary>
    public bool Allows(long amount) => Left >= amount || Left >= Limit;

    public Allotment Less(long amount) => this with { Left = Math.Max(0, Left - amount) };

    public Allotment More(long amount) => this with { Left = Math.Min(Left + amount, Limit ?? long.MaxValue) };
}
