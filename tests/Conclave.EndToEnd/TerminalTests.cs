using Conclave.EndToEnd.Running;

namespace Conclave.EndToEnd;

/// <summary>A real ^C on a real terminal, and a key that is typed there.</summary>
public sealed class TerminalTests
{
    private const string Key = "sk-canary-typed-0123456789";

    [Fact]
    public async Task Control_C_during_a_session_names_the_resume_command_a_second_one_ends_it_with_130_and_resume_finishes()
    {
        using var machine = new Machine();
        machine.Environment["TERM"] = "xterm";
        await using (var slow = await SimulatorProcess.Start(machine, latency: 600_000))
        {
            slow.Serve(machine);
            await using var run = new TerminalProcess(machine, "new", "A URL shortener", "--output", "out");
            await run.Shows("is writing");

            await run.Type(TerminalProcess.ControlC);
            await run.Shows("Go on with: conclave resume 2");
            await run.Type(TerminalProcess.ControlC);

            Assert.True(await run.End() == 130, run.Screen);
            Assert.Contains("in doubt", run.Screen, StringComparison.Ordinal);
        }

        await using var fast = await SimulatorProcess.Start(machine);
        fast.Serve(machine);
        var resumed = await machine.Conclave("resume", "2");
        Assert.True(resumed.ExitCode == 0, resumed.ToString());
    }

    [Fact]
    public async Task Control_C_during_a_simulated_session_pauses_it_when_its_calls_have_ended()
    {
        using var machine = new Machine();
        machine.Environment["TERM"] = "xterm";
        await using var run = new TerminalProcess(machine, "new", "A URL shortener", "--simulate", "--output", "out");
        await run.Shows("is writing");

        await run.Type(TerminalProcess.ControlC);
        await run.Shows("Go on with: conclave resume 2");

        Assert.True(await run.End() == 7, run.Screen);
        Assert.Contains("stopped by the user", run.Screen, StringComparison.Ordinal);
        var resumed = await machine.Conclave("resume", "2");
        Assert.True(resumed.ExitCode == 0, resumed.ToString());
        Assert.DoesNotContain("in doubt", resumed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Control_C_during_a_question_by_hand_aborts_it_with_130_and_says_what_may_have_been_billed()
    {
        using var machine = new Machine();
        machine.Environment["TERM"] = "xterm";
        await File.WriteAllTextAsync(machine.In("silent.yaml"), "name: silent\nanswers:\n  - fault: { kind: hang, after_chars: 11 }\n    reply: Once upon a time.\n");
        await using var run = new TerminalProcess(machine, "ask", "pm", "Tell me a story.", "--scenario", "silent.yaml");
        await run.Shows("Once upon a");

        await run.Type(TerminalProcess.ControlC);

        Assert.True(await run.End() == 130, run.Screen);
        Assert.Contains("may not have been billed", run.Screen, StringComparison.Ordinal);
        Assert.DoesNotContain("a bug of ours", run.Screen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_typed_key_by_key_is_stored_and_never_shows()
    {
        using var machine = new Machine();
        machine.Environment["TERM"] = "xterm";
        await using var run = new TerminalProcess(machine, "keys", "set", "openai");
        await run.Shows("Paste the key for openai");
        foreach (var key in $"oops\x15x\x7f{Key}\r")
        {
            await run.Type($"{key}");
        }

        Assert.True(await run.End() == 0, run.Screen);
        Assert.Contains("the key for openai is stored in", run.Screen, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", run.Screen, StringComparison.Ordinal);
        Assert.DoesNotContain("oops", run.Screen, StringComparison.Ordinal);
        Assert.Contains($"\"{Key}\"", await File.ReadAllTextAsync(Path.Combine(machine.Data, "keys.json")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TerminalProcess.ControlC)]
    [InlineData("\x1b")]
    public async Task Who_gives_up_typing_a_key_ends_with_130_and_nothing_is_stored(string giveUp)
    {
        using var machine = new Machine();
        machine.Environment["TERM"] = "xterm";
        await using var run = new TerminalProcess(machine, "keys", "set", "openai");
        await run.Shows("Paste the key for openai");
        await run.Type(Key[..12]);

        await run.Type(giveUp);

        Assert.True(await run.End() == 130, run.Screen);
        Assert.DoesNotContain("canary", run.Screen, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(machine.Data, "keys.json")));
    }
}
