using System.Text.Json;
using Conclave.Engine;
using Conclave.Engine.Council;
using Conclave.Engine.Journal;
using Conclave.Tests.Engine.Laws;
using Conclave.Tests.Fakes;
using Conclave.Tests.Workspace.Files;
using Conclave.Tests.Workspace.Git;
using Conclave.Workspace.Delivery;
using Conclave.Workspace.Files;
using Conclave.Workspace.Steps;

namespace Conclave.Tests.Workspace.Answers;

/// <summary>Each evil answer alone, as a session meets it: given by the agent that builds, checked, accepted or sent back, finalized, delivered.</summary>
public sealed class EvilSessionTests : IDisposable
{
    // Every seventeenth by default: no form and no aim of the list repeats with that step.
    private const int Step = 17;

    private const string Good = "<file path=\"app.py\">\nprint('good')\n</file>\n";

    private static readonly Contract Agreed = new(
        "Evil", "", "", [], [], [], [], [new PlannedFile("app.py", "backend", "", [])], [], [], [], [new AcceptanceTest("A1", "t", "", [])], []);

    private readonly TempFolder temp = new();

    public static TheoryData<string> Names => [.. EvilAnswerTests.Answers.Where((_, index) => Seeds.Full || index % Step == 0).Select(answer => answer.Name)];

    public void Dispose() => temp.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Whatever_it_says_the_project_is_plain_files_in_a_clean_repository_and_nothing_else_is_touched(string name)
    {
        var evil = EvilAnswerTests.Answers.Single(answer => answer.Name == name).Text;
        await File.WriteAllTextAsync(temp["canary"], "alive");
        // The agent gives it beside what it owes, and gives in when that comes back.
        var given = 0;
        var gateway = new FakeGateway(request => request.ToJson().Contains("decide", StringComparison.Ordinal) ? JsonSerializer.Serialize(Agreed, EngineJson.Options)
            : given++ == 0 ? $"{Good}\n{evil}" : Good);

        var state = await Session(gateway).CreateAndRun();

        Assert.True(state.Status is SessionStatus.Succeeded, $"{state.Status} {state.Reason}");
        var output = temp["projects/evil"];
        Assert.Equal("alive", await File.ReadAllTextAsync(temp["canary"]));
        Assert.Equal(["canary", "projects", "work"], Directory.EnumerateFileSystemEntries(temp.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(["evil"], Directory.EnumerateFileSystemEntries(temp["projects"]).Select(Path.GetFileName));
        var tree = (await UserGit.Run(output, null, "ls-files", "-s")).TrimEnd().Split('\n');
        Assert.Contains(tree, line => line.EndsWith("\tapp.py", StringComparison.Ordinal));
        Assert.All(tree, line => Assert.Matches("^100(644|755) ", line));
        Assert.All(tree.Select(line => line.Split('\t')[1]).Where(path => !path.StartsWith('"')), path => Assert.True(path.StartsWith(".conclave/", StringComparison.Ordinal) || RiskyFiles.Of(path) is not { Moment: RiskMoment.Opened }, path));
        Assert.Equal("", await UserGit.Run(output, null, "status", "--porcelain", "--ignored"));
        Assert.Equal("", await UserGit.Run(output, null, "fsck", "--strict"));
        Assert.Equal("core.repositoryformatversion=0\ncore.filemode=true\ncore.bare=false\ncore.logallrefupdates=true\n", await UserGit.Run(output, null, "config", "--local", "--list"));
        Assert.False(Directory.Exists(Path.Combine(output, ".git/hooks")));
        Assert.True(given is 1 or 2, $"asked {given} times");
    }

    private TestSession Session(FakeGateway gateway) => new(TestSession.Yaml("""
          contract: { agent: pm, prompt: "<task name=\"contract\">decide</task>", output: contract }
          build: { needs: contract, agent: backend, uses: build, with: { part: backend } }
          finalize: { needs: build, uses: finalize }
        """))
    {
        Gateway = gateway,
        MoreSteps = [new BuildStep(), new FinalizeStep()],
        OutputDirectory = temp["projects/evil"],
        Delivery = new ProjectDelivery(session => temp[$"work/{session}"], _ => { }),
    };
}
