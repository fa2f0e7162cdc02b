using System.Collections.Immutable;
using Conclave.Engine.Journal;

namespace Conclave.Server.Hosting;

/// <summary>What the user wants.</summary>
/// <param name="Description">The project in the user's words.</param>
public sealed record NewSession(string Description)
{
    /// <summary>The longest description, in characters.</summary>
    public const int MaxDescription = 100_000;

    /// <summary>A built-in workflow's name or a file.</summary>
    public string Workflow { get; init; } = "software-project";

    /// <summary>More inputs of the workflow.</summary>
    public ImmutableDictionary<string, string> Inputs { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Where the result goes, absolute; absent or empty.</summary>
    public required string OutputDirectory { get; init; }

    /// <summary>The repository to improve; null for a project of its own. The result then goes there, not to <see cref="OutputDirectory"/>.</summary>
    public BaseRepository? Base { get; init; }

    /// <summary>The budget in USD; null for the workflow's own.</summary>
    public decimal? BudgetUsd { get; init; }

    /// <summary>The scenario (a name or a file) that answers in place of the vendors; null for real calls.</summary>
    public string? Scenario { get; init; }

    /// <summary>Whether generated code runs without a sandbox; only ever typed by the user.</summary>
    public bool Trust { get; init; }

    /// <summary>Whether nobody is there to be asked.</summary>
    public bool Unattended { get; init; }
}
