using System.Collections.Immutable;
using System.Text.Json;
using Conclave.Engine.Budget;
using Conclave.Engine.Council;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;

namespace Conclave.Tests.Workspace.Git;

/// <summary>A session's journal, told phase by phase, with the blobs of its files. Every entry is a minute after the one before it.</summary>
internal sealed class StoryOfFiles
{
    public static readonly SessionId Id = new("20261122-k3vq7m");

    private readonly Dictionary<BlobId, Blob> blobs = [];

    public StoryOfFiles(string output, string? simulated = null)
    {
        var agents = new[] { ("pm", "openai", "gpt-6.2-sol"), ("backend", "anthropic", "claude-opus-5-5"), ("frontend", "gemini", "gemini-4-hydrogen") };
        Tell(null, null, new EntryBody.SessionCreated(
            StoredText.From("A link shortener\nwith a page."),
            "software-project",
            "software-project.yaml",
            StoredText.From("name: software-project"),
            ImmutableSortedDictionary<string, StoredText>.Empty,
            JsonSerializer.SerializeToElement(new { description = "A link shortener" }),
            [.. agents.Select(agent => new AgentSeat(new Agent(new AgentId(agent.Item1), agent.Item2, agent.Item3, null, null, null, []), agent.Item1 == "frontend" ? "mistral" : null))],
            [new("contract"), new("vote"), new("tests"), new("build"), new("verify"), new("finalize")],
            new SessionSettings(10m, BudgetAction.Pause, output, simulated, true),
            "0.1.0"));
    }

    public SessionState State { get; private set; } = null!;

    /// <summary>A file that an agent wrote; null deletes it.</summary>
    public FileChange File(string path, string? content, string? agent = "backend", params string[] requirements)
    {
        var model = agent is null ? null : State.Created.Agents.FirstOrDefault(seat => seat.Agent.Id.Value == agent)?.Agent.Model ?? "some-model";
        return new FileChange(path, content is null ? null : Keep(content), agent is null ? null : new AgentId(agent), model, [.. requirements]);
    }

    /// <summary>A phase without a matrix, accepted with these files.</summary>
    public StoryOfFiles Phase(string phase, params FileChange[] files) => Phase(phase, [("", files)]);

    /// <summary>A phase, accepted with the files of its steps.</summary>
    public StoryOfFiles Phase(string phase, (string Step, FileChange[] Files)[] steps, string output = "null", VerificationSummary? verification = null, params string[] notes)
    {
        Tell(phase, null, new EntryBody.PhaseStarted([.. steps.Select(step => step.Step)]));
        foreach (var (step, files) in steps)
        {
            Tell(phase, step, new EntryBody.StepStarted(1, null));
            Tell(phase, step, new EntryBody.StepSucceeded(1, StoredText.From(output), [.. files], verification, [.. notes]));
        }

        return Tell(phase, null, new EntryBody.PhaseSucceeded());
    }

    /// <summary>A call that was answered.</summary>
    public StoryOfFiles Call(string phase, string agent, Usage usage, decimal cost, CallOutcome? outcome = null)
    {
        var model = State.Seat(new AgentId(agent)).Agent;
        var key = DoorKey.Of(new PhaseId(phase), "", 1, $"{agent}/{State.Calls.Count}");
        Tell(phase, null, new EntryBody.AttemptStarted(key, 1, model.Id, model.Provider, model.Model, "hash", StoredText.From("{}"), cost, AttemptReason.First));
        return Tell(phase, null, new EntryBody.AttemptEnded(key, 1, outcome ?? new CallOutcome.Answered(StoredText.From("ok"), usage, model.Model), cost, 1000));
    }

    public StoryOfFiles Tell(string? phase, string? step, EntryBody body)
    {
        var before = State is null ? null : (SessionState?)State;
        var seq = (before?.Seq ?? 0) + 1;
        var time = new DateTimeOffset(2026, 11, 22, 9, 0, 0, TimeSpan.Zero).AddMinutes(seq).AddMilliseconds(700);
        State = SessionFold.Apply(before, new JournalEntry(seq, Id, time, phase is null ? null : new PhaseId(phase), step is "" ? null : step, body));
        return this;
    }

    public Task<Blob> Read(BlobId id, CancellationToken cancel) => Task.FromResult(blobs[id]);

    public DeliveryOrder Order(EntryBody? ending = null) =>
        new(State, ending ?? new EntryBody.SessionSucceeded(Verdict.Verified, "Built, and its 12 tests ran green."), new DateTimeOffset(2026, 11, 22, 11, 0, 0, TimeSpan.Zero), Read);

    private BlobId Keep(string content)
    {
        var blob = Blob.Of(content);
        blobs[blob.Id] = blob;
        return blob.Id;
    }

    /// <summary>A project as it comes about: two agents, a change, a deletion, a decision, a verification.</summary>
    public static StoryOfFiles Shortener(string output, string? simulated = null)
    {
        var story = new StoryOfFiles(output, simulated);
        story.Phase("contract", [("", [])], """{"title":"Link shortener","files":[]}""");
        story.Phase("vote", story.File("docs/decisions/0001-storage.md", "# 1. Storage\n", agent: null));
        story.Tell("vote", null, new EntryBody.DecisionMade(Decision()));
        story.Phase("tests", story.File("tests/acceptance/test_links.py", "def test_links():\n    pass\n", "pm", "R1", "R2"));
        story.Call("build", "backend", new Usage(1000, 200, 0, 400, 100), 0.0312m).Call("build", "frontend", new Usage(500, 0, 0, 300, 0), 0.01m);
        story.Call("build", "backend", Usage.None, 0.5m, new CallOutcome.InDoubt("the process died", null));
        story.Phase(
            "build",
            [
                ("backend", [story.File("src/app.py", "print('v1')\n", "backend", "R1"), story.File("run.sh", "#!/bin/sh\npython3 src/app.py\n", "backend", "R1"), story.File("README.md", "# Links\n", "backend")]),
                ("frontend", [story.File("static/index.html", "<h1>Links</h1>\n", "frontend", "R2", "R10"), story.File("README.md", "# Links\n\nA page.\n", "frontend")]),
            ]);
        var evidence = """{"commands":[{"argv":["python3","-m","unittest"],"exit_code":0,"stdout":"x"},{"argv":["node","-e","a|b"],"exit_code":null,"detail":"timed out"}]}""";
        var verification = new VerificationSummary(Verdict.Verified, "Built, and its 12 tests ran green.", 12, 0, StoredText.From(evidence));
        story.Phase("verify", [("", [story.File("src/app.py", "print('v2')\n", "backend", "R1"), story.File("run.sh", null)])], verification: verification, notes: "repaired once");
        return story.Phase("finalize", story.File(".gitignore", "__pycache__/\n", agent: null));
    }

    private static CouncilDecision Decision() => new(
        new Conflict("topic:storage", "topic-choice", "Where are links kept?", false, new AgentId("backend"), [new("1", "SQLite", [new("backend")]), new("2", "a file", [new("frontend")])], ["backend: SQLite"]),
        "1",
        DecisionMethod.Majority,
        [],
        ["openai"],
        [new AgentId("frontend")]);
}
