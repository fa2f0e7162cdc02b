using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Conclave.Engine.Definition;

/// <summary>A workflow as the user wrote it: read, with positions, but not yet known to make sense.</summary>
public sealed record WorkflowDefinition(
    string File,
    string Name,
    ImmutableArray<InputDefinition> Inputs,
    ImmutableArray<AgentDefinition> Agents,
    BudgetDefinition Budget,
    DefaultsDefinition Defaults,
    ImmutableArray<PhaseDefinition> Phases)
{
    /// <summary>The text of the file, for places inside of texts; empty when it was not read from one.</summary>
    public string Text { get; init; } = "";
}

/// <summary>One input of a workflow: required, or with a default (which may be null).</summary>
public sealed record InputDefinition(Sourced<string> Name, bool Required, JsonNode? Default);

/// <summary>One agent: which vendor's model plays which role.</summary>
public sealed record AgentDefinition(
    Sourced<string> Name,
    Sourced<string> Provider,
    Sourced<string> Model,
    string? Role,
    string? Effort,
    int? MaxOutputTokens,
    ImmutableArray<Sourced<string>> Fallback);

/// <summary>What a session may cost, in USD, and what happens when the next call would cost more.</summary>
public sealed record BudgetDefinition(decimal Usd, BudgetAction OnExceed)
{
    /// <summary>Ten dollars, then pause.</summary>
    public static BudgetDefinition Default { get; } = new(10m, BudgetAction.Pause);
}

/// <summary>What happens when a call's worst case does not fit into the budget any more.</summary>
public enum BudgetAction
{
    /// <summary>The session pauses; a larger budget lets it go on.</summary>
    Pause,

    /// <summary>The session fails.</summary>
    Stop,
}

/// <summary>What a phase takes when it says nothing itself.</summary>
public sealed record DefaultsDefinition(TimeSpan Timeout, RetryDefinition Retry)
{
    /// <summary>Ten minutes a step; five attempts a call with exponential waits.</summary>
    public static DefaultsDefinition Default { get; } = new(TimeSpan.FromMinutes(10), new RetryDefinition(5, Backoff.Exponential));
}

/// <summary>
/// How often one call is attempted on one agent, and how the waits between attempts grow; likewise for the tries of a step whose failure another
/// try can mend.
/// </summary>
public sealed record RetryDefinition(int Attempts, Backoff Backoff)
{
    private const double MaxSeconds = 60;

    /// <summary>The wait after this many failures, at most a minute.</summary>
    public TimeSpan Wait(int failures) => TimeSpan.FromSeconds(Math.Min(MaxSeconds, Backoff switch
    {
        Backoff.Fixed => 1d,
        Backoff.Linear => failures,
        _ => Math.Pow(2, Math.Min(failures - 1, 10)),
    }));
}

/// <summary>The growth of waits: always the same, by one step, or doubling.</summary>
public enum Backoff
{
    /// <summary>Always one second.</summary>
    Fixed,

    /// <summary>1 s, 2 s, 3 s, ...</summary>
    Linear,

    /// <summary>1 s, 2 s, 4 s, ... up to a minute.</summary>
    Exponential,
}
