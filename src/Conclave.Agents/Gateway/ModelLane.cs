using Conclave.Engine.Execution.Calls;

namespace Conclave.Agents.Gateway;

/// <summary>What is known about one model of a vendor: whether it answers, and what its vendor says is left. Mutable, not thread-safe.</summary>
internal sealed class ModelLane(BreakerSettings settings)
{
    // A reset that is further off is a limit per day or worse; the vendor's own refusal will say so.
    private static readonly TimeSpan FarthestReset = CallPolicy.MaxWait;

    private readonly Dictionary<LimitUnit, Allotment> allotments = [];
    private Breaker breaker = Breaker.Start;

    /// <summary>What says that the model is down; null for nothing.</summary>
    public Obstacle? Down(TimeSpan now) => breaker.Against(now);

    /// <summary>What the vendor's limits have against a call; null for nothing.</summary>
    public Obstacle? Against(TimeSpan now, CallSize size)
    {
        Refresh(now);
        var wholeAt = allotments.Where(pair => !pair.Value.Allows(size.In(pair.Key))).Select(pair => (TimeSpan?)pair.Value.WholeAt).Max();
        return wholeAt is null ? null : new Obstacle(WaitReason.VendorLimit, wholeAt);
    }

    /// <summary>Takes notice that a call is let in.</summary>
    /// <returns>Whether it is the one that tries if the model is back.</returns>
    public bool Start(CallSize size)
    {
        Change((unit, allotment) => allotment.Less(size.In(unit)));
        breaker = breaker.AfterStart(out var isTry);
        return isTry;
    }

    /// <summary>Takes a call back that was let in and not made.</summary>
    public void Return(CallSize size) => Change((unit, allotment) => allotment.More(size.In(unit)));

    /// <summary>Takes notice that the call that tried was given up.</summary>
    public void GiveUpTry(TimeSpan now) => breaker = breaker.AfterGivingUp(now);

    /// <summary>Learns what a reply says is left.</summary>
    /// <param name="onTheWay">The calls that the vendor may not have counted yet.</param>
    public void Learn(IEnumerable<LimitHint> hints, IReadOnlyCollection<CallSize> onTheWay, TimeSpan now)
    {
        foreach (var hint in hints)
        {
            var whole = hint.WholeIn is { } wait ? (wait < FarthestReset ? wait : FarthestReset) : RateWindow.Length;
            allotments[hint.Unit] = new Allotment(hint.Limit, Math.Max(0, hint.Left - onTheWay.Sum(size => size.In(hint.Unit))), now + whole);
        }
    }

    /// <summary>Learns how a call ended.</summary>
    public void Learn(CallOutcome outcome, bool isTry, TimeSpan now) => breaker = breaker.AfterEnd(Breaker.HealthOf(outcome), isTry, settings, now);

    private void Refresh(TimeSpan now)
    {
        foreach (var (unit, allotment) in allotments.ToList())
        {
            if (allotment.At(now) is { } current)
            {
                allotments[unit] = current;
            }
            else
            {
                allotments.Remove(unit);
            }
        }
    }

    private void Change(Func<LimitUnit, Allotment, Allotment> change)
    {
        foreach (var unit in allotments.Keys.ToList())
        {
            allotments[unit] = change(unit, allotments[unit]);
        }
    }
}
