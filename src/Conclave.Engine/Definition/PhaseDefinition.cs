using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Conclave.Engine.Definition;

/// <summary>A phase as the user wrote it. Texts that may hold <c>${{ }}</c> are not parsed yet.</summary>
public sealed record PhaseDefinition(Sourced<string> Name)
{
    /// <summary>The phases that must be done before this one.</summary>
    public ImmutableArray<Sourced<string>> Needs { get; init; } = [];

    /// <summary>The condition; null means <c>success()</c>.</summary>
    public Sourced<string>? If { get; init; }

    /// <summary>The agent's name, or a template that gives one.</summary>
    public Sourced<string>? Agent { get; init; }

    /// <summary>A prompt's name, a file ending in <c>.md</c>, or the text itself.</summary>
    public Sourced<string>? Prompt { get; init; }

    /// <summary>The name of a schema (a text) or a JSON Schema (an object).</summary>
    public Sourced<JsonNode>? Output { get; init; }

    /// <summary>The kind of step; <c>ask</c> when nothing is said.</summary>
    public Sourced<string>? Uses { get; init; }

    /// <summary>The parameters of the step; texts may hold <c>${{ }}</c>.</summary>
    public ImmutableArray<(Sourced<string> Key, JsonNode? Value)> With { get; init; } = [];

    /// <summary>What the phase has a step for; null for one step.</summary>
    public MatrixDefinition? Matrix { get; init; }

    /// <summary>How many steps of a matrix run at a time; null for all.</summary>
    public int? MaxParallel { get; init; }

    /// <summary>Whether the first step of a matrix that fails stops the others; true by default.</summary>
    public bool FailFast { get; init; } = true;

    /// <summary>Until when its steps are repeated; null for one round.</summary>
    public LoopDefinition? Loop { get; init; }

    /// <summary>The retries of this phase's calls; null for the workflow's default.</summary>
    public RetryDefinition? Retry { get; init; }

    /// <summary>The time for one try of a step; null for the workflow's default.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>What a failure of the phase means for the session.</summary>
    public OnError OnError { get; init; } = new OnError.Fail();

    /// <summary>What happens to a call that was in flight when the process died; null for what the phase around it says, else to ask once more.</summary>
    public OnInDoubt? OnInDoubt { get; init; }

    /// <summary>Whether answers that were given before are used, and new ones kept.</summary>
    public CacheMode Cache { get; init; } = CacheMode.Off;

    /// <summary>The output limit of this phase's calls, in tokens; null for the task's own.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>What all calls of the phase together may cost; null for no limit but the session's.</summary>
    public PhaseBudgetDefinition? Budget { get; init; }
}

/// <summary>What a phase may cost, in USD.</summary>
/// <param name="OnExceed">Null for what the workflow's budget says.</param>
public sealed record PhaseBudgetDefinition(decimal Usd, BudgetAction? OnExceed);

/// <summary>What a phase does with answers that were given before to the very same request.</summary>
public enum CacheMode
{
    /// <summary>Every question is asked.</summary>
    Off,

    /// <summary>A stored answer is used; new ones are not kept.</summary>
    Read,

    /// <summary>A stored answer is used; a new one is kept.</summary>
    ReadWrite,
}

/// <summary>What to do about a call whose answer may have been paid for but was lost.</summary>
public enum OnInDoubt
{
    /// <summary>Ask once more; the lost call's worst case stays counted.</summary>
    Retry,

    /// <summary>Pause the session; the user decides by resuming it.</summary>
    Hold,

    /// <summary>Fail the step.</summary>
    Fail,
}
