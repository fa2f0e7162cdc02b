using Conclave.EndToEnd.Running;

namespace Conclave.EndToEnd;

/// <summary>Kills from outside, when chance says so: after so many events, wherever the process is then.</summary>
public sealed class RandomKillTests
{
    /// <summary>About as many events as a session shows.</summary>
    private const int Events = 180;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, Recovery.IsFull ? 25 : 2)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task A_session_killed_at_a_random_time_goes_on_without_asking_for_an_answer_it_has(int seed)
    {
        var expected = await Recovery.Undisturbed;
        var events = new Random(seed).Next(1, Events);
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}: killed after {events} events");
        using var machine = new Machine();
        await using var simulator = await SimulatorProcess.Start(machine, latency: 20);
        simulator.Serve(machine);

        await using (var run = machine.Start("new", Recovery.Description, "--output", "out", "--json"))
        {
            for (var number = 0; number < events; number++)
            {
                await run.Line("\"seq\":");
            }

            run.Signal("KILL");
            Assert.Equal(137, (await run.End()).ExitCode);
        }

        await Recovery.GoesOn(machine, simulator, expected);
    }
}
