using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Tests.Fakes;
using Conclave.Tests.Workspace.Files;
using Conclave.Workspace.Delivery;

namespace Conclave.Tests.Crashes;

/// <summary>
/// Everything that <c>kill -9</c> leaves: the journal, the vendors' ledger, the bookings and deliveries, the folders. Processes come and go in it; each
/// has a memory of its own.
/// </summary>
internal sealed class World(Shape shape, Store store, Breakage? breakage = null, int seed = 0) : IDisposable
{
    /// <summary>The id of the signal that the user sends in the middle.</summary>
    public const string Wish = "wish";

    private const int MostRuns = 30;

    private readonly List<Life> lives = [];
    private readonly TaskCompletionSource wish = new();
    private readonly TempFolder? folder = shape.HasFolder ? new TempFolder() : null;

    public Shape Shape => shape;

    public Store Store => store;

    public IJournal Journal { get; } = store.Open();

    public Vendors Vendors { get; } = new(shape.Answer);

    public Outside Outside { get; } = new() { Forgets = breakage?.ForgetsEffects == true };

    /// <summary>The last durable number, as far as living processes wrote it.</summary>
    public long LastSeq { get; private set; }

    /// <summary>Completes when the user's wish is an entry: the answer that is under way comes only then.</summary>
    public Task WishReceived => wish.Task;

    public IReadOnlyList<Life> Lives => lives;

    /// <summary>The answers that outlive the processes.</summary>
    public InMemoryResponseCache Cache { get; } = new();

    /// <summary>The user's folder for projects.</summary>
    public string? Projects => folder?["projects"];

    /// <summary>A session from its start to its end, through processes of which each but the last dies at its kill point, and once more after its end.</summary>
    public async Task<Witness> Tell(params IEnumerable<KillPoint> kills)
    {
        if (Projects is { } projects)
        {
            Directory.CreateDirectory(projects);
        }

        await Create();
        foreach (var kill in kills)
        {
            if (Live(kill))
            {
                break;
            }
        }

        if (lives is not [.., { WasKilled: false }])
        {
            Live(null);
        }

        foreach (var slow in lives.Where(life => life.WasKilled))
        {
            slow.Wake();
        }

        var witness = await Witness.Of(this);
        if (witness.State.IsEnded)
        {
            Live(null);
        }

        return witness with { RowsAfterAnotherRecovery = store.Rows().Count };
    }

    /// <summary>A living process has written this.</summary>
    public void Wrote(long lastSeq, IEnumerable<NewEntry> entries)
    {
        LastSeq = lastSeq;
        if (entries.Any(entry => entry.Body is EntryBody.SignalReceived { SignalId: Wish }))
        {
            wish.TrySetResult();
        }
    }

    public void Dispose()
    {
        store.Dispose();
        folder?.Dispose();
    }

    private DateTimeOffset Start => lives is [.., var last] ? last.Clock.GetUtcNow() : new DateTimeOffset(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    // By hand, or as a fork of a session that nothing disturbed.
    private async Task Create()
    {
        if (shape.ForkedAt is not { } from)
        {
            await Session(new Life(0, null, Start, 0)).Create();
            return;
        }

        var life = new Life(0, null, Start, 0);
        var origin = Session(life, new SessionId("20261122-origin"), new NoDelivery());
        life.Run(origin.CreateAndRun);
        LastSeq = 0;
        await origin.ForkAt(from, Session(life));
        var fork = (await Journal.FoldTrusted(TestSession.Id, CancellationToken.None))!;
        Vendors.Forget(fork.Calls.Values.SelectMany(call => call.Attempts).Select(attempt => attempt.Outcome!.RequestId!).ToHashSet(StringComparer.Ordinal));
        Outside.Bookings.Clear();
    }

    // One process, in which the user resumes what pauses and answers what is asked; true when it lived to the end.
    private bool Live(KillPoint? kill)
    {
        var life = new Life(lives.Count + 1, kill, Start, seed == 0 ? 0 : seed + lives.Count);
        lives.Add(life);
        var session = Session(life);
        life.Run(async () =>
        {
            var waiting = shape.Stays ? WhenWaiting.Stay : WhenWaiting.Leave;
            var state = await session.Run($"process-{life.Number}", waiting: waiting);
            for (var run = 1; state.Status is SessionStatus.Paused or SessionStatus.Waiting && shape.Ends != state.Status && run < MostRuns; run++)
            {
                await Answer(state);
                state = await session.Run($"process-{life.Number}", state.Reason?.Code == "CONC401" ? shape.MoreUsd : null, waiting);
            }

            return state;
        });
        return !life.WasKilled;
    }

    private async Task Answer(SessionState state)
    {
        foreach (var gate in state.OpenGates)
        {
            await Journal.Send(state.Id, new Signal($"answer to {gate.Key}", DateTimeOffset.UnixEpoch, new SignalBody.Approve(gate.Key.Value, shape.Choose!(gate.Key.Value), "so be it")), CancellationToken.None);
        }
    }

    private TestSession Session(Life life, SessionId? id = null, IProjectDelivery? delivery = null)
    {
        var journal = life.Number <= 1 ? Journal : store.Open();
        IModelGateway gateway = new CrashingGateway(this, life);
        return new TestSession(shape.Yaml)
        {
            Journal = new CrashingJournal(breakage?.Journal?.Invoke(journal, life) ?? journal, this, life),
            Gateway = breakage?.Gateway?.Invoke(gateway, this, life) ?? gateway,
            Clock = life.Clock,
            SessionId = id ?? TestSession.Id,
            Cache = shape.HasCache ? new CrashingCache(Cache, life) : null,
            Workflows = shape.Files,
            Unattended = shape.Choose is null,
            Delivery = delivery ?? new CrashingDelivery(this, life, folder is null ? null : new ProjectDelivery(session => folder[$"work/{session}"], place => PassOrThrow(life, place))),
            MoreSteps = [new BookStep(this, life), new ClashStep()],
            BudgetUsd = shape.BudgetUsd,
            OnExceed = shape.OnExceed,
            OutputDirectory = folder?["projects/out"] ?? "/nowhere",
        };
    }

    private static void PassOrThrow(Life life, string place)
    {
        if (!life.Visit(place))
        {
            throw new ProcessKilledException(place);
        }
    }
}

/// <summary>How a world is broken, to prove that the checker sees it.</summary>
internal sealed record Breakage
{
    public Func<IJournal, Life, IJournal>? Journal { get; init; }

    public Func<IModelGateway, World, Life, IModelGateway>? Gateway { get; init; }

    public bool ForgetsEffects { get; init; }
}
