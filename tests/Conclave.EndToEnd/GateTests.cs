using Conclave.EndToEnd.Running;

namespace Conclave.EndToEnd;

/// <summary>Questions to people, and wishes from a second terminal.</summary>
public sealed class GateTests
{
    private const string Busy = """
        name: busy
        version: 1
        inputs: { description: { required: true } }
        agents: { pm: { provider: openai, model: gpt-6.2-sol } }
        phases:
          ok: { uses: approval, with: { question: "Shall we?" } }
          work: { agent: pm, prompt: "Do part ${{ matrix.part }}", matrix: { part: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40] }, max_parallel: 1 }
        """;

    private static async Task<Machine> Waiting()
    {
        var machine = new Machine();
        File.Copy(Path.Combine(AppContext.BaseDirectory, "samples", "approval.yaml"), machine.In("approval.yaml"));
        var run = await machine.Conclave("new", "a lighthouse", "--workflow", "approval.yaml", "--simulate", "--scenario", "hello", "--output", "out");
        Assert.True(run.ExitCode == 7, run.ToString());
        Assert.Contains("asks you: Is this good enough? Hello from the simulator. (approve, reject, later)", run.Output, StringComparison.Ordinal);
        Assert.Contains("waiting for an answer", run.Output, StringComparison.Ordinal);
        Assert.Contains("answer    conclave approve 2", run.Output, StringComparison.Ordinal);
        return machine;
    }

    private static async Task Refused(Machine machine, string message, params string[] arguments)
    {
        var refused = await machine.Conclave(arguments);
        Assert.True(refused.ExitCode == 3, refused.ToString());
        Assert.Contains(message, refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_waits_for_an_approval_without_a_process_and_goes_on_when_it_is_given()
    {
        using var machine = await Waiting();
        Assert.Contains("  waiting ", (await machine.Conclave("list")).Output, StringComparison.Ordinal);
        var shown = (await machine.Conclave("show", "2")).Output;
        Assert.Contains("question  Is this good enough? Hello from the simulator.", shown, StringComparison.Ordinal);
        Assert.Contains("options   approve, reject, later", shown, StringComparison.Ordinal);
        await Refused(machine, "CONC052 gate `review` has no option `latr`\n  did you mean `later`?", "approve", "2", "--option", "latr");
        await Refused(machine, "CONC051 session 2", "approve", "2", "--gate", "revew");
        await Refused(machine, "CONC213 no process runs session 2", "pause", "2");

        var approved = await machine.Conclave("approve", "2", "--comment", "shine on");
        Assert.True(approved.ExitCode == 0, approved.ToString());
        Assert.Contains("answered: approve, by the user: shine on", approved.Output, StringComparison.Ordinal);
        Assert.Contains("polish           done", approved.Output, StringComparison.Ordinal);
        await Refused(machine, "has ended (succeeded)", "approve", "2");
    }

    [Fact]
    public async Task A_rejection_fails_the_session_with_the_users_words()
    {
        using var machine = await Waiting();
        var rejected = await machine.Conclave("approve", "2", "--reject", "--comment", "too dark");
        Assert.True(rejected.ExitCode == 5, rejected.ToString());
        Assert.Contains("failed: CONC053 the user rejected it: too dark", rejected.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_waits_can_be_cancelled()
    {
        using var machine = await Waiting();
        var cancelled = await machine.Conclave("cancel", "2");
        Assert.True(cancelled.ExitCode == 0, cancelled.ToString());
        Assert.Contains("cancelled: cancelled by the user", cancelled.Output, StringComparison.Ordinal);
        Assert.Contains("cancelled ", (await machine.Conclave("list")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_terminal_approves_pauses_and_cancels_a_session_that_runs()
    {
        using var machine = new Machine();
        await using var simulator = await SimulatorProcess.Start(machine, "hello", latency: 2000);
        simulator.Serve(machine);
        await File.WriteAllTextAsync(machine.In("busy.yaml"), Busy);
        await using (var run = machine.Start("new", "x", "--workflow", "busy.yaml", "--output", "out"))
        {
            await run.Line("asks you: Shall we?");
            var approved = await machine.Conclave("approve", "2");
            Assert.True(approved.ExitCode == 0, approved.ToString());
            Assert.Contains("`approve` it is", approved.Error, StringComparison.Ordinal);
            await run.Line("answered: approve, by the user");

            var paused = await machine.Conclave("pause", "2");
            Assert.True(paused.ExitCode == 0, paused.ToString());
            var stopped = await run.End();
            Assert.True(stopped.ExitCode == 7, stopped.ToString());
            Assert.Contains("paused: paused by the user", stopped.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("in doubt", stopped.Output, StringComparison.Ordinal);
        }

        await using var again = machine.Start("resume", "2");
        await again.Line("going on with");
        await again.Line("resumed");
        var cancelled = await machine.Conclave("cancel", "2");
        Assert.True(cancelled.ExitCode == 0, cancelled.ToString());
        Assert.Contains("is being cancelled by the process that runs it", cancelled.Error, StringComparison.Ordinal);
        var ended = await again.End();
        Assert.True(ended.ExitCode == 130, ended.ToString());
        Assert.DoesNotContain("in doubt", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_now_does_not_wait_for_the_calls_under_way_which_are_in_doubt()
    {
        using var machine = new Machine();
        await using var simulator = await SimulatorProcess.Start(machine, "hello", latency: 600_000);
        simulator.Serve(machine);
        await File.WriteAllTextAsync(machine.In("busy.yaml"), Busy);
        await using var run = machine.Start("new", "x", "--workflow", "busy.yaml", "--output", "out");
        await run.Line("is writing");
        var cancelled = await machine.Conclave("cancel", "2", "--now");
        Assert.True(cancelled.ExitCode == 0, cancelled.ToString());
        var ended = await run.End();
        Assert.True(ended.ExitCode == 130, ended.ToString());
        Assert.Contains("of it for 1 call in doubt", ended.Output, StringComparison.Ordinal);
    }
}
