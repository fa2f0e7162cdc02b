using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Engine.Definition;
using Conclave.Engine.Definition.Expressions;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;

namespace Conclave.Engine.Execution;

/// <summary>
/// What a step sees and the doors it may use: <see cref="TryAsk{T}"/> for a model's answer, <see cref="Once{T}"/> for an effect,
/// <see cref="AskHuman"/> for a human's answer. All are journaled; everything else here is a pure view of the session. Thread-safe.
/// </summary>
public sealed partial class StepContext
{
    private readonly OwnedSession session;
    private readonly IModelGateway gateway;
    private readonly Workflow workflow;
    private readonly MatrixCell cell;
    private readonly Place place;
    private readonly IResponseCache? cache;
    private readonly StepTime time;
    private readonly CancellationToken stop;

    internal StepContext(
        OwnedSession session,
        IModelGateway gateway,
        Workflow workflow,
        Phase phase,
        string step,
        int iteration,
        IResponseCache? cache,
        StepTime time,
        CancellationToken stop)
    {
        this.session = session;
        this.gateway = gateway;
        this.workflow = workflow;
        this.cache = cache;
        this.time = time;
        this.stop = stop;
        Phase = phase;
        Iteration = iteration;
        var state = session.State.Phase(phase.Id);
        Round = state.Round;
        Files = session.State.Files.After(state.Steps.SelectMany(earlier => earlier.EarlierFiles));
        cell = PhaseCells.Of(phase, state).First(candidate => candidate.Label == step);
        place = new Place(phase.Id, step);
    }

    /// <summary>The phase that the step belongs to.</summary>
    public Phase Phase { get; }

    /// <summary>The round of the phase's loop, from 1; always 1 without a loop.</summary>
    public int Round { get; }

    /// <summary>The project's files as they were when the step began: those that were accepted, and over them what the earlier rounds of its phase wrote.</summary>
    public ImmutableSortedDictionary<string, FileChange> Files { get; }

    /// <summary>The try in this round, from 1.</summary>
    public int Iteration { get; }

    /// <summary>The session as it is now. It grows while the step runs, so only what was there before the step began may decide anything.</summary>
    public SessionState State => session.State;

    /// <summary>The time, for measuring only; it must not decide anything.</summary>
    public TimeProvider Clock => session.Clock;

    /// <summary>The agent of the step.</summary>
    /// <exception cref="StepFailedException">The phase names none, or one that does not exist.</exception>
    public AgentId Agent => AgentOrNull ?? throw new StepFailedException("CONC031", $"phase `{Phase.Id}` names no agent");

    /// <summary>The agent of the step; null when the phase names none.</summary>
    public AgentId? AgentOrNull => Phase.Agent is { } template ? Existing(template.Expand(Contexts(template.Expressions))) : null;

    /// <summary>A parameter of the step, its expressions evaluated; null when it is not given.</summary>
    public JsonNode? With(string key) => Phase.With.TryGetValue(key, out var value) ? TemplatedJson.Evaluate(value, Contexts) : null;

    /// <summary>An agent by the name that the phase's file has for it.</summary>
    /// <exception cref="StepFailedException">There is none.</exception>
    public AgentId Existing(string name) => Existing(name, Phase.Scope);

    private AgentId Existing(string name, WorkflowScope scope) => State.Created.Agents.Any(seat => seat.Agent.Id == scope.Agent(name))
        ? scope.Agent(name)
        : throw new StepFailedException("CONC031", $"phase `{Phase.Id}` wants the agent `{name}`, which does not exist ({NearMiss.Suggest(name, State.Created.Agents.Select(seat => seat.Agent.Id.Value))})");

    /// <summary>A prompt with its expressions filled in; <paramref name="step"/> is its context <c>step</c>.</summary>
    /// <exception cref="StepFailedException">An expression in it can't be evaluated.</exception>
    public RenderedPrompt Render(string prompt, JsonObject? step = null)
    {
        try
        {
            var template = Template.Parse(State.Created.Prompts[prompt].Text);
            var contexts = SessionContexts.Of(Phase, State, template.Expressions, cell, step);
            var shared = template.Before(IsOfOneQuestion) is { } head ? head.ExpandDelimited(contexts).Length : 0;
            return new RenderedPrompt(template.ExpandDelimited(contexts), shared);
        }
        catch (ExpressionException error)
        {
            throw new StepFailedException("CONC032", $"the prompt `{prompt}` of phase `{Phase.Id}` can't be filled in: {error.Message}");
        }
    }

    /// <summary>The outputs of all phases before this one that have this schema, in planned order.</summary>
    public ImmutableArray<(Phase Phase, JsonNode Output)> Outputs(string schema) =>
    [
        .. workflow.Phases
            .Where(phase => Phase.Ancestors.Contains(phase.Id) && phase.Output?.Name == schema)
            .Select(phase => (phase, SessionContexts.Output(State, phase.Id)!))
            .Where(pair => pair.Item2 is not null),
    ];

    /// <summary>The last output with this schema before this phase, read into its type.</summary>
    /// <exception cref="StepFailedException">There is none.</exception>
    public T Output<T>(string schema) => Outputs(schema) is [.., var last]
        ? last.Output.Deserialize<T>(EngineJson.Options)!
        : throw new StepFailedException("CONC033", $"phase `{Phase.Id}` needs a `{schema}` from a phase before it, and there is none");

    /// <summary>The project's files as they were when the step began its work: those of all phases that were accepted before.</summary>
    public async Task<string> ReadText(BlobId blob, CancellationToken cancel) => (await ReadBlob(blob, cancel)).Text;

    /// <summary>The bytes of a file.</summary>
    public Task<Blob> ReadBlob(BlobId blob, CancellationToken cancel) => session.Journal.RequireBlob(blob, cancel);

    // What these two hold differs between the questions that one prompt is made into; everything else is the same in all of them.
    private static bool IsOfOneQuestion(Expression expression) => expression.All().Any(part => part is Expression.Context { Name: "step" or "matrix" });

    private ExpressionContext Contexts(IEnumerable<Expression> expressions) => SessionContexts.Of(Phase, State, expressions, cell);

    private DoorKey Door(string name) => DoorKey.Of(Phase.Id, place.Step, Iteration, name, Round);

    private void ThrowIfStopping()
    {
        if (stop.IsCancellationRequested)
        {
            throw new StepSuspendedException(null);
        }
    }
}
