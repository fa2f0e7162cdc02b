using Conclave.Engine.Planning;

namespace Conclave.Server.Asking;

/// <summary>One question that a user asks a model by hand.</summary>
/// <param name="Agent">Who is asked; its role is the system's text.</param>
public sealed record Question(Agent Agent, string Text)
{
    /// <summary>How many requests it may take when a vendor turns them away, if nobody says otherwise.</summary>
    public const int DefaultAttempts = 5;

    /// <summary>The JSON that is asked for; null for text.</summary>
    public OutputSchema? Schema { get; init; }

    /// <summary>The limit of the answer, in tokens; null for the usual one.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>How many requests it may take when the vendor turns them away.</summary>
    public int Attempts { get; init; } = DefaultAttempts;

    /// <summary>How long all of it may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>What it may cost.</summary>
    public decimal BudgetUsd { get; init; } = 1m;

    /// <summary>The scenario that the simulator plays; null for the vendor itself.</summary>
    public string? Scenario { get; init; }
}
