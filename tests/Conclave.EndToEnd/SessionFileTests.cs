using System.Runtime.CompilerServices;
using Conclave.EndToEnd.Running;

namespace Conclave.EndToEnd;

/// <summary>A session can be carried away, shown, brought in and branched off, with the real program.</summary>
public sealed class SessionFileTests
{
    private const string Demo = "20261122-645ffk";

    private static string Fixture([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "Conclave.Tests", "Storage", "Fixtures", "session-1.zip");

    [Fact]
    public async Task A_session_goes_out_and_in_and_is_shown_from_both_in_the_same_words()
    {
        using var machine = new Machine();
        var shown = await machine.Conclave("replay", Fixture());
        Assert.True(shown.ExitCode == 0, shown.ToString());
        Assert.Contains("verified: 20 tests passed", shown.Output, StringComparison.Ordinal);

        var imported = await machine.Conclave("import", Fixture());
        Assert.True(imported.ExitCode == 0, imported.ToString());
        Assert.Equal(Demo, imported.Output.Trim());
        Assert.Contains("already", (await machine.Conclave("import", Fixture())).Error, StringComparison.Ordinal);
        Assert.Equal(shown.Output, (await machine.Conclave("replay", Demo)).Output);
        Assert.Equal((await machine.Conclave("watch", Demo, "--json")).Output, (await machine.Conclave("replay", Fixture(), "--json")).Output);

        var exported = await machine.Conclave("export", Demo, "--output", "out.zip");
        Assert.True(exported.ExitCode == 0, exported.ToString());
        Assert.Equal(3, (await machine.Conclave("export", Demo, "--output", "out.zip")).ExitCode);
        Assert.Equal(shown.Output, (await machine.Conclave("replay", machine.In("out.zip"))).Output);
    }

    [Fact]
    public async Task A_damaged_file_is_refused_and_nothing_of_it_comes_in()
    {
        using var machine = new Machine();
        var bytes = await File.ReadAllBytesAsync(Fixture());
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(machine.In("bad.zip"), bytes);
        foreach (var command in new[] { "import", "replay" })
        {
            var refused = await machine.Conclave(command, "bad.zip");
            Assert.True(refused.ExitCode == 3, refused.ToString());
            Assert.Contains("CONC70", refused.Error, StringComparison.Ordinal);
        }

        Assert.Empty((await machine.Conclave("list")).Output);
    }

    [Fact]
    public async Task A_fork_keeps_what_was_paid_and_pays_only_for_the_rest()
    {
        using var machine = new Machine();
        await machine.Conclave("import", Fixture());
        var read = await machine.Conclave("fork", Demo, "--from", "verify", "--set", "description=other");
        Assert.True(read.ExitCode == 3, read.ToString());
        Assert.Contains("CONC712 the input `description` can't be changed: phase `requirements`", read.Error, StringComparison.Ordinal);
        Assert.Contains("did you mean `verify`", (await machine.Conclave("fork", Demo, "--from", "verfy")).Error, StringComparison.Ordinal);

        var forked = await machine.Conclave("fork", Demo, "--from", "finalize", "--set", "budget=3", "--output", "branch");
        Assert.True(forked.ExitCode == 0, forked.ToString());
        Assert.Contains("$0.0000 of $3.00", forked.Output, StringComparison.Ordinal);
        Assert.Contains("$0.4015 were paid there", forked.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(machine.In("branch"), "CONCLAVE.md")));
    }
}
