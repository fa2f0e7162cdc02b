using System.Globalization;

namespace Conclave.Tests.Crashes;

/// <summary>Each place of each shape, one crash.</summary>
public sealed class OneCrashTests
{
    public static TheoryData<string> Names => [.. Shapes.All.Where(shape => !shape.HasFolder).Select(shape => shape.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_session_killed_at_any_place_ends_as_if_nothing_had_happened(string shape)
    {
        var sweep = await CrashSweep.Of(Shapes.Named(shape));
        foreach (var point in sweep.Sample(20))
        {
            await sweep.Crash(0, point);
        }

        sweep.Report();
        Assert.True(sweep.WholeRuns == sweep.Runs, $"only {sweep.WholeRuns} of {sweep.Runs} kill points were reached");
    }

    [Fact(Explicit = true)]
    public async Task One_crash_again()
    {
        var wanted = (Environment.GetEnvironmentVariable("CONCLAVE_CRASH") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(wanted.Length > 1, "set CONCLAVE_CRASH to a shape and its kill points, such as 'linear send:last#2 any#3'");
        var seed = wanted.FirstOrDefault(word => word.StartsWith("seed=", StringComparison.Ordinal))?[5..] ?? "0";
        var sweep = await CrashSweep.Of(Shapes.Named(wanted[0]));
        await sweep.Crash(int.Parse(seed, CultureInfo.InvariantCulture), [.. wanted[1..].Where(word => !word.StartsWith("seed=", StringComparison.Ordinal)).Select(KillPoint.Parse)]);
        sweep.Report();
    }
}

/// <summary>A crash, and another one while the next process recovers.</summary>
public sealed class CrashDuringRecoveryTests
{
    public static TheoryData<string> Names => OneCrashTests.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_session_killed_again_while_it_recovers_ends_as_if_nothing_had_happened(string shape)
    {
        var sweep = await CrashSweep.Of(Shapes.Named(shape));
        var (firsts, seconds) = CrashSweep.IsFull ? (25, 16) : (4, 5);
        foreach (var point in sweep.Every(sweep.Points.Count / firsts))
        {
            for (var door = 1; door <= seconds; door++)
            {
                await sweep.Crash(0, point, new KillPoint(KillPoint.AnyPlace, door));
            }
        }

        sweep.Report();
    }
}

/// <summary>Crash after crash, and steps in an order that chance decides.</summary>
public sealed class FiftyCrashesTests
{
    public static TheoryData<string> Names => OneCrashTests.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_session_killed_fifty_times_in_a_row_ends_as_if_nothing_had_happened(string shape)
    {
        var sweep = await CrashSweep.Of(Shapes.Named(shape));
        for (var seed = 1; seed <= (CrashSweep.IsFull ? 40 : 1); seed++)
        {
            var chance = new Random(seed);
            await sweep.Crash(seed, [.. Enumerable.Range(0, 50).Select(_ => new KillPoint(KillPoint.AnyPlace, chance.Next(1, 12)))]);
        }

        sweep.Report();
    }
}

/// <summary>The same on the real journal, and with the real delivery.</summary>
public sealed class CrashOnDiskTests
{
    [Theory]
    [InlineData("linear")]
    [InlineData("fan-out-8")]
    [InlineData("effect")]
    public async Task A_session_on_the_real_journal_killed_at_any_place_ends_as_if_nothing_had_happened(string shape)
    {
        var sweep = await CrashSweep.Of(Shapes.Named(shape), () => new Store.Sqlite());
        foreach (var point in sweep.Sample(5))
        {
            await sweep.Crash(0, point);
        }

        sweep.Report();
    }

    [Fact]
    public async Task A_session_killed_at_any_place_delivers_one_whole_project()
    {
        var sweep = await CrashSweep.Of(Shapes.Named("files"));
        Assert.NotEmpty(sweep.Undisturbed.History);
        var delivery = sweep.Points.Where(point => point.Place.StartsWith("deliver:", StringComparison.Ordinal));
        foreach (var point in sweep.Sample(4).Union(delivery))
        {
            await sweep.Crash(0, point);
        }

        sweep.Report();
    }
}
