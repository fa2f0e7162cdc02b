using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Engine.Observation;
using Conclave.Engine.Planning;
using Conclave.Engine.Steps;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Crashes;

/// <summary>Memory is of the whole process, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(WaitingSessionTests), DisableParallelization = true)]
public sealed class NothingBeside;

/// <summary>What a session costs this process while it only waits. One that is paused costs nothing: no process holds it.</summary>
[Collection(nameof(WaitingSessionTests))]
public sealed class WaitingSessionTests
{
    /// <summary>Bytes that a waiting session may take; twice what was measured.</summary>
    private const int Bound = 30_000;

    [Fact]
    public async Task A_session_that_waits_needs_little_memory()
    {
        var sessions = CrashSweep.IsFull ? 10_000 : 500;
        using var stop = new CancellationTokenSource();
        var warm = await Sleep(10, stop.Token);

        var before = await Settled();
        var asleep = await Sleep(sessions, stop.Token);
        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / sessions;
        await stop.CancelAsync();
        await Task.WhenAll(warm.Concat(asleep));

        TestContext.Current.TestOutputHelper?.WriteLine($"{bytes} bytes for each of {sessions} waiting sessions");
        Assert.InRange(bytes, 1, Bound);
    }

    // What the tests before this one left behind may still be on its way out.
    private static async Task<long> Settled()
    {
        var (last, memory) = (long.MaxValue, GC.GetTotalMemory(forceFullCollection: true));
        for (var tries = 0; tries < 50 && last - memory > 100_000; tries++)
        {
            GC.WaitForPendingFinalizers();
            await Task.Delay(20);
            (last, memory) = (memory, GC.GetTotalMemory(forceFullCollection: true));
        }

        return memory;
    }

    // Each has asked once, was turned away, and waits for four minutes. The journal keeps nothing, so that only the sessions are measured.
    private static async Task<List<Task<SessionState>>> Sleep(int sessions, CancellationToken stop)
    {
        var clock = new SleepingClock(sessions);
        var gateway = new FakeGateway((_, _) => new CallOutcome.RateLimited(240_000, "later"));
        var steps = ImmutableDictionary<string, IStep>.Empty.Add("ask", new AskStep());
        var runner = new Runner(new UnkeptJournal(Created()), new SessionFeed(), clock, steps, TestSession.Catalog(), new NoDelivery(), "process");
        var runs = Enumerable.Range(1, sessions).Select(number => runner.Run(new SessionId($"session-{number}"), gateway, null, null, WhenWaiting.Leave, stop, CancellationToken.None)).ToList();
        await clock.AllSleep;
        gateway.Ledger.Clear();
        return runs;
    }

    private static EntryBody.SessionCreated Created()
    {
        var yaml = Shapes.Named("linear").Yaml;
        var workflow = WorkflowPlanner.Plan(yaml, "linear.yaml", TestSession.Catalog()).Value!;
        return new EntryBody.SessionCreated(
            StoredText.From("a test"),
            workflow.Name,
            "linear.yaml",
            StoredText.From(yaml),
            workflow.Prompts.ToImmutableSortedDictionary(pair => pair.Key, pair => StoredText.From(pair.Value)),
            JsonSerializer.SerializeToElement(new { description = "a test" }),
            [.. workflow.Agents.Values.Select(agent => new AgentSeat(agent, null))],
            [.. workflow.Phases.Select(phase => phase.Id)],
            new SessionSettings(1_000m, BudgetAction.Pause, "/nowhere", null, true),
            "test");
    }

    /// <summary>A clock that stands still and tells when so many wait for four minutes.</summary>
    private sealed class SleepingClock(int sleepers) : TimeProvider
    {
        private readonly TaskCompletionSource allSleep = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int left = sleepers;

        public Task AllSleep => allSleep.Task;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;

        public override long GetTimestamp() => 0;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            // A wait that a vendor asks for is made a little longer.
            if (dueTime >= TimeSpan.FromMinutes(4) && dueTime < TimeSpan.FromMinutes(5) && Interlocked.Decrement(ref left) == 0)
            {
                allSleep.SetResult();
            }

            return new Sleeper(callback, state);
        }

        /// <summary>Keeps alive what a timer keeps alive.</summary>
        private sealed record Sleeper(TimerCallback Callback, object? State) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }

    /// <summary>Takes everything and keeps nothing; every session has the same first entry, read anew each time.</summary>
    private sealed class UnkeptJournal(EntryBody first) : IJournal
    {
        private readonly byte[] bytes = first.ToBytes();

        public Task<long> Acquire(SessionId session, string owner, CancellationToken cancel) => Task.FromResult(1L);

        public Task<AppendResult> Append(SessionId session, long epoch, long expectedSequence, IReadOnlyList<NewEntry> entries, CancellationToken cancel) =>
            Task.FromResult<AppendResult>(new AppendResult.Appended(expectedSequence + entries.Count));

        public Task Send(SessionId session, Signal signal, CancellationToken cancel) => Task.CompletedTask;

        public Task<IReadOnlyList<Signal>> Inbox(SessionId session, CancellationToken cancel) => Task.FromResult<IReadOnlyList<Signal>>([]);

        public async IAsyncEnumerable<Signal> Signals(SessionId session, [EnumeratorCancellation] CancellationToken cancel)
        {
            await Task.Delay(Timeout.Infinite, cancel);
            yield break;
        }

        public async IAsyncEnumerable<JournalEntry> Read(SessionId session, long after, [EnumeratorCancellation] CancellationToken cancel)
        {
            await Task.CompletedTask;
            yield return new JournalEntry(1, session, DateTimeOffset.UnixEpoch, null, null, EntryBody.Read(first.Kind(), bytes));
        }

        public IAsyncEnumerable<JournalEntry> Follow(SessionId session, long after, CancellationToken cancel) => Read(session, after, cancel);

        public Task<IReadOnlyList<SessionSummary>> List(SessionQuery query, CancellationToken cancel) => Task.FromResult<IReadOnlyList<SessionSummary>>([]);

        public Task<Blob?> ReadBlob(BlobId id, CancellationToken cancel) => Task.FromResult<Blob?>(null);
    }
}
