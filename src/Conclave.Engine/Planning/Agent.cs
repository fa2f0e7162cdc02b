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
    ImmutableArray<AgentId> Fallback);
