using Conclave.EndToEnd.Running;

namespace Conclave.EndToEnd;

/// <summary>One session as the tests of crashes tell it, and what must be true of it after any crash.</summary>
internal static class Recovery
{
    public const string Description = "A URL shortener with a web page that counts visits";

    /// <summary>Whether all places are tried, or a sample.</summary>
    public static bool IsFull => Environment.GetEnvironmentVariable("CONCLAVE_FULL_TESTS") is not null;

    /// <summary>The session of this description without a crash; told once.</summary>
    public static Task<Story> Undisturbed { get; } = TellUndisturbed();

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

    /// <summary>The session is resumed, ends well, and shows no trace of the crash.</summary>
    public static async Task GoesOn(Machine machine, SimulatorProcess simulator, Story expected)
    {
        IsWhole(await machine.Conclave("resume", "2"));
        await Check(machine, simulator, expected);
    }

    /// <summary>A program has ended well, with a verified project.</summary>
    public static void IsWhole(Finished resumed)
    {
        Assert.True(resumed.ExitCode == 0, resumed.ToString());
        Assert.Contains("verified: 20 tests passed in the sandbox", resumed.Output, StringComparison.Ordinal);
    }

    /// <summary>Journal, ledger, project and data directory of an ended session are what they would be without a crash.</summary>
    public static async Task Check(Machine machine, SimulatorProcess simulator, Story expected)
    {
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
        Assert.Empty(Leftovers(machine));
    }

    // Half-made deliveries, trees of the sandbox, locks and temporary files of git.
    private static IEnumerable<string> Leftovers(Machine machine) =>
    [
        .. Directory.GetFileSystemEntries(machine.Folder, ".*"),
        .. Directory.GetDirectories(Path.Combine(machine.Data, "work"), "check-*", SearchOption.AllDirectories),
        .. Directory.GetFiles(machine.Data, "*.lock", SearchOption.AllDirectories),
        .. Directory.GetFiles(machine.Data, "tmp_*", SearchOption.AllDirectories),
        .. Directory.Exists(Path.Combine(machine.Data, "sandbox")) ? Directory.GetFileSystemEntries(Path.Combine(machine.Data, "sandbox")) : [],
    ];
}
