using System.Text.Json;
using Conclave.EndToEnd.Running;
using Conclave.Simulator.Ledgers;

namespace Conclave.EndToEnd;

/// <summary>
/// The first promise: kill -9 at any moment, go on, and no stored answer is bought again. The real program is killed at named places (and once from
/// outside); the simulator is a process of its own whose ledger is the witness.
/// </summary>
public sealed class KillTests
{
    private const string Description = "A URL shortener with a web page that counts visits";

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
        var expected = await Undisturbed;
        using var machine = new Machine();
        await using var simulator = await SimulatorProcess.Start(machine);
        simulator.Serve(machine);

        machine.Environment["CONCLAVE_FAILPOINT"] = place;
        var killed = await machine.Conclave("new", Description, "--output", "out");
        Assert.True(killed.ExitCode == 137, $"it was not killed at {place}: {killed}");
        machine.Environment.Remove("CONCLAVE_FAILPOINT");

        await GoesOn(machine, simulator, expected);
    }

    [Fact]
    public async Task A_session_killed_from_outside_and_again_while_it_recovers_goes_on_as_well()
    {
        var expected = await Undisturbed;
        using var machine = new Machine();
        await using var simulator = await SimulatorProcess.Start(machine, latency: 300);
        simulator.Serve(machine);

        await using (var run = machine.Start("new", Description, "--output", "out"))
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

        await GoesOn(machine, simulator, expected);
    }

    private static async Task GoesOn(Machine machine, SimulatorProcess simulator, Story expected)
    {
        var resumed = await machine.Conclave("resume", "2");
        Assert.True(resumed.ExitCode == 0, resumed.ToString());
        Assert.Contains("verified: 20 tests passed in the sandbox", resumed.Output, StringComparison.Ordinal);

        var story = await Story.Of(machine, simulator);
        Assert.Equal(expected.Tree, story.Tree);
        Assert.Equal(expected.Log, story.Log);
        Assert.Equal(expected.Phases, story.Phases);
        Assert.Equal(0, (await machine.Run("git", machine.In("out"), "fsck", "--strict")).ExitCode);
        Assert.Equal("", (await machine.Run("git", machine.In("out"), "status", "--porcelain")).Output);

        // No answer that the journal holds was asked for twice; what was asked more often than in the undisturbed run was in doubt.
        var more = story.Asked.Sum(asked => Math.Max(0, asked.Value - expected.Asked.GetValueOrDefault(asked.Key)));
        var again = string.Join(", ", story.Asked.Where(asked => asked.Value > expected.Asked.GetValueOrDefault(asked.Key)).Select(asked => $"{asked.Key} {expected.Asked.GetValueOrDefault(asked.Key)} -> {asked.Value}"));
        Assert.True(more <= story.InDoubt, $"{more} questions were asked again, {story.InDoubt} were in doubt; again: {again}");
        Assert.Equal(expected.Asked.Keys.Order(), story.Asked.Keys.Order());
        Assert.Equal(story.Answered, story.Answers);
        Assert.Empty(Directory.GetFileSystemEntries(machine.Folder, ".*"));
    }

    private static readonly Task<Story> Undisturbed = TellUndisturbed();

    private static async Task<Story> TellUndisturbed()
    {
        using var machine = new Machine();
        await using var simulator = await SimulatorProcess.Start(machine);
        simulator.Serve(machine);
        var run = await machine.Conclave("new", Description, "--output", "out");
        Assert.True(run.ExitCode == 0, run.ToString());
        var story = await Story.Of(machine, simulator);
        Assert.Equal(0, story.InDoubt);
        return story;
    }

    /// <summary>What a session left behind, without times and ids.</summary>
    /// <param name="Asked">How often each question was received, by the ledger.</param>
    /// <param name="Answered">Distinct questions that the journal holds an answer of.</param>
    /// <param name="Answers">Answers that the journal holds: one for each question.</param>
    private sealed record Story(
        SortedDictionary<string, string> Tree, string Log, string Phases, Dictionary<string, int> Asked, int InDoubt, int Answered, int Answers)
    {
        public static async Task<Story> Of(Machine machine, SimulatorProcess simulator)
        {
            var events = (await machine.Conclave("watch", "2", "--json")).Output
                .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
            var phases = events.Where(happening => happening.GetProperty("kind").GetString()!.StartsWith("phase-", StringComparison.Ordinal) && happening.GetProperty("kind").GetString() != "phase-started/1")
                .Select(happening => $"{happening.GetProperty("phase")} {happening.GetProperty("kind")}").Order(StringComparer.Ordinal);
            var attempts = events.Where(happening => happening.GetProperty("kind").GetString() == "attempt-started/1")
                .ToDictionary(happening => (happening.GetProperty("body").GetProperty("call").GetString(), happening.GetProperty("body").GetProperty("attempt").GetInt32()), happening => happening.GetProperty("body").GetProperty("request_hash").GetString());
            var ended = events.Where(happening => happening.GetProperty("kind").GetString() == "attempt-ended/1").Select(happening => happening.GetProperty("body")).ToList();
            var answered = ended.Where(body => Outcome(body) == "answered")
                .Select(body => (Call: body.GetProperty("call").GetString(), Hash: attempts[(body.GetProperty("call").GetString(), body.GetProperty("attempt").GetInt32())])).ToList();
            return new Story(
                Project.Tree(machine.In("out")),
                await Project.Log(machine, machine.In("out")),
                string.Join('\n', phases),
                simulator.Calls.CountBy(Question).ToDictionary(StringComparer.Ordinal),
                ended.Count(body => Outcome(body) == "in_doubt"),
                answered.Distinct().Count(),
                answered.Count);
        }

        // What failing tests print differs from run to run (the project makes random codes), so repairs are told apart by their task only.
        private static string Question(LedgerCall call) => call.Task == "repair" ? $"{call.Vendor} repair" : $"{call.Vendor} {call.Task} {call.PromptSha256}";

        private static string? Outcome(JsonElement body) => body.GetProperty("outcome").GetProperty("kind").GetString();
    }
}
