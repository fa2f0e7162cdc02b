using Conclave.Engine.Execution.Calls;

namespace Conclave.Agents.Gateway;

/// <summary>
/// The line of calls that wait for one key: first come, first served, by all sessions of the process. What holds one model holds only its own calls; what holds
/// the key holds everybody behind, so that a large call is not overtaken for ever by small ones. Thread-safe; mutable.
/// </summary>
internal sealed partial class AdmissionLine : IDisposable
{
    // Timers can't hold more than some weeks; nothing here lasts longer.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromHours(1);

    private readonly Lock gate = new();
    private readonly string provider;
    private readonly ProviderSettings settings;
    private readonly TimeProvider clock;
    private readonly DateTimeOffset startedAt;
    private readonly long started;
    private readonly ITimer timer;
    private readonly RateWindow window;
    private readonly LinkedList<Waiter> waiting = [];
    private readonly Dictionary<string, ModelLane> lanes = new(StringComparer.Ordinal);
    private readonly Dictionary<ModelRequest, Ticket> underWay = new(ReferenceEqualityComparer.Instance);
    private int placesTaken;
    private TimeSpan closedUntil;

    public AdmissionLine(string provider, ProviderSettings settings, TimeProvider clock)
    {
        this.provider = provider;
        this.settings = settings;
        this.clock = clock;
        startedAt = clock.GetUtcNow();
        started = clock.GetTimestamp();
        window = new RateWindow(settings.RequestsPerMinute, settings.TokensPerMinute);
        timer = clock.CreateTimer(_ => MoveOn(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    // Not the time of day: a clock that is put back holds nobody.
    private TimeSpan Now => clock.GetElapsedTime(started);

    /// <summary>As <see cref="IModelGateway.Admit"/>.</summary>
    public ValueTask<Admission> Admit(ModelRequest request, AdmissionTerms terms, CancellationToken cancel)
    {
        var waiter = new Waiter(request, terms);
        lock (gate)
        {
            waiting.AddLast(waiter);
            if (!cancel.IsCancellationRequested)
            {
                MoveOn();
            }

            if (!waiter.Done.Task.IsCompleted)
            {
                waiter.Cancelling = cancel.UnsafeRegister(_ => GiveUp(waiter, cancel), null);
            }
        }

        return new ValueTask<Admission>(waiter.Done.Task);
    }

    /// <summary>A call that was let in is being sent.</summary>
    public void Sent(ModelRequest request)
    {
        lock (gate)
        {
            underWay.GetValueOrDefault(request)?.Send();
        }
    }

    /// <summary>The head of its reply came.</summary>
    public void Heard(ModelRequest request, IEnumerable<LimitHint> hints)
    {
        lock (gate)
        {
            underWay.GetValueOrDefault(request)?.Hear();
            var onTheWay = underWay.Values.Where(ticket => ticket.Model == request.Model && !ticket.IsHeard).Select(ticket => ticket.Size).ToList();
            Lane(request.Model).Learn(hints, onTheWay, Now);
            MoveOn();
        }
    }

    /// <summary>It ended.</summary>
    public void Ended(ModelRequest request, CallOutcome outcome)
    {
        lock (gate)
        {
            var ticket = underWay.GetValueOrDefault(request);
            Lane(request.Model).Learn(outcome, ticket?.TakeTry() ?? false, Now);
            ticket?.End(outcome, window);
            var asked = outcome switch
            {
                CallOutcome.RateLimited limited => limited.RetryAfterMs,
                CallOutcome.Overloaded overloaded => overloaded.RetryAfterMs,
                _ => null,
            };
            if (asked is > 0)
            {
                // A vendor that asks one call to wait means them all. Nobody waits longer than a call itself would: whoever asks for more is down, and that is
                // for the call to find out.
                var until = Now + TimeSpan.FromMilliseconds(Math.Min(asked.Value, CallPolicy.MaxWait.TotalMilliseconds));
                closedUntil = until > closedUntil ? until : closedUntil;
            }

            MoveOn();
        }
    }

    public void Dispose() => timer.Dispose();

    private void GiveUp(Waiter waiter, CancellationToken cancel)
    {
        lock (gate)
        {
            if (waiting.Remove(waiter))
            {
                waiter.Tell(null);
                waiter.Done.TrySetCanceled(cancel);
                MoveOn();
            }
        }
    }

    private void Leave(Ticket ticket)
    {
        lock (gate)
        {
            if (!ticket.Leave())
            {
                return;
            }

            placesTaken--;
            if (ReferenceEquals(underWay.GetValueOrDefault(ticket.Request), ticket))
            {
                underWay.Remove(ticket.Request);
            }

            if (!ticket.IsMade)
            {
                window.Return(ticket.Use);
                Lane(ticket.Model).Return(ticket.Size);
            }

            if (ticket.TakeTry())
            {
                Lane(ticket.Model).GiveUpTry(Now);
            }

            MoveOn();
        }
    }

    private ModelLane Lane(string model) => lanes.TryGetValue(model, out var lane) ? lane : lanes[model] = new ModelLane(settings.Breaker);
}
