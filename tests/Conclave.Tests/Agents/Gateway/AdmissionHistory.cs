using Conclave.Agents;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Tests.Agents.Gateway;

/// <summary>A random history of one line: calls come, wait, end in every way, are given up and given back. The same seed is the same history.</summary>
internal sealed class AdmissionHistory : IDisposable
{
    private const int Steps = 120;

    private readonly Random random;
    private readonly List<TestCall> running = [];
    private readonly HashSet<TestCall> seen = [];

    public AdmissionHistory(int seed)
    {
        random = new Random(seed);
        Places = random.Next(1, 9);
        Requests = random.Next(2) == 0 ? random.Next(1, 12) : null;
        Tokens = random.Next(2) == 0 ? random.Next(50, 500) : null;
        Line = new TestLine(Places, Requests, Tokens, new BreakerSettings(random.Next(1, 6), TimeSpan.FromSeconds(random.Next(1, 60))));
    }

    public TestLine Line { get; }

    public int Places { get; }

    public int? Requests { get; }

    public long? Tokens { get; }

    /// <summary>Whether no call is sent after all.</summary>
    public bool AllGiveUp { get; init; }

    /// <summary>All calls in the order in which they came.</summary>
    public List<TestCall> Calls { get; } = [];

    public int UnderWay => running.Count;

    /// <summary>What was sent, when it was let in, and what it took of the limit.</summary>
    public List<(DateTimeOffset At, long Tokens)> Made { get; } = [];

    private Dictionary<TestCall, DateTimeOffset> LetInAt { get; } = [];

    /// <summary>Plays it to its end: nobody comes any more, calls end, and the clock moves only when the line has set it.</summary>
    public void Run(Action<AdmissionHistory> afterEach)
    {
        for (var step = 0; step < Steps; step++)
        {
            Step();
            Look();
            afterEach(this);
        }

        for (var left = 10_000; Calls.Exists(call => call.IsWaiting) || running.Count > 0; left--)
        {
            Assert.True(left > 0, "it never ends");
            if (running.Count > 0)
            {
                End(running[0], TestLine.Answered(random.Next(1, 3)));
            }
            else
            {
                Assert.True(Line.Clock.AdvanceToNextWait(), "somebody waits, and nothing will wake him");
            }

            Look();
            afterEach(this);
        }
    }

    public void Dispose()
    {
        Line.Dispose();
        Calls.ForEach(call => call.Dispose());
    }

    private void Step()
    {
        switch (random.Next(10))
        {
            case < 4:
                Calls.Add(Line.Ask(random.Next(8) == 0 ? random.Next(2, 900) : random.Next(2, 60), $"m{random.Next(3)}"));
                break;
            case < 6 when running.Count > 0:
                End(running[random.Next(running.Count)], Outcome());
                break;
            case 6 when running.Count > 0:
                GiveBack(running[random.Next(running.Count)]);
                break;
            case 7 when Calls.FindAll(call => call.IsWaiting) is { Count: > 0 } waiting:
                waiting[random.Next(waiting.Count)].GiveUp();
                break;
            default:
                Line.Clock.Advance(TimeSpan.FromMilliseconds(random.Next(20_000)));
                break;
        }
    }

    private void Look()
    {
        foreach (var call in Calls.Where(call => call.IsIn && seen.Add(call)).ToList())
        {
            running.Add(call);
            LetInAt[call] = Line.Clock.GetUtcNow();
        }
    }

    private void End(TestCall call, CallOutcome outcome)
    {
        if (AllGiveUp)
        {
            GiveBack(call);
            return;
        }

        running.Remove(call);
        call.End(outcome);
        if (outcome is not CallOutcome.NotSent)
        {
            var size = call.Request.MaxOutputTokens + 1;
            Made.Add((LetInAt[call], outcome switch { { Tokens: { } usage } => usage.InputTokens + usage.OutputTokens, CallOutcome.Failed or CallOutcome.InDoubt => size, _ => 0 }));
        }
    }

    private void GiveBack(TestCall call)
    {
        running.Remove(call);
        call.Leave();
    }

    private CallOutcome Outcome() => random.Next(9) switch
    {
        0 => new CallOutcome.RateLimited(random.Next(3) * 7000, "slow"),
        1 => new CallOutcome.Overloaded(529, random.Next(3) * 7000, "busy"),
        2 => new CallOutcome.Failed(500, "x"),
        3 => new CallOutcome.InDoubt("lost", null),
        4 => new CallOutcome.NotSent("no such host"),
        5 => new CallOutcome.Rejected(RejectionKind.BadRequest, 400, "x"),
        _ => TestLine.Answered(random.Next(1, 3)),
    };
}
