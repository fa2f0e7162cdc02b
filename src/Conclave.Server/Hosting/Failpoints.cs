using System.Diagnostics;
using System.Runtime.CompilerServices;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;

namespace Conclave.Server.Hosting;

/// <summary>
/// Named places where the process kills itself, as <c>kill -9</c> would, when <c>CONCLAVE_FAILPOINT</c> says so: <c>NAME</c> for the first time it
/// gets there, <c>NAME#3</c> for the third. With it anybody can check on their own machine that nothing is lost. The names are in <c>docs/failpoints.md</c>.
/// </summary>
public sealed class Failpoints
{
    private readonly string? name;
    private int left;

    /// <param name="setting">The setting; null for none.</param>
    public Failpoints(string? setting)
    {
        var parts = setting?.Split('#');
        name = parts?[0];
        left = parts is [_, var count] && int.TryParse(count, out var number) ? number : 1;
    }

    /// <summary>Whether a failpoint is set at all.</summary>
    public bool IsSet => name is not null;

    /// <summary>The process is at this place.</summary>
    public void Reach(string place)
    {
        if (place == name && Interlocked.Decrement(ref left) == 0)
        {
            // SIGKILL: no handler, no finally, no flush.
            Process.GetCurrentProcess().Kill();
            Thread.Sleep(Timeout.Infinite);
        }
    }
}

/// <summary>A journal with a failpoint before and after each append: <c>append:KIND:before</c> and <c>append:KIND:after</c>.</summary>
internal sealed class FailpointJournal(IJournal inner, Failpoints failpoints) : IJournal
{
    public Task<long> Acquire(SessionId session, string owner, CancellationToken cancel) => inner.Acquire(session, owner, cancel);

    public async Task<AppendResult> Append(SessionId session, long epoch, long expectedSequence, IReadOnlyList<NewEntry> entries, CancellationToken cancel)
    {
        Reach(entries, "before");
        var result = await inner.Append(session, epoch, expectedSequence, entries, cancel);
        Reach(entries, "after");
        return result;
    }

    public Task Send(SessionId session, Signal signal, CancellationToken cancel) => inner.Send(session, signal, cancel);

    public Task<IReadOnlyList<Signal>> Inbox(SessionId session, CancellationToken cancel) => inner.Inbox(session, cancel);

    public IAsyncEnumerable<Signal> Signals(SessionId session, CancellationToken cancel) => inner.Signals(session, cancel);

    public IAsyncEnumerable<JournalEntry> Read(SessionId session, long after, CancellationToken cancel) => inner.Read(session, after, cancel);

    public IAsyncEnumerable<JournalEntry> Follow(SessionId session, long after, CancellationToken cancel) => inner.Follow(session, after, cancel);

    public Task<IReadOnlyList<SessionSummary>> List(SessionQuery query, CancellationToken cancel) => inner.List(query, cancel);

    public Task<Blob?> ReadBlob(BlobId id, CancellationToken cancel) => inner.ReadBlob(id, cancel);

    private void Reach(IReadOnlyList<NewEntry> entries, string when)
    {
        foreach (var kind in entries.Select(entry => entry.Body.Kind().Split('/')[0]).Distinct(StringComparer.Ordinal))
        {
            failpoints.Reach($"append:{kind}:{when}");
        }
    }
}

/// <summary>A gateway with failpoints around each request: <c>send:before</c>, <c>send:first</c> (the first event came) and <c>send:last</c> (the last one came).</summary>
internal sealed class FailpointGateway(IModelGateway inner, Failpoints failpoints) : IModelGateway
{
    public ModelProfile? Profile(string provider, string model) => inner.Profile(provider, model);

    public ValueTask<Admission> Admit(ModelRequest request, AdmissionTerms terms, CancellationToken cancel) => inner.Admit(request, terms, cancel);

    public async IAsyncEnumerable<ModelEvent> Stream(ModelRequest request, [EnumeratorCancellation] CancellationToken cancel)
    {
        failpoints.Reach("send:before");
        var first = true;
        await foreach (var happening in inner.Stream(request, cancel))
        {
            if (first)
            {
                failpoints.Reach("send:first");
                first = false;
            }

            if (happening is ModelEvent.Ended)
            {
                failpoints.Reach("send:last");
            }

            yield return happening;
        }
    }
}
