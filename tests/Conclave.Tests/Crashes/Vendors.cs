using System.Runtime.CompilerServices;
using Conclave.Engine.Budget;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Crashes;

/// <summary>The vendors' own books: what they received and billed. Nothing that happens to our processes changes them.</summary>
/// <param name="answer">The answer to a request that is received for the so many-th time, from 1.</param>
internal sealed class Vendors(Func<ModelRequest, int, CallOutcome> answer)
{
    private readonly Dictionary<string, int> received = new(StringComparer.Ordinal);
    private int requests;

    /// <summary>One dollar for a thousand tokens.</summary>
    public static ModelPrice Price { get; } = new(1000m, 100m, 1000m);

    public List<VendorCall> Ledger { get; } = [];

    /// <summary>Receives a request and bills its answer.</summary>
    /// <param name="seq">How far the session's journal was then.</param>
    public CallOutcome Receive(ModelRequest request, long seq) => Book(request, seq, answer);

    /// <summary>Receives a request and turns it away, unpaid.</summary>
    public void TurnAway(ModelRequest request, long seq) => Book(request, seq, (_, _) => new CallOutcome.RateLimited(null, "again?"));

    /// <summary>Forgets the requests of a session that is none of ours any more.</summary>
    /// <param name="kept">The requests whose answers were taken over from it.</param>
    public void Forget(IReadOnlySet<string> kept)
    {
        Ledger.RemoveAll(call => !kept.Contains(call.Id));
        received.Clear();
    }

    private CallOutcome Book(ModelRequest request, long seq, Func<ModelRequest, int, CallOutcome> reply)
    {
        var hash = ModelRequest.Hash(request.ToJson());
        var times = received[hash] = received.GetValueOrDefault(hash) + 1;
        var outcome = reply(request, times) with { RequestId = $"request-{++requests}" };
        Ledger.Add(new VendorCall(outcome.RequestId, hash, seq, outcome.Tokens is { } tokens ? Price.Cost(tokens) : 0m));
        return outcome;
    }
}

/// <summary>One request as the vendor booked it.</summary>
internal sealed record VendorCall(string Id, string Hash, long Seq, decimal BilledUsd);

/// <summary>A process's door to the vendors: <c>before</c>, <c>inside</c> (received and billed), <c>first</c>, <c>piece</c> and <c>last</c> of the answer.</summary>
internal sealed class CrashingGateway(World world, Life life) : IModelGateway
{
    public ModelProfile? Profile(string provider, string model) => new(1_000_000, 64_000, Vendors.Price);

    public ValueTask<Admission> Admit(ModelRequest request, AdmissionTerms terms, CancellationToken cancel) => ValueTask.FromResult<Admission>(new Admission.Granted(new Lease(life)));

    public async IAsyncEnumerable<ModelEvent> Stream(ModelRequest request, [EnumeratorCancellation] CancellationToken cancel)
    {
        await life.Pass("send:before");
        var outcome = world.Vendors.Receive(request, world.LastSeq);
        if (world.Shape.Wish(request) is { } wish)
        {
            await world.Journal.Send(TestSession.Id, new Signal(World.Wish, DateTimeOffset.UnixEpoch, wish), CancellationToken.None);
            await world.WishReceived;
        }

        await life.Pass("send:inside");
        await Task.Delay(world.Shape.Latency(request), life.Clock, cancel);
        var place = "send:first";
        foreach (var piece in outcome.Text?.Text.Chunk(world.Shape.PieceLength) ?? [])
        {
            await life.Pass(place);
            yield return new ModelEvent.Delta(new string(piece));
            place = "send:piece";
        }

        await life.Pass("send:last");
        yield return new ModelEvent.Ended(outcome);
    }

    private sealed class Lease : IAsyncDisposable
    {
        private readonly Life life;

        public Lease(Life life)
        {
            this.life = life;
            life.Leases++;
        }

        public ValueTask DisposeAsync()
        {
            life.Leases--;
            return ValueTask.CompletedTask;
        }
    }
}
