using System.Text.Json.Nodes;
using Conclave.Engine.Definition;
using Conclave.Engine.Definition.Expressions;

namespace Conclave.Engine.Execution;

/// <summary>Makes the contexts that expressions and prompts see, from a session's state.</summary>
public static class SessionContexts
{
    /// <summary>The contexts, with only those phases in <c>phases</c> that are read. Their outputs must be loaded.</summary>
    public static ExpressionContext For(
        SessionState state,
        IEnumerable<PhaseId> phases,
        BeforeStatus before = BeforeStatus.Success,
        IEnumerable<KeyValuePair<string, JsonNode?>>? matrix = null,
        JsonObject? step = null) => new(
            new Dictionary<string, JsonNode?>(StringComparer.Ordinal)
            {
                ["inputs"] = JsonObject.Create(state.Created.Inputs),
                ["phases"] = new JsonObject(phases.Distinct().Select(id => KeyValuePair.Create(id.Value, (JsonNode?)Phase(state, id)))),
                ["matrix"] = new JsonObject((matrix ?? []).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone()))),
                ["session"] = new JsonObject { ["id"] = state.Id.Value, ["simulated"] = state.Created.Settings.Simulated is not null },
                ["step"] = step,
            },
            before);

    /// <summary>The output of a phase: of its one step, or the list of its steps' outputs in matrix order; of a phase that failed its default; else null.</summary>
    public static JsonNode? Output(SessionState state, PhaseId id)
    {
        var phase = state.Phase(id);
        if (phase.Status != PhaseStatus.Succeeded)
        {
            return phase.Output is { } instead ? JsonNode.Parse(instead.Text) : null;
        }

        var outputs = phase.Steps.Select(step => JsonNode.Parse(step.Output!.Text)).ToArray();
        return phase.Steps is [{ Label: "" }] ? outputs[0] : new JsonArray(outputs);
    }

    private static JsonObject Phase(SessionState state, PhaseId id) => new()
    {
        ["status"] = EngineText.Snake(state.Phase(id).Status),
        ["output"] = Output(state, id),
    };
}
