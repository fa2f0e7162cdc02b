using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Engine.Council;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Engine.Observation;
using Conclave.Engine.Planning;
using Conclave.Engine.Steps;

namespace Conclave.Tests.Fakes;

/// <summary>One session of a workflow given as YAML, on a journal in memory (or any other) and fake models.</summary>
public sealed class TestSession
{
    public static readonly SessionId Id = new("20261122-test00");

    private static readonly ImmutableArray<IStep> EngineSteps = [new AskStep(), new PlanDiffStep(), new CouncilStep(), new ApprovalStep()];

    // Of the steps that write files; only a catalog that has such steps knows them.
    private static readonly ImmutableDictionary<string, string> FilePrompts = ImmutableDictionary<string, string>.Empty
        .Add("build", "<task name=\"build\">${{ step.part }} ${{ step.files }}</task>")
        .Add("acceptance", "<task name=\"acceptance\">${{ step.part }} ${{ step.files }}</task>")
        .Add("change", "<task name=\"change\">${{ step.part }} ${{ step.files }} ${{ step.repository.texts }}</task>")
        .Add("repair", "<task name=\"repair\">${{ step.rung }} ${{ step.failure }} ${{ step.files }}</task>");

    private readonly string yaml;

    public TestSession(string yaml) => this.yaml = yaml;

    public IJournal Journal { get; init; } = new InMemoryJournal();

    public required IModelGateway Gateway { get; init; }

    public TimeProvider Clock { get; init; } = new FakeTimeProvider { SkipsWaits = true };

    public SessionFeed Feed { get; } = new();

    public IProjectDelivery Delivery { get; init; } = new NoDelivery();

    public ImmutableArray<IStep> MoreSteps { get; init; } = [];

    public JsonObject Inputs { get; init; } = new() { ["description"] = "a test" };

    public SessionId SessionId { get; init; } = Id;

    public string? Simulated { get; init; }

    public IResponseCache? Cache { get; init; }

    public decimal BudgetUsd { get; init; } = 1_000_000m;

    public BudgetAction OnExceed { get; init; } = BudgetAction.Pause;

    internal Func<SessionState?, JournalEntry, SessionState> Fold { get; init; } = SessionFold.Apply;

    /// <summary>The texts of the files that the workflow uses, by name.</summary>
    public ImmutableDictionary<string, string> Workflows { get; init; } = ImmutableDictionary<string, string>.Empty;

    public string OutputDirectory { get; init; } = "/nowhere";

    public static PlanningCatalog Catalog(params IEnumerable<IStep> more)
    {
        var steps = EngineSteps.Concat(more).ToList();
        var prompts = ImmutableDictionary<string, string>.Empty
            .Add("ballot", "<task name=\"ballot\">${{ step.question }} A: ${{ step.option_a }} B: ${{ step.option_b }} ${{ step.evidence }}</task>")
            .Add("critique", "<task name=\"critique\">${{ step.question }} A: ${{ step.option_a }} B: ${{ step.option_b }} ${{ step.evidence }} ${{ step.arguments }}</task>")
            .Add("role-pm", "You lead.")
            .AddRange(FilePrompts.Where(prompt => steps.Exists(step => step.Kind.Prompts.Contains(prompt.Key))));
        return new PlanningCatalog(
            steps.Select(step => step.Kind).Append(SubWorkflow.Kind).ToImmutableDictionary(kind => kind.Name),
            CouncilSchemas.All,
            prompts,
            ["openai", "anthropic", "gemini"]);
    }

    /// <summary>The repository that the session improves.</summary>
    public BaseRepository? Base { get; init; }

    /// <summary>Whether nobody is there to be asked.</summary>
    public bool Unattended { get; init; } = true;

    /// <summary>Whether it runs without a sandbox.</summary>
    public bool Trust { get; init; }

    public async Task Create()
    {
        var planned = WorkflowPlanner.Plan(yaml, "test.yaml", Catalog(MoreSteps) with { Workflows = Workflows });
        Assert.True(planned.IsValid, string.Join('\n', planned.Problems));
        var workflow = planned.Value!;
        var created = new EntryBody.SessionCreated(
            StoredText.From("a test"),
            workflow.Name,
            "test.yaml",
            StoredText.From(yaml),
            workflow.Prompts.ToImmutableSortedDictionary(pair => pair.Key, pair => StoredText.From(pair.Value)),
            JsonSerializer.SerializeToElement(Inputs),
            [.. workflow.Agents.Values.OrderBy(agent => agent.Id.Value, StringComparer.Ordinal).Select(agent => new AgentSeat(agent, null))],
            [.. workflow.Phases.Select(phase => phase.Id)],
            new SessionSettings(BudgetUsd, OnExceed, OutputDirectory, Simulated, Unattended) { Base = Base, Trust = Trust },
            "test",
            workflow.SubWorkflows.IsEmpty ? null : workflow.SubWorkflows.ToImmutableSortedDictionary(pair => pair.Key, pair => StoredText.From(pair.Value)));
        await Runner("creator").Create(SessionId, created, CancellationToken.None);
    }

