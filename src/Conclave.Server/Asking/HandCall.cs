using System.Collections.Immutable;
using System.Security.Cryptography;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Engine.Observation;
using Conclave.Server.Hosting;
using Conclave.Server.Vendors;
using Conclave.Storage.Sqlite;

namespace Conclave.Server.Asking;

/// <summary>
/// Asks one question through the whole gateway: admission, budget, the engine's own policy of repeating, typed answers. It runs as a session of one phase on
/// a journal that is thrown away, so it needs no data directory of its own and works beside a process that has one.
/// </summary>
public sealed class HandCall(VendorAccess access, TimeProvider clock, string version)
{
    /// <summary>Asks and reports how it went.</summary>
    /// <param name="hear">Told what happens, as it happens, one thing after the other.</param>
    /// <param name="stop">Aborts the request under way.</param>
    public async Task<CallReport> Ask(Question question, Action<FeedItem> hear, CancellationToken stop)
    {
        var id = SessionId.New(clock.GetUtcNow(), RandomNumberGenerator.GetBytes(6));
        var folder = Directory.CreateTempSubdirectory("conclave-ask-");
        try
        {
            await using var journal = SqliteJournal.Open(Path.Combine(folder.FullName, "ask.db"), clock);
            var (feed, step) = (new SessionFeed(), new QuestionStep());
            var runner = new Runner(
                journal,
                feed,
                clock,
                ImmutableDictionary<string, IStep>.Empty.Add(step.Kind.Name, step),
                QuestionWorkflow.Catalog(question, step),
                new NothingToDeliver(),
                "conclave ask");
            await runner.Create(id, QuestionWorkflow.Created(question, version), CancellationToken.None);
            using var subscription = feed.Subscribe(id);
            var hearing = Hear(subscription, hear);
            SessionState state;
            try
            {
                state = question.Scenario is { } scenario
                    ? await Simulated(runner, id, scenario, folder.FullName, stop)
                    : await Real(runner, id, question.Agent.Provider, stop);
            }
            finally
            {
                subscription.Complete();
                await hearing;
            }

            foreach (var text in state.OwnAttempts().Select(attempt => attempt.Outcome?.Text).Append(state.Phase(QuestionWorkflow.Phase).Steps.FirstOrDefault()?.Output).OfType<StoredText>())
            {
                await journal.Load(text, CancellationToken.None);
            }

            return CallReport.Of(question, state, stop.IsCancellationRequested);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<SessionState> Real(Runner runner, SessionId id, string provider, CancellationToken stop)
    {
        await using var gateway = await access.Open(provider);
        return await Run(runner, id, gateway, stop);
    }

    private async Task<SessionState> Simulated(Runner runner, SessionId id, string name, string folder, CancellationToken stop)
    {
        // The scenario was found before the question was made.
        var scenario = SimulatedVendors.Find(name).Value ?? throw new InvalidOperationException($"CONC202 there is no scenario `{name}`.");
        await using var simulated = await SimulatedVendors.Start(scenario, id, Path.Combine(folder, "ledger"), access.Catalog, clock, stop);
        return await Run(runner, id, simulated.Gateway, stop);
    }

    private static Task<SessionState> Run(Runner runner, SessionId id, IModelGateway gateway, CancellationToken stop) =>
        runner.Run(id, gateway, null, null, WhenWaiting.Leave, CancellationToken.None, stop);

    private static async Task Hear(SessionFeed.Subscription subscription, Action<FeedItem> hear)
    {
        await foreach (var item in subscription.Items(CancellationToken.None))
        {
            hear(item);
        }
    }

    private sealed class NothingToDeliver : IProjectDelivery
    {
        private static readonly DeliveryReceipt Nothing = new(null, null, 0, [], []);

        public Task<DeliveryReceipt?> Probe(DeliveryOrder order, CancellationToken cancel) => Task.FromResult<DeliveryReceipt?>(Nothing);

        public Task<DeliveryReceipt> Deliver(DeliveryOrder order, CancellationToken cancel) => Task.FromResult(Nothing);
    }
}
