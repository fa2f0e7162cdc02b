using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Conclave.Engine.Definition;
using Conclave.Engine.Definition.Expressions;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;

namespace Conclave.Engine.Execution;

/// <summary>Makes the contexts that expressions and prompts see, from a session's state.</summary>
public static class SessionContexts
{
    /// <summary>The contexts, with only those phases in <c>phases</c> that are read. Their outputs must be loaded.</summary>
    /// <param name="phases">By the names that the expressions use.</param>
    /// <param name="scope">What those names mean; null for the file that was started.</param>
    /// <param name="self">The phase that is under way and reads its own last round; null for none.</param>
    public static ExpressionContext For(
        SessionState state,
        IEnumerable<PhaseId> phases,
        BeforeStatus before = BeforeStatus.Success,
        IEnumerable<KeyValuePair<string, JsonNode?>>? matrix = null,
        JsonObject? step = null,
        WorkflowScope? scope = null,
        PhaseId? self = null) => new(
            new Dictionary<string, JsonNode?>(StringComparer.Ordinal)
            {
                ["inputs"] = Inputs(state, scope ?? WorkflowScope.Root),
                ["phases"] = new JsonObject(phases.Distinct().Select(name => KeyValuePair.Create(name.Value, (JsonNode?)Phase(state, (scope ?? WorkflowScope.Root).Phase(name.Value), self)))),
                ["matrix"] = new JsonObject((matrix ?? []).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone()))),
                ["session"] = new JsonObject { ["id"] = state.Id.Value, ["simulated"] = state.Created.Settings.Simulated is not null },
                ["step"] = step,
            },
            before);

    /// <summary>The contexts of a phase's own expressions.</summary>
    public static ExpressionContext Of(Phase phase, SessionState state, IEnumerable<Expression> expressions, MatrixCell? cell = null, JsonObject? step = null) =>
        For(state, expressions.SelectMany(expression => expression.Phases()), matrix: cell?.Values, step: step, scope: phase.Scope, self: phase.Loop is null ? null : phase.Id);

    /// <summary>The inputs of a file: those of the session, or what the phase that uses the file gives.</summary>
    /// <exception cref="ExpressionException">An input can't be evaluated.</exception>
    public static JsonObject? Inputs(SessionState state, WorkflowScope scope) => scope.Use is not { } use
        ? JsonObject.Create(state.Created.Inputs)
        : new JsonObject(
        [
            .. use.Defaults.Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())),
            .. use.Inputs.Select(pair => KeyValuePair.Create(pair.Key, TemplatedJson.Evaluate(
                pair.Value,
                expressions => For(state, expressions.SelectMany(expression => expression.Phases()), matrix: use.Cell.Values, scope: use.Outer)))),
        ]);

    /// <summary>The output of a phase: of its one step, or the list of its steps' outputs in matrix order; of a phase that failed its default; else null.</summary>
    public static JsonNode? Output(SessionState state, PhaseId id) => state.Phase(id) switch
    {
        { Status: PhaseStatus.Succeeded } phase => Together(phase.Steps, step => step.Output),
        { Output: { } instead } => JsonNode.Parse(instead.Text),
        _ => null,
    };

    /// <summary>The output of the last round of a phase that is under way: of this one when its steps are done, else of the one before; null in the first.</summary>
    internal static JsonNode? RoundOutput(PhaseState phase) => Together(phase.Steps, phase.Steps.All(step => step.Status == StepStatus.Succeeded) ? step => step.Output : step => step.Previous);

    private static JsonNode? Together(ImmutableArray<StepState> steps, Func<StepState, StoredText?> output)
    {
        if (steps.Any(step => output(step) is null))
        {
            return null;
        }

        var outputs = steps.Select(step => JsonNode.Parse(output(step)!.Text)).ToArray();
        return steps is [{ Label: "" }] ? outputs[0] : new JsonArray(outputs);
    }

    private static JsonObject Phase(SessionState state, PhaseId id, PhaseId? self) => new()
    {
        ["status"] = EngineText.Snake(state.Phase(id).Status),
        ["output"] = id == self ? RoundOutput(state.Phase(id)) : Output(state, id),
        ["round"] = state.Phase(id).Round,
    };
}
