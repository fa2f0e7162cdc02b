using Conclave.Engine.Journal;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Crashes;

/// <summary>
/// One process of a session. Everything that lasts goes through its doors; at its kill point it dies, and from then on no door lets it through. Memory,
/// timers and half-done steps are dropped with it.
/// </summary>
internal sealed class Life(int number, KillPoint? killAt, DateTimeOffset start, int seed)
{
    private readonly Dictionary<string, int> visits = new(StringComparer.Ordinal);
    // What the doors of a dead process give: nobody completes it. It is this process's own, so that all that waits for it goes with it.
    private readonly TaskCompletionSource never = new();
    private readonly TaskCompletionSource woken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Pump pump = new(seed);
    private bool doomed;
    private int appendsUnderWay;

    /// <summary>From 1: the first process of the session.</summary>
    public int Number => number;

    public FakeTimeProvider Clock { get; } = new(start);

    public bool IsDead { get; private set; }

    /// <summary>Whether it got to its kill point.</summary>
    public bool WasKilled => IsDead || doomed;

    /// <summary>Every door that it passed, in order.</summary>
    public List<KillPoint> Passed { get; } = [];

    /// <summary>Places at the vendors that it holds.</summary>
    public int Leases { get; set; }

    /// <summary>What the journal said to appends that came after its death.</summary>
    public List<AppendResult> AfterDeath { get; } = [];

    /// <summary>What it failed with after its death.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Runs it to its end or its death; null when it died.</summary>
    public T? Run<T>(Func<Task<T>> body)
    {
        Task<T>? task = null;
        pump.Run(() => task = body(), () => task!.IsCompleted || IsDead, Clock.AdvanceToNextWait);
        if (!WasKilled)
        {
            return task!.GetAwaiter().GetResult();
        }

        task!.ContinueWith(ended => Failure = ended.Exception?.InnerException, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).Forget();
        return default;
    }

    /// <summary>The process was not dead but only very slow: it goes on where it stood, and writes what it was about to write.</summary>
    public void Wake()
    {
        var over = false;
        pump.Run(woken.SetResult, () => over, () => over = Volatile.Read(ref appendsUnderWay) == 0);
    }

    /// <summary>At a door: whether the process lives to pass it. A place that ends in <c>:after</c> is passed, and the next door kills.</summary>
    public bool Visit(string place)
    {
        if (IsDead || doomed)
        {
            IsDead = true;
            return false;
        }

        var visit = visits[place] = visits.GetValueOrDefault(place) + 1;
        Passed.Add(new KillPoint(place, visit));
        if (killAt != new KillPoint(place, visit) && killAt != new KillPoint(KillPoint.AnyPlace, Passed.Count))
        {
            return true;
        }

        doomed = place.EndsWith(":after", StringComparison.Ordinal);
        IsDead = !doomed;
        return doomed;
    }

    /// <summary>The same, for code that can wait forever.</summary>
    public Task Pass(string place) => Visit(place) ? Task.CompletedTask : never.Task;

    /// <summary>An append that comes after the death: held back until the process is woken.</summary>
    public async Task<AppendResult> Late(Func<Task<AppendResult>> append)
    {
        await woken.Task;
        Interlocked.Increment(ref appendsUnderWay);
        try
        {
            var result = await append();
            AfterDeath.Add(result);
            return result;
        }
        finally
        {
            Interlocked.Decrement(ref appendsUnderWay);
        }
    }
}

/// <summary>What a door throws that can't wait forever; a dead process does nothing with it.</summary>
internal sealed class ProcessKilledException(string place) : Exception($"killed at {place}");

/// <summary>For tasks that nobody waits for.</summary>
internal static class TaskExtensions
{
    public static void Forget(this Task _)
    {
    }
}
