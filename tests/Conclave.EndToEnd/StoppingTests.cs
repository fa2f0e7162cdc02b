using Conclave.EndToEnd.Running;

namespace Conclave.EndToEnd;

/// <summary>Ctrl-C, and two processes on one data directory.</summary>
public sealed class StoppingTests
{
    [Fact]
    public async Task One_interrupt_ends_gently_with_the_resume_command_and_resume_finishes_without_a_call_in_doubt()
    {
        using var machine = new Machine();
        await using var run = machine.Start("new", "A URL shortener", "--simulate", "--output", "out");
        await run.Line("plan-backend     backend (claude-opus-5-5) is writing");
        run.Signal("INT");
        var stopped = await run.End();

        Assert.True(stopped.ExitCode == 7, stopped.ToString());
        Assert.Contains("Go on with: conclave resume 2", stopped.Error, StringComparison.Ordinal);
        Assert.Contains("paused: stopped by the user", stopped.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(machine.In("out")));

        var resumed = await machine.Conclave("resume", "2");
        Assert.True(resumed.ExitCode == 0, resumed.ToString());
        Assert.DoesNotContain("in doubt", resumed.Output, StringComparison.Ordinal);
        Assert.True(Directory.Exists(machine.In("out")));
    }

    [Fact]
    public async Task A_second_interrupt_ends_at_once_and_what_was_in_flight_is_in_doubt()
    {
        using var machine = new Machine();
        await using var run = machine.Start("new", "A URL shortener", "--simulate", "--output", "out");
        await run.Line("plan-backend     backend (claude-opus-5-5) is writing");
        run.Signal("INT");
        await run.Line("Go on with: conclave resume");
        run.Signal("INT");
        var stopped = await run.End();

        Assert.True(stopped.ExitCode == 130, stopped.ToString());
        Assert.Matches("of it for [12] calls? in doubt", stopped.Output);
        var resumed = await machine.Conclave("resume", "2");
        Assert.True(resumed.ExitCode == 0, resumed.ToString());
    }

    [Fact]
    public async Task A_killed_session_is_shown_as_interrupted_and_one_that_can_not_deliver_goes_elsewhere()
    {
        using var machine = new Machine();
        await using var run = machine.Start("new", "A URL shortener", "--simulate", "--output", "folder/out");
        await run.Line("plan-backend     backend (claude-opus-5-5) is writing");
        Assert.Contains("\"interrupted\":false", (await machine.Conclave("list", "--json")).Output, StringComparison.Ordinal);
        run.Signal("KILL");
        await run.End();

        Assert.Contains("  interrupted ", (await machine.Conclave("list")).Output, StringComparison.Ordinal);
        Assert.Contains("\"interrupted\":true", (await machine.Conclave("show", "2", "--json")).Output, StringComparison.Ordinal);
        var shown = await machine.Conclave("show", "2");
        Assert.Contains("interrupted: the process that ran it is gone", shown.Output, StringComparison.Ordinal);
        Assert.Contains("conclave resume 2", shown.Output, StringComparison.Ordinal);

        await File.WriteAllTextAsync(machine.In("folder"), "a file where a folder was free");
        var paused = await machine.Conclave("resume", "2");
        Assert.True(paused.ExitCode == 7, paused.ToString());
        Assert.Contains("CONC610", paused.Output, StringComparison.Ordinal);
        Assert.Equal(3, (await machine.Conclave("resume", "2", "--output", "folder/still")).ExitCode);

        var resumed = await machine.Conclave("resume", "2", "--output", "elsewhere");
        Assert.True(resumed.ExitCode == 0, resumed.ToString());
        Assert.Contains($"the project goes to {machine.In("elsewhere")}", resumed.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(machine.In("elsewhere/CONCLAVE.md")));
        Assert.Contains($"\"output_directory\":\"{machine.In("elsewhere")}\"", (await machine.Conclave("show", "2", "--json")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_process_on_the_same_data_is_refused_while_reading_works_beside_the_owner()
    {
        using var machine = new Machine();
        await using var owner = machine.Start("new", "A URL shortener", "--simulate", "--output", "out");
        await owner.Line("requirements     started");

        var second = await machine.Conclave("new", "Another one", "--simulate", "--output", "other");
        Assert.True(second.ExitCode == 8, second.ToString());
        Assert.Contains("CONC710 another conclave (process ", second.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(machine.In("other")));
        Assert.Contains("running", (await machine.Conclave("list")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await machine.Conclave("show", "2")).ExitCode);
        var watched = await machine.Conclave("watch", "2");
        Assert.True(watched.ExitCode == 0, watched.ToString());
        Assert.Contains("verified: 20 tests passed in the sandbox", watched.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await owner.End()).ExitCode);
    }
}
