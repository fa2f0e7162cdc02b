using System.Collections.Immutable;
using Conclave.Agents;
using Conclave.Cli;
using Conclave.Server.Hosting;
using Conclave.Tests.Fakes;
using Conclave.Tests.Workspace.Files;

namespace Conclave.Tests.Cli;

public sealed class FilesCommandTests : IDisposable
{
    private const string Answer = """
        <file path="src/app.py">
        print(1)
        </file>
        <file path="old.py" delete="true"/>

        README.md
        ```
        <<<<<<< SEARCH
        # Old
        =======
        # New
        >>>>>>> REPLACE
        ```

        """;

    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Fact]
    public async Task Json_is_as_in_its_snapshot()
    {
        var (exit, output, error) = await Read(Answer, "--json");

        Assert.Equal((0, ""), (exit, error));
        Snapshot.Matches("files-read.json", output);
    }

    [Fact]
    public async Task With_a_project_the_edits_are_applied()
    {
        await File.WriteAllTextAsync(temp["README.md"], "# Old\ntext\n", TestContext.Current.CancellationToken);

        var (exit, output, error) = await Read(Answer, "--base", temp.Path);

        Assert.Equal((0, "== src/app.py (1 line)\nprint(1)\n== old.py (deleted)\n== README.md (2 lines)\n# New\ntext\n", ""), (exit, output, error));
    }

    [Theory]
    [InlineData("I can't.", 10, "CONC742")]
    [InlineData("<file path=\"a.py\">\nx", 3, "CONC743 The block for `a.py` does not end")]
    [InlineData("<file path=\"../a.py\">\nx\n</file>", 3, "CONC743 `../a.py`")]
    public async Task What_can_not_be_used_is_said_with_an_exit_code(string answer, int code, string told)
    {
        var (exit, _, error) = await Read(answer);

        Assert.Equal(code, exit);
        Assert.Contains(told, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Contents_do_not_command_the_terminal()
    {
        var (_, output, _) = await Read("<file path=\"a.txt\">\n\u001b[2J\u202e\n</file>");

        Assert.Equal("== a.txt (1 line)\n\\x1b[2J\\u202e\n", output);
    }

    [Fact]
    public async Task A_missing_file_or_project_is_refused()
    {
        Assert.Contains("CONC740", (await Run("files", "read", temp["none"])).Error, StringComparison.Ordinal);
        Assert.Contains("CONC741", (await Read("x", "--base", temp["none"])).Error, StringComparison.Ordinal);
    }

    private async Task<(int Exit, string Output, string Error)> Read(string answer, params string[] options)
    {
        await File.WriteAllTextAsync(temp["answer.txt"], answer);
        return await Run(["files", "read", temp["answer.txt"], .. options]);
    }

    private static async Task<(int Exit, string Output, string Error)> Run(params string[] args)
    {
        var output = new StringWriter { NewLine = "\n" };
        var error = new StringWriter { NewLine = "\n" };
        var environment = new HostEnvironment("/nowhere", ImmutableDictionary<string, Secret>.Empty, null, false);
        var exit = await new CommandLine(environment, new FakeTimeProvider(), output, error).Run(args);
        return (exit, output.ToString(), error.ToString());
    }
}
