using System.Globalization;
using Conclave.EndToEnd.Running;

namespace Conclave.EndToEnd;

/// <summary>A kill while generated code runs: the sandbox dies with its owner.</summary>
public sealed class SandboxKillTests
{
    [Fact]
    public async Task A_kill_during_verification_leaves_no_process_of_the_sandbox_and_the_session_goes_on()
    {
        var expected = await Recovery.Undisturbed;
        using var machine = new Machine();
        await using var simulator = await SimulatorProcess.Start(machine);
        simulator.Serve(machine);

        await using var run = machine.Start("new", Recovery.Description, "--output", "out");
        await run.Line("verify           started");
        List<(int Pid, string Start)> inside = [];
        await Until(() => (inside = [.. Below(run.Id).Where(process => process.Name is not ("conclave" or "dotnet")).Select(process => (process.Pid, process.Start))]).Count >= 3, "the sandbox runs");
        run.Signal("KILL");
        Assert.Equal(137, (await run.End()).ExitCode);

        await Until(() => !All().Any(process => inside.Contains((process.Pid, process.Start))), "its processes are gone");
        await Recovery.GoesOn(machine, simulator, expected);
    }

    private static async Task Until(Func<bool> holds, string what)
    {
        for (var tries = 0; !holds(); tries++)
        {
            Assert.True(tries < 6000, $"never: {what}");
            await Task.Delay(10);
        }
    }

    private static IEnumerable<Running> Below(int pid)
    {
        var all = All();
        var family = new HashSet<int> { pid };
        while (all.Any(process => family.Contains(process.Parent) && family.Add(process.Pid)))
        {
        }

        return all.Where(process => process.Pid != pid && family.Contains(process.Pid));
    }

    // "pid (name) state parent ... start", https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html; a zombie does nothing any more.
    private static List<Running> All() =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Where(directory => int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(directory => Read(Path.Combine(directory, "stat")))
            .Where(stat => stat.Contains(')', StringComparison.Ordinal))
            .Select(Parse)
            .Where(process => process.State != "Z"),
    ];

    private static Running Parse(string stat)
    {
        var (open, close) = (stat.IndexOf('(', StringComparison.Ordinal), stat.LastIndexOf(')'));
        var fields = stat[(close + 2)..].Split(' ');
        return new Running(
            int.Parse(stat.AsSpan(0, open), CultureInfo.InvariantCulture), stat[(open + 1)..close], fields[0], int.Parse(fields[1], CultureInfo.InvariantCulture), fields[19]);
    }

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private sealed record Running(int Pid, string Name, string State, int Parent, string Start);
}
