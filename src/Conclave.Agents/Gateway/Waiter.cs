using Conclave.Engine.Execution.Calls;

namespace Conclave.Agents.Gateway;

/// <summary>One call in line. Mutable; used under the line's lock.</summary>
internal sealed class Waiter(ModelRequest request, AdmissionTerms terms)
{
    private AdmissionWait? told;

    public ModelRequest Request { get; } = request;

    /// <summary>What it is taken to need.</summary>
    public CallSize Size { get; } = CallSize.Of(request);

    /// <summary>What comes of it. Whoever waits goes on elsewhere, not under the lock.</summary>
    public TaskCompletionSource<Admission> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What takes it out of the line when its caller gives up.</summary>
    public CancellationTokenRegistration Cancelling { get; set; }

    /// <summary>When its patience with a model that is down ends; null while it is not down.</summary>
    public TimeSpan? GivesUpAt { get; private set; }

    /// <summary>How much patience is left at the time when the model may be back; null when it is not down.</summary>
    public TimeSpan? PatienceFor(Obstacle? down, TimeSpan now)
    {
        GivesUpAt = down is null ? null : GivesUpAt ?? (terms.Patience < TimeSpan.MaxValue - now ? now + terms.Patience : TimeSpan.MaxValue);
        // To wait for its whole patience and be let in then is still in order, but with none at all nobody waits.
        return GivesUpAt is not { } end ? null
            : down!.Until is { } back ? (back <= end && end > now ? end - now : TimeSpan.Zero)
            : end - now;
    }

    /// <summary>Tells the caller why it waits, if that is news; null when its wait is over.</summary>
    public void Tell(AdmissionWait? wait)
    {
        if (told != wait)
        {
            told = wait;
            terms.Told(wait);
        }
    }
}
