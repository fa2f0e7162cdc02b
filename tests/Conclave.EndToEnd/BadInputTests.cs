using Conclave.EndToEnd.Running;

namespace Conclave.EndToEnd;

/// <summary>Bad input gets a clear message and its own exit code, and loses nothing.</summary>
public sealed class BadInputTests
{
    private static async Task Refused(Machine machine, int exitCode, string message, params string[] arguments)
    {
        var run = await machine.Conclave(arguments);
        Assert.True(run.ExitCode == exitCode, run.ToString());
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Equal("", run.Output);
        Assert.Empty((await machine.Conclave("list")).Output);
    }

    [Fact]
    public async Task An_empty_description_is_refused()
    {
        using var machine = new Machine();
        await Refused(machine, 3, "CONC200 the description is empty", "new", "  ", "--simulate");
    }

    [Fact]
    public async Task Without_keys_three_lines_say_what_to_do()
    {
        using var machine = new Machine();
        var run = await machine.Conclave("new", "A URL shortener");
        Assert.True(run.ExitCode == 4, run.ToString());
        Assert.Equal(3, run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("OPENAI_API_KEY", run.Error, StringComparison.Ordinal);
        Assert.Contains("--simulate", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_workflow_is_refused_with_a_near_miss()
    {
        using var machine = new Machine();
        await Refused(machine, 3, "did you mean `software-project`?", "new", "x", "--simulate", "--workflow", "softwareproject");
    }

    [Theory]
    [InlineData("name: x\nversion: 1\nphases:\n  a: { agent: nobody, prmpt: plan }\n", "broken.yaml:4:23: CONC003 phase `a` has no key `prmpt` (did you mean `prompt`?)")]
    [InlineData("a: &a [x]\nb: *a\n", "broken.yaml:1:4: CONC001 the anchor `&a` is not supported")]
    [InlineData("name: [\n", "broken.yaml:")]
    public async Task A_broken_workflow_file_is_refused_with_file_line_and_column(string yaml, string message)
    {
        using var machine = new Machine();
        await File.WriteAllTextAsync(machine.In("broken.yaml"), yaml);
        await Refused(machine, 3, message, "new", "x", "--simulate", "--workflow", "broken.yaml");
        var validated = await machine.Conclave("workflow", "validate", "broken.yaml", "software-project");
        Assert.Equal(3, validated.ExitCode);
        Assert.Contains(message, validated.Output, StringComparison.Ordinal);
        Assert.Contains("software-project.yaml: valid: 12 phases, 3 agents", validated.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workflow_file_twenty_thousand_levels_deep_is_refused_at_the_gate()
    {
        using var machine = new Machine();
        await File.WriteAllTextAsync(machine.In("deep.yaml"), "phases: " + new string('[', 20_000));
        await Refused(machine, 3, "CONC001 the nesting is deeper than 64 levels", "new", "x", "--simulate", "--workflow", "deep.yaml");
    }

    [Fact]
    public async Task An_output_directory_that_is_not_empty_is_left_as_it_is()
    {
        using var machine = new Machine();
        Directory.CreateDirectory(machine.In("mine"));
        await File.WriteAllTextAsync(machine.In("mine/precious.txt"), "precious");
        await Refused(machine, 3, "is not empty; nothing was changed in it", "new", "x", "--simulate", "--output", "mine");
        Assert.Equal("precious", await File.ReadAllTextAsync(machine.In("mine/precious.txt")));
        Assert.Single(Directory.GetFileSystemEntries(machine.In("mine")));
    }

    [Theory]
    [InlineData("/proc/conclave")]
    [InlineData("/dev/null/x")]
    [InlineData("file/below")]
    public async Task An_output_directory_that_can_never_be_written_is_refused_before_anything_is_asked(string output)
    {
        using var machine = new Machine();
        await File.WriteAllTextAsync(machine.In("file"), "");
        await Refused(machine, 3, "CONC201 the output directory ", "new", "x", "--simulate", "--output", output);
        Assert.Equal([machine.In("file")], Directory.GetFileSystemEntries(machine.Folder));
    }

    [Theory]
    [InlineData("/proc/x")]
    [InlineData("/etc/passwd")]
    public async Task A_data_directory_that_can_not_be_used_is_told_in_one_line(string data)
    {
        using var machine = new Machine();
        foreach (var command in new[] { new[] { "list" }, ["show", "x"], ["new", "x", "--simulate"], ["resume", "x"] })
        {
            var run = await machine.Conclave(["--data", data, .. command]);
            Assert.True(run.ExitCode == 3, run.ToString());
            Assert.StartsWith($"conclave: CONC220 the data directory {data} can't be used: ", Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_description_of_random_bytes_is_refused()
    {
        using var machine = new Machine();
        await File.WriteAllBytesAsync(machine.In("bytes"), System.Security.Cryptography.RandomNumberGenerator.GetBytes(3000));
        var run = await machine.Run("sh", machine.Folder, "-c", $"{Machine.Command} new - --simulate < bytes");
        Assert.True(run.ExitCode == 3, run.ToString());
        Assert.Contains("CONC222 the description is not text", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_or_closed_stdout_is_told_and_stops_no_session()
    {
        using var machine = new Machine();
        var full = await machine.Run("sh", machine.Folder, "-c", $"{Machine.Command} new x --simulate --output full > /dev/full");
        Assert.True(full.ExitCode == 0, full.ToString());
        Assert.Contains("CONC221 stdout can't be written", full.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(machine.In("full/CONCLAVE.md")));

        var closed = await machine.Run("sh", machine.Folder, "-c", $"{Machine.Command} new x --simulate --output closed | head -1");
        Assert.True(File.Exists(machine.In("closed/CONCLAVE.md")), closed.ToString());
        Assert.DoesNotContain("a bug of ours", closed.Error, StringComparison.Ordinal);

        var shown = await machine.Run("sh", machine.Folder, "-c", $"{Machine.Command} list > /dev/full");
        Assert.True(shown.ExitCode == 3, shown.ToString());
        Assert.StartsWith("conclave: CONC221 stdout can't be written: ", Assert.Single(shown.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_to_an_empty_directory_gets_the_project_where_it_leads()
    {
        using var machine = new Machine();
        Directory.CreateDirectory(machine.In("target"));
        File.CreateSymbolicLink(machine.In("link"), "target");
        var run = await machine.Conclave("new", "x", "--simulate", "--output", "link");
        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.True(File.Exists(machine.In("target/CONCLAVE.md")));
        Assert.Equal("target", new FileInfo(machine.In("link")).LinkTarget);
    }

    [Theory]
    [InlineData("new", "x", "--budget", "-1")]
    [InlineData("new", "x", "--inptu", "a=b")]
    [InlineData("new", "x", "--input", "no-equals-sign")]
    [InlineData("frobnicate")]
    public async Task A_wrong_command_line_is_a_usage_error(params string[] arguments)
    {
        using var machine = new Machine();
        var run = await machine.Conclave(arguments);
        Assert.True(run.ExitCode == 2, run.ToString());
        Assert.Contains("Try `conclave --help`.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_does_not_exist_is_not_found()
    {
        using var machine = new Machine();
        await Refused(machine, 10, "CONC206 there is no session `nope`", "show", "nope");
        await Refused(machine, 10, "CONC206 there is no session `nope`", "resume", "nope");
        await Refused(machine, 10, "CONC206 there is no session `nope`", "watch", "nope");
    }

    [Fact]
    public async Task Machine_settings_that_would_send_a_key_in_the_clear_are_refused()
    {
        using var machine = new Machine();
        Directory.CreateDirectory(machine.Data);
        await File.WriteAllTextAsync(Path.Combine(machine.Data, "config.yaml"), "providers:\n  openai: { base_url: \"http://example.org/v1\" }\n");
        machine.Environment["OPENAI_API_KEY"] = "canary-key-4711";
        var run = await machine.Conclave("new", "x");
        Assert.True(run.ExitCode == 3, run.ToString());
        Assert.Contains("would send the key in the clear", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_bubblewrap_nothing_generated_runs_and_the_result_is_unverified()
    {
        using var tools = new Machine();
        foreach (var tool in new[] { "dotnet", "git", "python3" })
        {
            File.CreateSymbolicLink(tools.In(tool), new FileInfo((await tools.Run("sh", tools.Folder, "-c", $"command -v {tool}")).Output.Trim()).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? (await tools.Run("sh", tools.Folder, "-c", $"command -v {tool}")).Output.Trim());
        }

        using var machine = new Machine { SearchPath = tools.Folder };
        await using var simulator = await SimulatorProcess.Start(machine);
        simulator.Serve(machine);
        var run = await machine.Conclave("new", "A URL shortener", "--output", "out");
        Assert.True(run.ExitCode == 6, run.ToString());
        Assert.Contains("no sandbox: ", run.Error, StringComparison.Ordinal);
        Assert.Contains("apt-get install -y bubblewrap", run.Error, StringComparison.Ordinal);
        Assert.Contains("unverified: ", run.Output, StringComparison.Ordinal);
        Assert.Contains("**Not verified.** \\`bwrap\\` was not found", await File.ReadAllTextAsync(machine.In("out/CONCLAVE.md")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_git_nothing_starts()
    {
        using var tools = new Machine();
        File.CreateSymbolicLink(tools.In("dotnet"), (await tools.Run("sh", tools.Folder, "-c", "readlink -f $(command -v dotnet)")).Output.Trim());
        using var machine = new Machine { SearchPath = tools.Folder };
        await Refused(machine, 9, "CONC207 git was not found", "new", "x", "--simulate");
    }
}
