using System.Collections.Immutable;
using Conclave.Engine.Definition;

namespace Conclave.Engine.Planning;

/// <summary>A role played by a model.</summary>
/// <param name="Provider">The vendor: <c>openai</c>, <c>anthropic</c> or <c>gemini</c>.</param>
/// <param name="Model">The vendor's name of the model.</param>
/// <param name="Role">One sentence that opens the agent's instructions; null for none.</param>
/// <param name="Fallback">Who answers when this agent's model can't, in order.</param>
public sealed record Agent(
    AgentId Id,
    string Provider,
    string Model,
    string? Role,
    string? Effort,
    int? MaxOutputTokens,
    ImmutableArray<AgentId> Fallback)
{
    /// <summary>What its model can do, fixed when the session starts; null when that was not written down.</summary>
    public ModelAbilities? Abilities { get; init; }
}

/// <summary>What a model can do, as far as it decides who may stand in for whom.</summary>
/// <param name="ContextTokens">The most tokens of a question and its answer together.</param>
/// <param name="MaxOutputTokens">The most tokens of an answer.</param>
/// <param name="OutputSchema">Whether it can be made to answer in the form of a JSON Schema.</param>
public sealed record ModelAbilities(int ContextTokens, int MaxOutputTokens, bool OutputSchema);
