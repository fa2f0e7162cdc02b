using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Storage.Sqlite;
using Conclave.Tests.Engine.Laws;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Promises;

/// <summary>Every answer is in the journal before it is used; a process may die at any moment, and no stored answer is bought again.</summary>
[Promise(1)]
public sealed partial class NeverPayTwiceTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("conclave-promise-");
    private int databases;

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_process_that_dies_at_any_append_buys_no_stored_answer_again() =>
        Assert.Null(await WhereverItDies(new Parts { OpenJournal = OpenDatabase, Stride = Seeds.Full ? 1 : 7 }));

    [Fact]
    public async Task An_owner_that_was_only_slow_writes_nothing_once_it_was_taken_over() =>
        Assert.Null(await ASlowOwner(new Parts { OpenJournal = OpenDatabase }));

    [Fact]
    [Mutation]
    public async Task A_journal_that_loses_the_entry_before_the_last_is_caught() =>
        Assert.Contains("follows entry", await WhereverItDies(new Parts { Journal = inner => new LosesTheEntryBeforeTheLast(inner) }), StringComparison.Ordinal);

    [Fact]
    [Mutation]
    public async Task A_journal_that_acknowledges_before_it_is_durable_is_caught() =>
        Assert.Contains("was sent 2 times and announced 1 times", await WhereverItDies(new Parts { Journal = inner => new AcknowledgesBeforeItIsDurable(inner) }), StringComparison.Ordinal);

    [Fact]
    [Mutation]
    public async Task A_journal_that_skips_the_fence_is_caught() =>
        Assert.Contains("after it was taken over", await ASlowOwner(new Parts { Journal = inner => new SkipsTheFence(inner) }), StringComparison.Ordinal);

    [Fact]
    [Mutation]
    public async Task A_client_that_retries_by_itself_is_caught() =>
        Assert.Contains("was sent 2 times and announced 1 times", await WhereverItDies(new Parts { Gateway = inner => new RetriesBehindOurBack(inner) }), StringComparison.Ordinal);

    [Fact]
    [Mutation]
    public async Task A_step_that_sends_before_the_attempt_is_written_is_caught() =>
        Assert.Contains("was sent 1 times and announced 0 times", await WhereverItDies(new Parts { Uses = "unjournaled" }), StringComparison.Ordinal);

    // Kills the process at one append after the other, resumes, and looks at what the vendors saw.
    private static async Task<string?> WhereverItDies(Parts parts)
    {
        for (var point = 0; ; point += parts.Stride)
        {
            await using var journal = new Opened(parts.OpenJournal());
            var mortal = new MortalJournal(journal.Journal);
            var vendor = new FakeGateway(request => $"[{request.Messages[0].Text}]");
            var gateway = parts.Gateway(vendor);
            var session = new TestSession(Workflow(parts.Uses)) { Gateway = gateway, Journal = parts.Journal(mortal), MoreSteps = [new SendsWithoutAnAttempt(gateway)] };
            await session.Create();
            mortal.DieAfter(point);
            var died = await Record.ExceptionAsync(() => session.Run());
            mortal.Live();
            if (died is not (null or JournalUnavailableException))
            {
                return $"death {point}: {died}";
            }

            var stored = await session.Entries();
            if (Gap(stored) is { } gap)
            {
                return $"death {point}: {gap}";
            }

            var answered = Hashes(stored, call => call.Outcome is CallOutcome.Answered);
            var before = vendor.Ledger.Select(Hash).ToList();
            var state = await session.Run("second");
            if ((state.Status, TestSession.Output(state, "join")) is var result && result != (SessionStatus.Succeeded, "\"[Join [Left of [Start ]] and [Right of [Start ]]]\""))
            {
                return $"death {point}: it went on to {result}";
            }

            if (vendor.Ledger.Select(Hash).Skip(before.Count).FirstOrDefault(answered.Contains) is { } again)
            {
                return $"death {point}: the stored answer to request {again} was bought again";
            }

            if (Unannounced(vendor, await session.Entries()) is { } secret)
            {
                return $"death {point}: {secret}";
            }

            if (died is null)
            {
                return point > 20 ? null : $"only {point} deaths were tried";
            }
        }
    }

    // The first owner waits for an answer while a second one takes the session over and ends it.
    private static async Task<string?> ASlowOwner(Parts parts)
    {
        await using var journal = new Opened(parts.OpenJournal());
        var (asked, answer, held) = (new TaskCompletionSource(), new TaskCompletionSource(), 0);
        var vendor = new FakeGateway(request => $"[{request.Messages[0].Text}]")
        {
            BeforeAnswer = (_, _) =>
            {
                asked.TrySetResult();
                return Interlocked.Increment(ref held) == 1 ? answer.Task : Task.CompletedTask;
            },
        };
        var session = new TestSession(Workflow("ask")) { Gateway = vendor, Journal = parts.Journal(journal.Journal) };
        await session.Create();
        var slow = session.Run("slow");
        await asked.Task;
        var last = (await session.Run("quick")).Seq;
        answer.SetResult();
        await Record.ExceptionAsync(() => slow);
        var late = (await session.Entries()).Count - last;
        return late == 0 ? null : $"the slow owner wrote {late} entries after it was taken over";
    }

    private static string? Gap(List<JournalEntry> entries) => entries.Zip(entries.Skip(1)).Where(pair => pair.Second.Seq != pair.First.Seq + 1)
        .Select(pair => $"entry {pair.Second.Seq} follows entry {pair.First.Seq}").FirstOrDefault();

    private static string? Unannounced(FakeGateway vendor, List<JournalEntry> entries)
    {
        var announced = entries.Select(entry => entry.Body).OfType<EntryBody.AttemptStarted>().CountBy(intent => intent.RequestHash).ToDictionary();
        return vendor.Ledger.CountBy(Hash).Where(sent => sent.Value > announced.GetValueOrDefault(sent.Key))
            .Select(sent => $"a request was sent {sent.Value} times and announced {announced.GetValueOrDefault(sent.Key)} times").FirstOrDefault();
    }

    private static HashSet<string> Hashes(List<JournalEntry> entries, Func<AttemptState, bool> which) =>
        [.. entries.Aggregate((SessionState?)null, SessionFold.Apply)!.Calls.Values.SelectMany(call => call.Attempts).Where(which).Select(attempt => attempt.Intent.RequestHash)];

    private static string Hash(ModelRequest request) => ModelRequest.Hash(request.ToJson());

    private static string Workflow(string uses) => $$$"""
        name: diamond
        version: 1
        agents:
          pm: { provider: openai, model: m1 }
          backend: { provider: anthropic, model: m2 }
        phases:
          start: { agent: pm, prompt: "Start ", uses: {{{uses}}} }
          left:  { needs: start, agent: backend, prompt: "Left of ${{ phases.start.output }}" }
          right: { needs: start, agent: pm, prompt: "Right of ${{ phases.start.output }}" }
          join:  { needs: [left, right], agent: pm, prompt: "Join ${{ phases.left.output }} and ${{ phases.right.output }}" }
        """;

    private IJournal OpenDatabase() => SqliteJournal.Open(Path.Combine(folder.FullName, $"{databases++}.db"), TimeProvider.System);

    /// <summary>What the check is a function of.</summary>
    private sealed record Parts
    {
        public Func<IJournal> OpenJournal { get; init; } = () => new InMemoryJournal();

        public Func<IJournal, IJournal> Journal { get; init; } = inner => inner;

        public Func<IModelGateway, IModelGateway> Gateway { get; init; } = inner => inner;

        public string Uses { get; init; } = "ask";

        /// <summary>Every how many points the process dies.</summary>
        public int Stride { get; init; } = 1;
    }

    private sealed record Opened(IJournal Journal) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            if (Journal is IAsyncDisposable database)
            {
                await database.DisposeAsync();
            }
        }
    }
}
