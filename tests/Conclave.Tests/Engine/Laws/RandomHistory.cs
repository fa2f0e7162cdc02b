using Conclave.Engine.Budget;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Engine.Laws;

/// <summary>
/// What the engine wrote while it ran a random workflow on models that answer, fail, refuse, lie about their tokens and get lost, in processes that
/// die at random appends, on budgets that are too small and grow with each resume.
/// </summary>
internal sealed class RandomHistory
{
    /// <summary>What a call may cost at most here: 100 tokens of output at $1000 per million; nothing for its input.</summary>
    public const decimal WorstCase = 0.1m;

    private readonly Random random;
    private readonly byte[] fates = new byte[64];
    private decimal billed;

    private RandomHistory(int seed)
    {
        random = new Random(seed);
        Workflow = RandomWorkflow.Acyclic(random);
        random.NextBytes(fates);
        Gateway = new FakeGateway(Answer) { Price = new ModelPrice(0m, 0m, 1000m) };
        Journal = new InMemoryJournal();
        Session = new TestSession(Workflow.Yaml) { Gateway = Gateway, Journal = Journal, BudgetUsd = random.Next(1, 8) * 0.1m };
    }

    public RandomWorkflow Workflow { get; }

    public FakeGateway Gateway { get; }

    public InMemoryJournal Journal { get; }

    public TestSession Session { get; }

    /// <summary>What the vendors will put on their invoices, whatever they said.</summary>
    public decimal Billed => billed;

    public List<JournalEntry> Entries { get; private set; } = [];

    public SessionState State => Entries.Aggregate((SessionState?)null, SessionFold.Apply)!;

    public static async Task<RandomHistory> Of(int seed)
    {
        var history = new RandomHistory(seed);
        await history.Session.Create();
        await history.Play();
        history.Entries = await history.Session.Entries();
        return history;
    }

    /// <summary>The states after each entry, from the first on.</summary>
    public IEnumerable<(JournalEntry Entry, SessionState State)> States()
    {
        SessionState? state = null;
        foreach (var entry in Entries)
        {
            state = SessionFold.Apply(state, entry);
            yield return (entry, state);
        }
    }

    /// <summary>A process that dies at an append, before or after it became durable.</summary>
    public async Task<SessionState?> RunAndDie(int append, string owner, decimal? budget = null)
    {
        var left = append;
        Journal.OnAppend = (_, _) =>
        {
            if (Interlocked.Decrement(ref left) < 0)
            {
                throw new IOException("killed");
            }
        };
        try
        {
            return await Session.Run(owner, budget);
        }
        catch (JournalUnavailableException)
        {
            return null;
        }
        finally
        {
            Journal.OnAppend = (_, _) => { };
        }
    }

    private async Task Play()
    {
        var budget = Session.BudgetUsd;
        for (var round = 0; round < 12; round++)
        {
            var state = random.Next(2) == 0
                ? await RunAndDie(random.Next(40), $"mortal-{round}", budget)
                : await Session.Run($"owner-{round}", budget);
            if (state?.IsEnded == true)
            {
                return;
            }

            budget += random.Next(3) * 0.2m;
        }
    }

    // By the question and how often it came, so that the order in which parallel calls arrive changes nothing.
    private CallOutcome Answer(ModelRequest request, int count)
    {
        var fate = fates[(ModelRequest.Hash(request.ToJson())[0] + (count * 7)) % fates.Length] % 16;
        var (outcome, cost) = fate switch
        {
            0 => ((CallOutcome)new CallOutcome.RateLimited(0, "slow down"), 0m),
            1 => (new CallOutcome.InDoubt("lost", StoredText.From("par")), WorstCase),
            2 => (new CallOutcome.Failed(500, "oops"), WorstCase),
            3 => (new CallOutcome.Overloaded(529, null, "full"), 0m),
            4 => (new CallOutcome.NotSent("no such host"), 0m),
            5 => (new CallOutcome.Refused("policy", null), 0.05m),
            6 => (new CallOutcome.CutOff(StoredText.From("part"), new Usage(10, 0, 0, 100, 0), null), 0.1m),
            7 => (new CallOutcome.Answered(StoredText.From("fine"), null, null), 0.02m),
            8 => (new CallOutcome.Answered(StoredText.From("fine"), new Usage(10, 0, 0, -7, 0), null), 0.02m),
            9 => (new CallOutcome.Answered(StoredText.From("fine"), new Usage(10, 0, 0, 90_000_000, 0), null), 0.02m),
            10 => (new CallOutcome.Rejected(RejectionKind.NoQuota, 402, "no money"), 0m),
            11 => (new CallOutcome.Answered(StoredText.From(" "), new Usage(10, 0, 0, 1, 0), null), 0.001m),
            _ => (FakeGateway.Answered("fine"), 0.01m),
        };
        lock (fates)
        {
            billed += cost;
        }

        return outcome;
    }
}
