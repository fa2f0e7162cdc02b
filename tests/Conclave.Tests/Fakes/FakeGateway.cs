using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Conclave.Engine.Budget;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;

namespace Conclave.Tests.Fakes;

/// <summary>Models that answer by a function of the request and of how often it was sent. Keeps the ledger that tests compare with the journal.</summary>
public sealed class FakeGateway(Func<ModelRequest, int, CallOutcome> answer) : IModelGateway
{
    private readonly ConcurrentDictionary<string, int> counts = new(StringComparer.Ordinal);

    public FakeGateway(Func<ModelRequest, string> answer)
        : this((request, _) => Answered(answer(request)))
    {
    }

    /// <summary>Every request that was sent, in order.</summary>
    public ConcurrentQueue<ModelRequest> Ledger { get; } = [];

    /// <summary>Waited for before an answer starts; lets a test hold calls in flight.</summary>
    public Func<ModelRequest, CancellationToken, Task> BeforeAnswer { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>What a model costs; by default one dollar per thousand tokens.</summary>
    public ModelPrice? Price { get; set; } = new(1000m, 100m, 1000m);

    public static CallOutcome Answered(string text) =>
        new CallOutcome.Answered(StoredText.From(text), new Usage(10, 0, 0, 10, 0), "fake") { RequestId = "req" };

    public ModelProfile? Profile(string provider, string model) => new(1_000_000, 64_000, Price);

    /// <summary>Whether a call is let in; by default each is, at once.</summary>
    public Func<ModelRequest, AdmissionTerms, CancellationToken, Task<Admission>> Door { get; set; } = (_, _, _) => Task.FromResult<Admission>(new Admission.Granted(new Lease()));

    public ValueTask<Admission> Admit(ModelRequest request, AdmissionTerms terms, CancellationToken cancel) => new(Door(request, terms, cancel));

    public async IAsyncEnumerable<ModelEvent> Stream(ModelRequest request, [EnumeratorCancellation] CancellationToken cancel)
    {
        Ledger.Enqueue(request);
        var count = counts.AddOrUpdate(request.ToJson(), 1, (_, before) => before + 1);
        await BeforeAnswer(request, cancel);
        var outcome = answer(request, count);
        if (outcome.Text is { } text)
        {
            yield return new ModelEvent.Delta(text.Text);
        }

        yield return new ModelEvent.Ended(outcome);
    }

    private sealed class Lease : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
