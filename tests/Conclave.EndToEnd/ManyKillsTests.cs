using Conclave.EndToEnd.Running;

namespace Conclave.EndToEnd;

/// <summary>One kill after the other before the session may end.</summary>
public sealed class ManyKillsTests
{
    /// <summary>Until the first plan is there; no call is in flight at two of them.</summary>
    private static readonly string[] First =
    [
        "append:phase-started:before", "append:step-started:after", "append:attempt-started:before", "send:last", "append:session-resumed:before",
        "append:session-resumed:after", "append:attempt-ended:after", "append:phase-succeeded:before", "append:attempt-ended:after",
    ];

    private static readonly string[] Later =
    [
        "append:decision-made:before", "append:phase-succeeded:after", "append:phase-started:after", "check:start", "check:end", "append:effect-done:before",
        "deliver:objects", "deliver:ref", "deliver:staged", "deliver:before-rename", "deliver:after-rename", "append:session-succeeded:before",
    ];

    [Fact]
    public async Task A_session_killed_ten_times_in_a_row_goes_on_as_well()
    {
        var expected = await Recovery.Undisturbed;
        using var machine = new Machine();
        await using var simulator = await SimulatorProcess.Start(machine);
        simulator.Serve(machine);

        machine.Environment["CONCLAVE_FAILPOINT"] = "append:session-created:after";
        Assert.Equal(137, (await machine.Conclave("new", Recovery.Description, "--output", "out")).ExitCode);
        foreach (var place in Recovery.IsFull ? First.Concat(Later) : First)
        {
            machine.Environment["CONCLAVE_FAILPOINT"] = place;
            var killed = await machine.Conclave("resume", "2");
            Assert.True(killed.ExitCode == 137, $"it was not killed at {place}: {killed}");
        }

        machine.Environment.Remove("CONCLAVE_FAILPOINT");
        await Recovery.GoesOn(machine, simulator, expected);
    }
}
