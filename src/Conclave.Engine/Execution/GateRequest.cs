using System.Collections.Immutable;

namespace Conclave.Engine.Execution;

/// <summary>One question of a step to a human.</summary>
/// <param name="Name">Unique among the questions of the step.</param>
/// <param name="Question">For people; text of models in it is shown as text.</param>
/// <param name="Options">The answers that are allowed.</param>
public sealed record GateRequest(string Name, string Question, ImmutableArray<string> Options)
{
    /// <summary>How long an answer is waited for, from the moment of the question; null for ever.</summary>
    public TimeSpan? DueAfter { get; init; }

    /// <summary>The option that is taken when nobody answers in time, or is there at all; null for none.</summary>
    public string? Default { get; init; }
}
