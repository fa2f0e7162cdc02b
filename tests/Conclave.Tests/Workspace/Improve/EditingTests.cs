using System.Text.Json;
using Conclave.Engine;
using Conclave.Engine.Council;
using Conclave.Engine.Journal;
using Conclave.Tests.Fakes;
using Conclave.Tests.Workspace.Files;
using Conclave.Tests.Workspace.Git;
using Conclave.Workspace.Delivery;
using Conclave.Workspace.Git;
using Conclave.Workspace.Steps;

namespace Conclave.Tests.Workspace.Improve;

/// <summary>A change of a file that is there may be an edit; the rest of the file stays to the letter.</summary>
public sealed class EditingTests : IDisposable
{
    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Fact]
    public async Task An_edit_changes_its_lines_and_nothing_else_of_the_file()
    {
        var before = string.Concat(Enumerable.Range(1, 200).Select(i => $"line {i}\n"));
        var state = await Improved(before, _ => "app.py\n<<<<<<< SEARCH\nline 100\nline 101\n=======\nline 100 and a half\nline 101\n>>>>>>> REPLACE\n");

        Assert.True(state.Status == SessionStatus.Succeeded, state.Reason?.ToString());
        Assert.Equal(before.Replace("line 100\n", "line 100 and a half\n", StringComparison.Ordinal), await UserGit.Run(temp["repository"], null, "show", "edited:app.py"));
        Assert.Equal("1\t1\tapp.py\n", await UserGit.Run(temp["repository"], null, "diff", "--numstat", "main", "edited"));
    }

    [Fact]
    public async Task An_edit_that_does_not_fit_goes_back_to_the_agent_with_the_reason()
    {
        var state = await Improved("line 1\n", again => again
            ? "<file path=\"app.py\">\nline 2\n</file>\n"
            : "app.py\n<<<<<<< SEARCH\nline 7\n=======\nline 8\n>>>>>>> REPLACE\n");

        Assert.True(state.Status == SessionStatus.Succeeded, state.Reason?.ToString());
        Assert.Equal("line 2\n", await UserGit.Run(temp["repository"], null, "show", "edited:app.py"));
    }

    private async Task<Conclave.Engine.Execution.SessionState> Improved(string content, Func<bool, string> answer)
    {
        var repository = temp["repository"];
        Directory.CreateDirectory(repository);
        await File.WriteAllTextAsync(Path.Combine(repository, "app.py"), content);
        foreach (var command in new[] { "init -q -b main", "add -A", "commit -qm start" })
        {
            await UserGit.Run(repository, null, command.Split(' '));
        }

        var contract = new Contract("Edit", "", "", [], [], [], [], [new PlannedFile("app.py", "backend", "", [])], [], [], [], [new AcceptanceTest("A1", "t", "", [])], []);
        var given = 0;
        var gateway = new FakeGateway(request => request.ToJson().Contains("decide", StringComparison.Ordinal) ? JsonSerializer.Serialize(contract, EngineJson.Options) : answer(given++ > 0));
        var (origin, problem) = await UserRepository.Open(repository, "edited", default);
        Assert.True(origin is not null, problem);
        return await new TestSession(TestSession.Yaml("""
              read: { uses: repository }
              contract: { needs: read, agent: pm, prompt: "<task name=\"contract\">decide</task>", output: contract }
              change: { needs: contract, agent: backend, uses: build, with: { part: backend } }
            """))
        {
            Gateway = gateway,
            Base = origin,
            MoreSteps = [new RepositoryStep(session => temp[$"work/{session}"]), new BuildStep()],
            OutputDirectory = repository,
            Delivery = new BranchDelivery(session => temp[$"work/{session}"]),
        }.CreateAndRun();
    }
}
