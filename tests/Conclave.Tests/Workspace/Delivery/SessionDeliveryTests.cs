using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Engine.Observation;
using Conclave.Engine.Planning;
using Conclave.Tests.Fakes;
using Conclave.Tests.Workspace.Git;

namespace Conclave.Tests.Workspace.Delivery;

public sealed class SessionDeliveryTests : DeliveryFixture
{
    private const string Workflow = """
        name: two-files
        version: 1
        inputs: { description: { required: true } }
        agents:
          pm: { provider: openai, model: m1 }
        phases:
          one: { uses: write-file, with: { path: src/one.py } }
          two: { needs: one, uses: write-file, with: { path: src/two.py } }
        """;

    [Fact]
    public async Task A_session_killed_at_any_append_or_point_delivers_one_whole_project()
    {
        var expected = (await Run(new InMemoryJournal(), _ => { }, "undisturbed")).Commit;
        var crashes = 0;
        while (true)
        {
            var journal = new InMemoryJournal();
            var left = crashes;
            var output = Temp[$"projects/run{crashes}"];
            void Step()
            {
                if (left-- <= 0)
                {
                    throw new ProcessKilledException("any");
                }
            }

            await Create(journal, output);
            journal.OnAppend = (_, _) => Step();
            if (await Record.ExceptionAsync(() => Continue(journal, _ => Step(), "first")) is null)
            {
                break;
            }

            crashes++;
            journal.OnAppend = (_, _) => { };
            var (state, commit) = await Continue(journal, _ => { }, "second");

            Assert.Equal(SessionStatus.Succeeded, state.Status);
            Assert.Equal(expected, commit);
            Assert.Equal("", await UserGit.Run(output, null, "status", "--porcelain"));
            Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(Temp["projects"]), entry => Path.GetFileName(entry).StartsWith('.'));
        }

        Assert.True(crashes > 15, $"only {crashes} crashes were tried");
    }

    [Fact]
    public async Task A_session_that_could_not_deliver_pauses_and_delivers_when_it_is_resumed()
    {
        var journal = new InMemoryJournal();
        await Create(journal, Temp["projects/not/yet"]);

        await File.WriteAllTextAsync(Temp["projects/not"], "");
        var (paused, nothing) = await Continue(journal, _ => { }, "first");
        File.Delete(Temp["projects/not"]);
        var (state, commit) = await Continue(journal, _ => { }, "second");

        Assert.Equal((SessionStatus.Paused, "CONC610", null), (paused.Status, paused.Reason!.Code, nothing));
        Assert.Equal(SessionStatus.Succeeded, state.Status);
        Assert.Equal(commit, (await UserGit.Run(Temp["projects/not/yet"], null, "rev-parse", "HEAD")).Trim());
    }

    [Fact]
    public async Task A_session_that_could_not_deliver_delivers_to_the_place_named_when_it_is_resumed_and_every_view_names_that()
    {
        var journal = new InMemoryJournal();
        await File.WriteAllTextAsync(Temp["projects/not"], "");
        await Create(journal, Temp["projects/not/yet"]);
        await Continue(journal, _ => { }, "first");

        var (state, commit) = await Continue(journal, _ => { }, "second", Temp["projects/elsewhere"]);

        Assert.Equal((SessionStatus.Succeeded, Temp["projects/elsewhere"]), (state.Status, state.OutputDirectory));
        Assert.Equal(commit, (await UserGit.Run(Temp["projects/elsewhere"], null, "rev-parse", "HEAD")).Trim());
        Assert.Equal(Temp["projects/elsewhere"], (await journal.List(new SessionQuery(StoryOfFiles.Id.Value, 1), default)).Single().OutputDirectory);
    }

    private async Task<(SessionState State, string? Commit)> Run(InMemoryJournal journal, Action<string> at, string name)
    {
        await Create(journal, Temp[$"projects/{name}"]);
        return await Continue(journal, at, "first");
    }

    private async Task Create(InMemoryJournal journal, string output)
    {
        var workflow = WorkflowPlanner.Plan(Workflow, "two-files.yaml", TestSession.Catalog(new WriteFileStep())).Value!;
        var created = new EntryBody.SessionCreated(
            StoredText.From("a test"),
            workflow.Name,
            "two-files.yaml",
            StoredText.From(Workflow),
            ImmutableSortedDictionary<string, StoredText>.Empty,
            JsonSerializer.SerializeToElement(new { description = "a test" }),
            [.. workflow.Agents.Values.Select(agent => new AgentSeat(agent, null))],
            [.. workflow.Phases.Select(phase => phase.Id)],
            new SessionSettings(1m, BudgetAction.Pause, output, null, true),
            "test");
        await Runner(journal, _ => { }, "creator").Create(StoryOfFiles.Id, created, CancellationToken.None);
    }

    private async Task<(SessionState State, string? Commit)> Continue(InMemoryJournal journal, Action<string> at, string owner, string? output = null)
    {
        var state = await Runner(journal, at, owner).Run(StoryOfFiles.Id, new FakeGateway(_ => ""), null, output, WhenWaiting.Leave, default, default);
        var receipt = state.Effects.Values.SingleOrDefault(effect => effect.Result is not null)?.Result!.Text;
        return (state, receipt is null ? null : JsonNode.Parse(receipt)!["commit"]!.GetValue<string>());
    }

    private Runner Runner(InMemoryJournal journal, Action<string> at, string owner) => new(
        journal,
        new SessionFeed(),
        new FakeTimeProvider(),
        ImmutableDictionary<string, IStep>.Empty.Add("write-file", new WriteFileStep()),
        TestSession.Catalog(new WriteFileStep()),
        Delivery(at),
        owner);

    /// <summary>Writes one file, named by its parameter.</summary>
    private sealed class WriteFileStep : IStep
    {
        public StepKind Kind { get; } = new("write-file") { With = ImmutableDictionary<string, bool>.Empty.Add("path", true) };

        public Task<StepResult> Run(StepContext context, CancellationToken cancel)
        {
            var path = context.With("path")!.GetValue<string>();
            var content = Blob.Of($"# {path}\n");
            return Task.FromResult<StepResult>(new StepResult.Succeeded(null) { Files = [new WrittenFile(new FileChange(path, content.Id, new AgentId("pm"), "m1", []), content)] });
        }
    }
}
