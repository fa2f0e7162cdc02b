using System.Collections.Concurrent;
using System.Text;

namespace Conclave.Tests.Crashes;

/// <summary>
/// Crashes one shape at its kill points and checks each run. The points come from an undisturbed run, so nobody keeps a list of them. By default every
/// so many-th is tried, with <c>CONCLAVE_FULL_TESTS</c> all.
/// </summary>
internal sealed class CrashSweep
{
    private readonly Shape shape;
    private readonly Func<Store> store;
    private readonly StringBuilder failures = new();
    private int failed;

    private CrashSweep(Shape shape, Func<Store> store, Witness undisturbed, IReadOnlyList<KillPoint> points)
    {
        this.shape = shape;
        this.store = store;
        Undisturbed = undisturbed;
        Points = points;
    }

    public static bool IsFull => Environment.GetEnvironmentVariable("CONCLAVE_FULL_TESTS") is not null;

    /// <summary>The figures of all sweeps of this test run, printed by each.</summary>
    private static ConcurrentDictionary<string, int> Figures { get; } = new(StringComparer.Ordinal);

    /// <summary>Every door that an undisturbed session passes, in order.</summary>
    public IReadOnlyList<KillPoint> Points { get; }

    public Witness Undisturbed { get; }

    /// <summary>Sessions that were crashed and checked.</summary>
    public int Runs { get; private set; }

    /// <summary>Sessions in which every kill point was reached.</summary>
    public int WholeRuns { get; private set; }

    /// <summary>Processes that were killed.</summary>
    public int Crashes { get; private set; }

    public static async Task<CrashSweep> Of(Shape shape, Func<Store>? store = null)
    {
        store ??= () => new Store.InMemory();
        using var world = new World(shape, store());
        var undisturbed = await world.Tell();
        var problems = CrashChecker.Check(shape, undisturbed, undisturbed);
        Assert.True(problems.Count == 0, $"{shape} without a crash:\n{string.Join('\n', problems)}");
        return new CrashSweep(shape, store, undisturbed, [.. world.Lives[0].Passed]);
    }

    /// <summary>A fixed sample: so many of them, evenly spread, always the same; all of them in a full run.</summary>
    public IEnumerable<KillPoint> Sample(int count) => IsFull ? Points : Every(Points.Count / count);

    /// <summary>Every so many-th point.</summary>
    public IEnumerable<KillPoint> Every(int stride) => Points.Where((_, index) => index % Math.Max(1, stride) == Math.Max(1, stride) / 2);

    /// <summary>One session that is killed at each of these points, one after the other, and then goes on to its end.</summary>
    public async Task Crash(int seed, params IReadOnlyList<KillPoint> kills)
    {
        using var world = new World(shape, store(), seed: seed);
        IReadOnlyList<string> problems;
        try
        {
            problems = CrashChecker.Check(shape, Undisturbed, await world.Tell(kills));
        }
        catch (Exception error) when (error is TimeoutException or InvalidOperationException)
        {
            problems = [error.ToString()];
        }

        Runs++;
        var reached = world.Lives.Count(life => life.WasKilled);
        Crashes += reached;
        WholeRuns += reached == kills.Count ? 1 : 0;
        Figures.AddOrUpdate("sessions", 1, (_, count) => count + 1);
        Figures.AddOrUpdate("crashes", reached, (_, count) => count + reached);
        if (problems.Count > 0 && failed++ < 5)
        {
            var name = $"{shape} {string.Join(' ', kills)}{(seed == 0 ? "" : $" seed={seed}")}";
            failures.AppendLine().AppendLine(name).AppendJoin('\n', problems.Select(problem => $"  {problem}"))
                .AppendLine().AppendLine($"  again: CONCLAVE_CRASH='{name}' dotnet Conclave.Tests.dll -explicit only -method '*One_crash_again'");
        }
    }

    /// <summary>Fails with what was found, and how to see the first few again.</summary>
    public void Report()
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"{shape}: {Points.Count} kill points, {Runs} sessions; so far {string.Join(", ", Figures.OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} {pair.Key}"))}");
        Assert.True(failed == 0, $"{failed} of {Runs} crashed sessions are wrong:{failures}");
        Assert.True(Crashes > 0, $"none of {Runs} sessions was killed");
    }
}
