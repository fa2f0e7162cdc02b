using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Engine.Observation;
using Conclave.Engine.Planning;
using Conclave.Storage.Sqlite;

namespace Conclave.Benchmarks;

/// <summary>
/// Phases per second that the engine runs durably, beside a program without an engine that only makes each phase durable: one commit shared by as many
/// sessions as share one here, a row as large as what the engine writes for a phase.
/// </summary>
internal static class PhaseBenchmark
{
    private const int Sessions = 500;
    private const int Length = 20;

    // Run before anything is measured, so that the compiler's time is not.
    private const int WarmUp = 100;

    public static async Task Run(string folder)
    {
        var file = Path.Combine(folder, "conclave.db");
        await using var journal = SqliteJournal.Open(file, TimeProvider.System);
        var catalog = new PlanningCatalog(
            ImmutableDictionary<string, StepKind>.Empty.Add("nothing", Nothing.Definition),
            ImmutableDictionary<string, OutputSchema>.Empty,
            ImmutableDictionary<string, string>.Empty,
            []);
        var runner = new Runner(
            journal, new SessionFeed(), TimeProvider.System, ImmutableDictionary<string, IStep>.Empty.Add("nothing", new Nothing()), catalog, new NoDelivery(), "bench");
        var workflow = WorkflowPlanner.Plan(Chain(), "chain.yaml", catalog).Value ?? throw new InvalidOperationException("the workflow is not valid");
        await Task.WhenAll(Enumerable.Range(0, Sessions + WarmUp).Select(n => runner.Create(SampleSession.Id(n), Created(workflow), CancellationToken.None)));
        await Run(runner, Sessions, WarmUp);

        var before = journal.Commits;
        var watch = Stopwatch.StartNew();
        await Run(runner, 0, Sessions);
        var seconds = watch.Elapsed.TotalSeconds;
        var phases = Sessions * Length;
        var commits = journal.Commits - before;
        var bytes = await Bytes(journal) / Length;
        var perCommit = Math.Max(1, (int)Math.Round(phases / (double)commits));
        var floor = AppendBenchmark.PlainRows(Path.Combine(folder, "plain.db"), phases, perCommit, Sessions, new byte[bytes]);
        Console.WriteLine(FormattableString.Invariant(
            $"phases: {phases / seconds:0}/s in {Sessions} chains of {Length} ({perCommit} per commit, {bytes} bytes each); plain rows of that size in commits of {perCommit}: {floor:0}/s; ratio {phases / seconds / floor:0.00}"));
    }

    private static async Task Run(Runner runner, int from, int count)
    {
        var ended = await Task.WhenAll(Enumerable.Range(from, count).Select(n =>
            Task.Run(() => runner.Run(SampleSession.Id(n), new NoGateway(), null, null, WhenWaiting.Stay, CancellationToken.None, CancellationToken.None))));
        if (ended.Any(state => state.Status != SessionStatus.Succeeded))
        {
            throw new InvalidOperationException("a session did not succeed");
        }
    }

    // What one session's entries weigh.
    private static async Task<int> Bytes(SqliteJournal journal)
    {
        var sum = 0;
        await foreach (var entry in journal.ReadStored(SampleSession.Id(0), CancellationToken.None))
        {
            sum += entry.Body.Length + entry.Hash.Length;
        }

        return sum;
    }

    private static string Chain() => string.Join('\n',
    [
        "name: chain",
        "version: 1",
        "budget: { usd: 1 }",
        "phases:",
        .. Enumerable.Range(1, Length).Select(n => string.Create(CultureInfo.InvariantCulture, $"  p{n}: {{ uses: nothing{(n > 1 ? $", needs: p{n - 1}" : "")} }}")),
    ]);

    private static EntryBody.SessionCreated Created(Workflow workflow) => new(
        StoredText.From("a benchmark"),
        workflow.Name,
        "chain.yaml",
        StoredText.From(Chain()),
        ImmutableSortedDictionary<string, StoredText>.Empty,
        JsonSerializer.SerializeToElement(new { description = "a benchmark" }),
        [],
        [.. workflow.Phases.Select(phase => phase.Id)],
        new SessionSettings(1m, BudgetAction.Pause, "/nowhere", null, true),
        "0.1.0");

    private sealed class Nothing : IStep
    {
        public static StepKind Definition { get; } = new("nothing") { Questions = [] };

        public StepKind Kind => Definition;

        public Task<StepResult> Run(StepContext context, CancellationToken cancel) => Task.FromResult<StepResult>(new StepResult.Succeeded(null));
    }

    private sealed class NoDelivery : IProjectDelivery
    {
        public Task<DeliveryReceipt?> Probe(DeliveryOrder order, CancellationToken cancel) => Task.FromResult<DeliveryReceipt?>(null);

        public Task<DeliveryReceipt> Deliver(DeliveryOrder order, CancellationToken cancel) => Task.FromResult(new DeliveryReceipt(null, null, 0, [], []));
    }

    private sealed class NoGateway : IModelGateway
    {
        public ModelProfile? Profile(string provider, string model) => null;

        public ValueTask<Admission> Admit(ModelRequest request, AdmissionTerms terms, CancellationToken cancel) => throw new InvalidOperationException("nobody is asked here");

        public IAsyncEnumerable<ModelEvent> Stream(ModelRequest request, CancellationToken cancel) => throw new InvalidOperationException("nobody is asked here");
    }
}
