namespace Conclave.Engine.Execution.Calls;

/// <summary>What came of the wish to send a call: a closed set.</summary>
public abstract record Admission
{
    private Admission()
    {
    }

    /// <summary>It may be sent now; disposing the lease, once or more often, gives its place back once.</summary>
    public sealed record Granted(IAsyncDisposable Lease) : Admission;

    /// <summary>Its model is down, and waiting for it would take longer than the caller's patience. Nothing was sent.</summary>
    /// <param name="For">How long it will at least be held back.</param>
    public sealed record Held(AdmissionWait Why, TimeSpan For) : Admission;
}

/// <summary>How a caller waits to be let in.</summary>
/// <param name="Patience">How long it waits for a model that is down. For the limits of a rate everybody waits as long as it takes.</param>
/// <param name="Told">
/// Told why it waits, again whenever that changes, and null at the end of a wait that it was told of. It is called under a lock and must return at once.
/// </param>
public sealed record AdmissionTerms(TimeSpan Patience, Action<AdmissionWait?> Told)
{
    /// <summary>Waits however long it takes, and need not know why.</summary>
    public static AdmissionTerms Patient { get; } = new(TimeSpan.MaxValue, _ => { });
}

/// <summary>Short forms for callers.</summary>
public static class AdmissionExtensions
{
    /// <summary>Waits however long it takes until one more call is let in; disposing the lease gives the place back.</summary>
    public static async ValueTask<IAsyncDisposable> Admit(this IModelGateway gateway, ModelRequest request, CancellationToken cancel) =>
        await gateway.Admit(request, AdmissionTerms.Patient, cancel) is Admission.Granted granted
            ? granted.Lease
            : throw new InvalidOperationException("A call with endless patience was held back.");
}
