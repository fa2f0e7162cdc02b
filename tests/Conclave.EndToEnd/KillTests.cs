using Conclave.EndToEnd.Running;

namespace Conclave.EndToEnd;

/// <summary>
/// The first promise: kill -9 at any moment, go on, and no stored answer is bought again. The real program is killed at named places (and once from
/// outside); the simulator is a process of its own whose ledger is the witness.
/// </summary>
public sealed class KillTests
{
    /// <summary>The places of every run; the others are tried with <c>./test --full</c>.</summary>
    private static readonly string[] Sample =
    [
        "append:session-created:after", "append:attempt-started:after#2", "send:before#5", "send:first#3", "send:last#9", "append:attempt-ended:after#20",
        "append:decision-made:before#2", "append:phase-succeeded:before#8", "check:end", "deliver:staged", "deliver:before-rename", "deliver:after-rename",
    ];

    private static readonly string[] More =
    [
        "append:phase-started:before#3", "append:step-started:after#4", "append:attempt-started:before#7", "send:before", "send:first#12", "send:last#30",
        "append:attempt-ended:before#8", "append:attempt-ended:after#33", "append:ballot-cast:after#7", "append:decision-made:after#4",
        "append:step-succeeded:before#5", "append:step-succeeded:after#7", "append:phase-succeeded:after#9", "append:effect-started:after", "append:effect-done:before",
        "append:effect-done:after#2", "check:start", "check:end#2", "deliver:objects", "deliver:ref", "append:session-succeeded:before", "append:session-succeeded:after",
    ];

    public static TheoryData<string> Places => [.. Environment.GetEnvironmentVariable("CONCLAVE_FULL_TESTS") is null ? Sample : Sample.Concat(More)];

    [Theory]
    [MemberData(nameof(Places))]
    public async Task A_session_killed_anywhere_goes_on_without_asking_for_an_answer_it_has(string place)
    {
        var expected = await Recovery.Undisturbed;
        using var machine = new Machine();
        await using var simulator = await SimulatorProcess.Start(machine);
        simulator.Serve(machine);

        machine.Environment["CONCLAVE_FAILPOINT"] = place;
        var killed = await machine.Conclave("new", Recovery.Description, "--output", "out");
        Assert.True(killed.ExitCode == 137, $"it was not killed at {place}: {killed}");
        machine.Environment.Remove("CONCLAVE_FAILPOINT");

        await Recovery.GoesOn(machine, simulator, expected);
    }

    [Fact]
    public async Task A_session_killed_from_outside_and_again_while_it_recovers_goes_on_as_well()
    {
        var expected = await Recovery.Undisturbed;
        using var machine = new Machine();
        await using var simulator = await SimulatorProcess.Start(machine, latency: 300);
        simulator.Serve(machine);

        await using (var run = machine.Start("new", Recovery.Description, "--output", "out"))
        {
            await run.Line("plan-frontend    started");
            run.Signal("KILL");
            await run.End();
        }

        machine.Environment["CONCLAVE_FAILPOINT"] = "append:session-resumed:after";
        Assert.Equal(137, (await machine.Conclave("resume", "2")).ExitCode);
        machine.Environment["CONCLAVE_FAILPOINT"] = "append:attempt-ended:after#3";
        Assert.Equal(137, (await machine.Conclave("resume", "2")).ExitCode);
        machine.Environment.Remove("CONCLAVE_FAILPOINT");

        await Recovery.GoesOn(machine, simulator, expected);
    }
}
