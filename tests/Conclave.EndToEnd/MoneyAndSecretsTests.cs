using System.Text;
using Conclave.EndToEnd.Running;

namespace Conclave.EndToEnd;

/// <summary>Budgets, keys and vendors that are down, through the real program.</summary>
public sealed class MoneyAndSecretsTests
{
    [Fact]
    public async Task A_budget_that_is_too_small_pauses_the_session_and_a_larger_one_finishes_it()
    {
        using var machine = new Machine();
        await using var simulator = await SimulatorProcess.Start(machine);
        simulator.Serve(machine);

        var paused = await machine.Conclave("new", "A URL shortener", "--output", "out", "--budget", "1.00");
        Assert.True(paused.ExitCode == 7, paused.ToString());
        Assert.Contains("paused: CONC401 the next call may cost", paused.Output, StringComparison.Ordinal);
        Assert.Contains("resume with --budget", paused.Output, StringComparison.Ordinal);
        var asked = simulator.Calls.Length;

        var done = await machine.Conclave("resume", "2", "--budget", "10");
        Assert.True(done.ExitCode == 0, done.ToString());
        Assert.True(asked is > 0 and < 41, $"{asked} calls before the pause");
        Assert.Equal(41, simulator.Calls.Length);
    }

    [Fact]
    public async Task A_vendor_that_can_not_be_reached_pauses_the_session_without_losing_what_was_answered()
    {
        using var machine = new Machine();
        await using var simulator = await SimulatorProcess.Start(machine);
        simulator.Serve(machine);
        var config = Path.Combine(machine.Data, "config.yaml");
        var reachable = await File.ReadAllTextAsync(config);
        await File.WriteAllTextAsync(config, string.Join('\n', reachable.Split('\n').Select(line => line.Contains("gemini", StringComparison.Ordinal) ? "  gemini: { base_url: \"http://127.0.0.1:1/v1beta\", allow_insecure_loopback: true }" : line)));

        var workflow = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "software-project.yaml"));
        await File.WriteAllTextAsync(machine.In("once.yaml"), workflow.Replace("attempts: 5", "attempts: 1", StringComparison.Ordinal));
        var paused = await machine.Conclave("new", "A URL shortener", "--output", "out", "--workflow", "once.yaml");
        Assert.True(paused.ExitCode == 7, paused.ToString());
        Assert.Contains("CONC306 gemini (gemini-4-hydrogen) can't be reached", paused.Output, StringComparison.Ordinal);

        await File.WriteAllTextAsync(config, reachable);
        var done = await machine.Conclave("resume", "2");
        Assert.True(done.ExitCode == 0, done.ToString());
        Assert.Equal(41, simulator.Calls.Length);
    }

    [Fact]
    public async Task With_one_key_its_vendor_plays_all_roles_in_the_open()
    {
        using var machine = new Machine();
        var scenario = Path.Combine(machine.Folder, "one.yaml");
        await File.WriteAllTextAsync(scenario, "name: one\nanswers:\n  - { match: { vendor: anthropic }, reply: \"fine\" }\n");
        await File.WriteAllTextAsync(machine.In("hello.yaml"), """
            name: hello
            version: 1
            inputs: { description: { required: true } }
            agents:
              pm: { provider: openai, model: gpt-6.2-sol, fallback: [backend] }
              backend: { provider: anthropic, model: claude-opus-5-5 }
            phases:
              hello: { agent: pm, prompt: "Say hello to ${{ inputs.description }}" }
            """);
        await using var simulator = await SimulatorProcess.Start(machine, scenario);
        simulator.Serve(machine);
        machine.Environment.Remove("OPENAI_API_KEY");
        machine.Environment.Remove("GEMINI_API_KEY");

        var run = await machine.Conclave("new", "the world", "--workflow", "hello.yaml", "--output", "out");

        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Contains("no key for openai: anthropic claude-opus-5-5 plays pm", run.Error, StringComparison.Ordinal);
        Assert.Contains("pm was played by anthropic claude-opus-5-5: there is no key for openai", run.Output, StringComparison.Ordinal);
        Assert.Contains("succeeded: this workflow verifies nothing", run.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(machine.In("out")), "a workflow that makes no files delivers no project");
    }

    [Fact]
    public async Task No_key_appears_anywhere_in_data_output_or_result()
    {
        using var machine = new Machine();
        await using var simulator = await SimulatorProcess.Start(machine);
        // A real key is long; its two ends must not turn up either.
        const string Canary = "sk-proj-c4n4ry-3f9a71c2d5e8b0a6-Zq7+w/9x";
        simulator.Serve(machine, Canary);
        var run = await machine.Conclave("new", "A URL shortener", "--output", "out", "--json");
        Assert.True(run.ExitCode == 0, run.ToString());
        var asked = await machine.Conclave("ask", "pm", "<task name=\"plan\">Hello?</task>", "--json");
        var refused = await machine.Conclave("new", $"A project that knows {Canary}", "--output", "never");
        Assert.Equal(3, refused.ExitCode);

        var bytes = Encoding.UTF8.GetBytes(Canary);
        string[] forms = [Canary, Canary[^8..], Convert.ToBase64String(bytes), Convert.ToBase64String([0, .. bytes])[4..40], Uri.EscapeDataString(Canary), Convert.ToHexStringLower(bytes)];
        Assert.All(forms, form => Assert.DoesNotContain(form, run.Output + run.Error + asked.Output + asked.Error + refused.Output + refused.Error, StringComparison.Ordinal));
        foreach (var file in Directory.EnumerateFiles(machine.Root, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "lock"))
        {
            var text = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file));
            Assert.All(forms, form => Assert.False(text.Contains(form, StringComparison.Ordinal), $"the key is in {file}"));
        }
    }
}
