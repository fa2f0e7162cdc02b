using System.Collections.Immutable;
using Conclave.Engine.Definition;
using Conclave.Engine.Planning;

namespace Conclave.Engine.Execution.Calls;

/// <summary>Everything about a call that is fixed before its first attempt.</summary>
/// <param name="Key">The call's door.</param>
/// <param name="Seats">Who is asked, and who instead when that one can't; at least one.</param>
/// <param name="Prompt">The question.</param>
/// <param name="Output">The JSON that is asked for; null for text.</param>
/// <param name="MaxOutputTokens">The limit of one answer.</param>
/// <param name="Check">What is wrong with an answer, in words for the agent; null when nothing is.</param>
public sealed record CallPlan(
    DoorKey Key,
    ImmutableArray<Agent> Seats,
    string Prompt,
    OutputSchema? Output,
    int MaxOutputTokens,
    RetryDefinition Retry,
    OnInDoubt OnInDoubt,
    Func<string, string?> Check)
{
    /// <summary>Whether an answer that is cut off at its limit is continued by further requests; true by default.</summary>
    public bool Continues { get; init; } = true;

    /// <summary>Keeps the waits of equal calls of different sessions apart.</summary>
    public string Salt { get; init; } = "";

    /// <summary>How much of the question, in characters, other questions of the session begin with as well.</summary>
    public int SharedLength { get; init; }
}
