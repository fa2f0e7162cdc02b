using System.Collections.Immutable;
using Conclave.Engine.Definition;

namespace Conclave.Engine.Planning;

/// <summary>What the planner knows about a kind of step (<c>uses:</c>) without running it.</summary>
public sealed record StepKind(string Name)
{
    /// <summary>The keys that its <c>with</c> may have, and whether each must be there.</summary>
    public ImmutableDictionary<string, bool> With { get; init; } = ImmutableDictionary<string, bool>.Empty;

    /// <summary>Whether a phase of this kind must name an agent.</summary>
    public bool NeedsAgent { get; init; }

    /// <summary>Whether a phase of this kind must name a prompt and may name an output schema.</summary>
    public bool NeedsPrompt { get; init; }

    /// <summary>The schema of what it gives when the phase does not say; null for a form of its own.</summary>
    public OutputSchema? Output { get; init; }

    /// <summary>What only this kind knows about its phases: says what is wrong with one. Pure.</summary>
    public Func<PhaseDefinition, IEnumerable<Problem>> Check { get; init; } = _ => [];

    /// <summary>What it thinks strange about one, which nothing keeps from running. Pure.</summary>
    public Func<PhaseDefinition, IEnumerable<Problem>> Notice { get; init; } = _ => [];

    /// <summary>The prompts that it sends by itself, by name.</summary>
    public ImmutableArray<string> Prompts { get; init; } = [];

    /// <summary>The schemas whose outputs it takes by itself from the phases before it; null when it may take any.</summary>
    public ImmutableArray<string>? Reads { get; init; }

    /// <summary>Whether it asks no other agents than those that its phase names.</summary>
    public bool AsksOnlyNamedAgents { get; init; }

    /// <summary>The most that one of its steps asks; null when that can't be said.</summary>
    public ImmutableArray<StepQuestions>? Questions { get; init; }
}
