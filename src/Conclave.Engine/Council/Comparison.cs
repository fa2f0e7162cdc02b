using System.Collections.Immutable;
using Conclave.Engine.Definition;

namespace Conclave.Engine.Council;

/// <summary>Plans compared in code.</summary>
/// <param name="Agreements">What more than one plan says in the same way.</param>
/// <param name="Complementary">What one side serves and the other calls, and fits.</param>
/// <param name="OneSided">What only one plan speaks of.</param>
/// <param name="Gaps">What no plan answers although it is asked.</param>
/// <param name="Conflicts">What must be decided.</param>
public sealed record Comparison(
    ImmutableArray<string> Agreements,
    ImmutableArray<string> Complementary,
    ImmutableArray<string> OneSided,
    ImmutableArray<string> Gaps,
    ImmutableArray<Conflict> Conflicts);

/// <summary>A subject on which the plans can't both be right.</summary>
/// <param name="Id">Stable: the rule and what it is about, for example <c>unserved-endpoint:get-/api/links/{}/stats</c>.</param>
/// <param name="Rule">The rule that found it.</param>
/// <param name="Question">What is to be decided.</param>
/// <param name="Blocking">Whether the project can't work until it is decided.</param>
/// <param name="Owner">The agent whose field it is; null when it is nobody's.</param>
/// <param name="Options">The choices, made in code; at least two.</param>
/// <param name="Evidence">What stands in the plans, without a word about whose they are: voters read it.</param>
public sealed record Conflict(
    string Id,
    string Rule,
    string Question,
    bool Blocking,
    AgentId? Owner,
    ImmutableArray<ConflictOption> Options,
    ImmutableArray<string> Evidence)
{
    /// <summary>The options that no hard fact removes.</summary>
    internal ImmutableArray<ConflictOption> OpenOptions() => [.. Options.Where(option => option.RuledOut is null)];
}

/// <summary>One way to settle a conflict.</summary>
/// <param name="Id">Stable within the conflict.</param>
/// <param name="ProposedBy">The agents whose plan says so; a vote for one's own option weighs nothing.</param>
public sealed record ConflictOption(string Id, string Text, ImmutableArray<AgentId> ProposedBy)
{
    /// <summary>The hard fact that removes it before anybody votes; null for none.</summary>
    public string? RuledOut { get; init; }

    /// <summary>What it says as a piece of a plan, with which the contract must not disagree; null when it says nothing.</summary>
    public Plan? Position { get; init; }
}