    /// <summary>A workflow of these phases, with two agents.</summary>
    public static string Yaml(string phases) => $$"""
        name: story
        version: 1
        inputs: { description: { required: true } }
        agents:
          pm: { provider: openai, model: m1 }
          backend: { provider: anthropic, model: m2 }
        phases:
        {{phases}}
        """;

    /// <summary>Puts a wish into the inbox, as any process may.</summary>
    public Task Send(SignalBody wish, string id = "s1") => Journal.Send(SessionId, new Signal(id, DateTimeOffset.UnixEpoch, wish), CancellationToken.None);

    /// <summary>Waits until the journal holds such an entry.</summary>
    public async Task Until(Func<EntryBody, bool> seen)
    {
        await foreach (var entry in Journal.Follow(SessionId, 0, CancellationToken.None))
        {
            if (seen(entry.Body))
            {
                return;
            }
        }
    }

    /// <summary>The row that lists show.</summary>
    public async Task<SessionSummary> Summary() => Assert.Single(await Journal.List(new SessionQuery(SessionId.Value), CancellationToken.None));

    /// <summary>Runs, or goes on with, the session as a process of this name would.</summary>
    public Task<SessionState> Run(string owner = "first", decimal? budget = null, WhenWaiting waiting = WhenWaiting.Leave, CancellationToken stop = default, CancellationToken now = default) =>
        Runner(owner).Run(SessionId, Gateway, budget, null, waiting, stop, now);

    public async Task<SessionState> CreateAndRun()
    {
        await Create();
        return await Run();
    }

    public async Task<List<JournalEntry>> Entries()
    {
        var entries = new List<JournalEntry>();
        await foreach (var entry in Journal.Read(SessionId, 0, CancellationToken.None))
        {
            entries.Add(entry);
        }

        return entries;
    }

    /// <summary>Begins another session as a fork of this one.</summary>
    internal async Task<ImmutableArray<KeptPhase>> ForkAt(string from, TestSession fork, JsonObject? inputs = null)
    {
        var state = (await Journal.FoldTrusted(SessionId, CancellationToken.None))!;
        var entries = await Entries();
        var created = (EntryBody.SessionCreated)entries[0].Body;
        foreach (var text in created.Texts())
        {
            await Journal.Load(text, CancellationToken.None);
        }

        var workflow = StoredWorkflow.Plan(created, Catalog(MoreSteps)).Value!;
        var kept = SessionFork.Kept(workflow, state, entries, new PhaseId(from));
        var first = created with
        {
            Origin = new SessionOrigin(SessionId, new PhaseId(from), state.Seq),
            Inputs = inputs is null ? created.Inputs : JsonSerializer.SerializeToElement(inputs),
        };
        await fork.Runner("forker").Create(fork.SessionId, first, CancellationToken.None, kept);
        return kept;
    }

    /// <summary>The output of a phase as JSON text.</summary>
    public static string? Output(SessionState state, string phase) => SessionContexts.Output(state, new PhaseId(phase))?.ToJsonString();

    public Runner Runner(string owner) => new(
        Journal,
        Feed,
        Clock,
        EngineSteps.Concat(MoreSteps).ToImmutableDictionary(step => step.Kind.Name),
        Catalog(MoreSteps),
        Delivery,
        owner,
        Cache)
    {
        Fold = Fold,
    };
}

/// <summary>Delivers nothing, and counts how often it was asked to.</summary>
public sealed class NoDelivery : IProjectDelivery
{
    public int Deliveries { get; private set; }

    public Task<DeliveryReceipt?> Probe(DeliveryOrder order, CancellationToken cancel) => Task.FromResult<DeliveryReceipt?>(null);

    public Task<DeliveryReceipt> Deliver(DeliveryOrder order, CancellationToken cancel)
    {
        Deliveries++;
        return Task.FromResult(new DeliveryReceipt(null, null, 0, [], []));
    }
}
