using Conclave.EndToEnd.Running;

namespace Conclave.EndToEnd;

/// <summary>A process that stands still is not dead: it keeps its data directory, and goes on when it wakes.</summary>
public sealed class SlowOwnerTests
{
    [Fact]
    public async Task A_stopped_process_keeps_others_out_and_ends_well_when_it_wakes()
    {
        var expected = await Recovery.Undisturbed;
        using var machine = new Machine();
        await using var simulator = await SimulatorProcess.Start(machine, latency: 300);
        simulator.Serve(machine);
        await using var owner = machine.Start("new", Recovery.Description, "--output", "out");
        await owner.Line("plan-frontend    started");
        owner.Signal("STOP");

        var second = await machine.Conclave("resume", "2");
        Assert.True(second.ExitCode == 8, second.ToString());
        Assert.Contains($"CONC710 another conclave (process {owner.Id})", second.Error, StringComparison.Ordinal);
        Assert.Contains("running", (await machine.Conclave("list")).Output, StringComparison.Ordinal);

        owner.Signal("CONT");
        Recovery.IsWhole(await owner.End());
        await Recovery.Check(machine, simulator, expected);
    }
}
