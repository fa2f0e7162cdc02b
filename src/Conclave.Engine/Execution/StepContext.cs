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
/// What a step sees and the doors it may use: <see cref="TryAsk{T}"/> for a model's answer, <see cref="Once{T}"/> for an effect. Both are journaled;
/// everything else here is a pure view of the session. Thread-safe.
/// </summary>
public sealed partial class StepContext
{
    private readonly OwnedSession session;
    private readonly IModelGateway gateway;
    private readonly Workflow workflow;
    private readonly MatrixCell cell;
    private readonly Place place;
    private readonly IResponseCache? cache;
    private readonly CancellationToken stop;

    internal StepContext(OwnedSession session, IModelGateway gateway, Workflow workflow, Phase phase, string step, int iteration, IResponseCache? cache, CancellationToken stop)
    {
        this.session = session;
        this.gateway = gateway;
        this.workflow = workflow;
        this.cache = cache;
        this.stop = stop;
        Phase = phase;
        Iteration = iteration;
        cell = phase.Matrix.First(candidate => candidate.Label == step);
        place = new Place(phase.Id, step);
    }

    /// <summary>The phase that the step belongs to.</summary>
    public Phase Phase { get; }

    /// <summary>The try, from 1.</summary>
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
    public JsonNode? With(string key) => Phase.With.TryGetValue(key, out var value) ? Evaluate(value) : null;

    /// <summary>An agent of the workflow by its name.</summary>
    /// <exception cref="StepFailedException">There is none.</exception>
    public AgentId Existing(string name) => State.Created.Agents.Any(seat => seat.Agent.Id.Value == name)
        ? new AgentId(name)
        : throw new StepFailedException("CONC031", $"phase `{Phase.Id}` wants the agent `{name}`, which does not exist ({NearMiss.Suggest(name, State.Created.Agents.Select(seat => seat.Agent.Id.Value))})");

    /// <summary>A prompt with its expressions filled in; <paramref name="step"/> is its context <c>step</c>.</summary>
    /// <exception cref="StepFailedException">An expression in it can't be evaluated.</exception>
    public string Render(string prompt, JsonObject? step = null)
    {
        try
        {
            var template = Template.Parse(State.Created.Prompts[prompt].Text);
            return template.Expand(SessionContexts.For(State, template.Expressions.SelectMany(expression => expression.Phases()), matrix: cell.Values, step: step));
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

    private ExpressionContext Contexts(IEnumerable<Expression> expressions) =>
        SessionContexts.For(State, expressions.SelectMany(expression => expression.Phases()), matrix: cell.Values);

    private JsonNode? Evaluate(JsonNode? value)
    {
        switch (value)
        {
            case JsonObject map:
                return new JsonObject(map.Select(pair => KeyValuePair.Create(pair.Key, Evaluate(pair.Value))));
            case JsonArray list:
                return new JsonArray([.. list.Select(Evaluate)]);
            case JsonValue text when text.TryGetValue<string>(out var written):
                var template = Template.Parse(written);
                return template.Value(Contexts(template.Expressions));
            default:
                return value?.DeepClone();
        }
    }

    private void ThrowIfStopping()
    {
        if (stop.IsCancellationRequested)
        {
            throw new StepSuspendedException(null);
        }
    }
}
