using Conclave.Engine.Execution.Calls;

namespace Conclave.Agents.Gateway;

/// <summary>
/// Whether a model is worth asking: a closed set of states with pure changes. After several failures in a row nobody asks for a while; then one call tries, and
/// its end decides for all. Each try that fails doubles the rest, up to <see cref="LongestRest"/>.
/// </summary>
internal abstract record Breaker
{
    /// <summary>The longest rest between two tries.</summary>
    public static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(5);

    private Breaker()
    {
    }

    /// <summary>All is well.</summary>
    public static Breaker Start { get; } = new Closed(0);

    /// <summary>What keeps a call out; null for nothing.</summary>
    public Obstacle? Against(TimeSpan now) => this switch
    {
        Open open when now < open.Until => new Obstacle(WaitReason.Breaker, open.Until),
        Trying => new Obstacle(WaitReason.Probe, null),
        _ => null,
    };

    /// <summary>After a call was let in.</summary>
    /// <param name="isTry">Whether this call is the one that tries.</param>
    public Breaker AfterStart(out bool isTry)
    {
        isTry = this is Open;
        return this is Open open ? new Trying(open.Rest) : this;
    }

    /// <summary>After a call ended. Calls that began before the breaker opened can close it, but say nothing new by failing.</summary>
    public Breaker AfterEnd(Health health, bool isTry, BreakerSettings settings, TimeSpan now) => (this, health) switch
    {
        (_, Health.Good) => Start,
        (Trying, Health.Alive) when isTry => Start,
        (Trying trying, Health.Bad) when isTry => OpenFor(trying.Rest * 2, now),
        (Closed closed, Health.Bad) => closed.Failures + 1 >= settings.Failures ? OpenFor(settings.Rest, now) : new Closed(closed.Failures + 1),
        _ => this,
    };

    /// <summary>After the call that tried was given up: another may try at once.</summary>
    public Breaker AfterGivingUp(TimeSpan now) => this is Trying trying ? new Open(now, trying.Rest) : this;

    /// <summary>What the end of a call says about its model. A limit or a refusal is no failure: somebody is there who says no.</summary>
    public static Health HealthOf(CallOutcome outcome) => outcome switch
    {
        CallOutcome.Answered or CallOutcome.CutOff or CallOutcome.Empty or CallOutcome.Refused => Health.Good,
        CallOutcome.RateLimited or CallOutcome.Rejected => Health.Alive,
        CallOutcome.Failed or CallOutcome.Overloaded or CallOutcome.NotSent or CallOutcome.InDoubt => Health.Bad,
        _ => throw new InvalidOperationException($"No rule for {outcome.GetType().Name}."),
    };

    private static Open OpenFor(TimeSpan rest, TimeSpan now)
    {
        var bounded = rest < LongestRest ? rest : LongestRest;
        return new Open(now + bounded, bounded);
    }

    /// <summary>Calls go through.</summary>
    /// <param name="Failures">How many in a row failed.</param>
    public sealed record Closed(int Failures) : Breaker;

    /// <summary>No call goes through; from then on, one.</summary>
    public sealed record Open(TimeSpan Until, TimeSpan Rest) : Breaker;

    /// <summary>One call is under way and decides.</summary>
    public sealed record Trying(TimeSpan Rest) : Breaker;
}

/// <summary>What the end of a call says about its model.</summary>
internal enum Health
{
    /// <summary>It answers.</summary>
    Good,

    /// <summary>It says no, which counts neither way.</summary>
    Alive,

    /// <summary>It failed, or can't be reached.</summary>
    Bad,
}
