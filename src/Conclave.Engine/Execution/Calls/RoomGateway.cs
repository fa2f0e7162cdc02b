using Conclave.Engine.Journal;

namespace Conclave.Engine.Execution.Calls;

/// <summary>
/// Lets a call in only when its answer can be stored: an answer that is paid for and then lost to a full disk would be bought again. Calls under way
/// hold their room until they end.
/// </summary>
/// <param name="freeBytes">The room that the journal has now.</param>
public sealed class RoomGateway(IModelGateway inner, Func<long> freeBytes) : IModelGateway
{
    /// <summary>Room that no call may take: what it takes to write the pause, to checkpoint, and to get by until somebody has made room.</summary>
    public const long ReserveBytes = 16L << 20;

    /// <summary>The longest answer that is taken from a vendor.</summary>
    private const long MaxAnswerBytes = 16L << 20;

    /// <summary>A token stands for a few letters as a rule, and for a long run of spaces at most.</summary>
    private const long MaxBytesPerToken = 128;

    /// <summary>Everything is written twice, first to the write-ahead log, and the answer's output and files may repeat it.</summary>
    private const long Copies = 4;

    private long held;

    /// <inheritdoc />
    public ModelProfile? Profile(string provider, string model) => inner.Profile(provider, model);

    /// <inheritdoc />
    /// <exception cref="StepSuspendedException">There is no room for the answer; nothing was sent.</exception>
    public async ValueTask<Admission> Admit(ModelRequest request, AdmissionTerms terms, CancellationToken cancel)
    {
        var need = WorstCase(request);
        var all = Interlocked.Add(ref held, need);
        try
        {
            var free = freeBytes();
            if (free < all + ReserveBytes)
            {
                throw new StepSuspendedException(new StatusReason(
                    $"there may be no room to store the next answer: {Megabytes(free)} are free where the journal lies, and {Megabytes(all + ReserveBytes)} are wanted; nothing was sent",
                    "CONC707",
                    "free some space there, then resume"));
            }

            var admission = await inner.Admit(request, terms, cancel);
            if (admission is Admission.Granted granted)
            {
                return new Admission.Granted(new Lease(this, need, granted.Lease));
            }

            Interlocked.Add(ref held, -need);
            return admission;
        }
        catch
        {
            Interlocked.Add(ref held, -need);
            throw;
        }
    }

    /// <inheritdoc />
    public IAsyncEnumerable<ModelEvent> Stream(ModelRequest request, CancellationToken cancel) => inner.Stream(request, cancel);

    /// <summary>The most that a call can add to the journal, in bytes.</summary>
    internal static long WorstCase(ModelRequest request) =>
        Copies * (Math.Min(MaxAnswerBytes, request.MaxOutputTokens * MaxBytesPerToken) + System.Text.Encoding.UTF8.GetByteCount(request.ToJson()) + StoredText.MaxInlineBytes);

    private static string Megabytes(long bytes) => FormattableString.Invariant($"{bytes / (double)(1 << 20):0.#} MB");

    private sealed class Lease(RoomGateway gateway, long held, IAsyncDisposable inner) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            Interlocked.Add(ref gateway.held, -held);
            return inner.DisposeAsync();
        }
    }
}
