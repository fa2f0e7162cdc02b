using System.Collections.Immutable;
using Conclave.Engine.Definition;

namespace Conclave.Engine.Council;

/// <summary>Two plans compared in code.</summary>
/// <param name="Agreements">Topics on which they agree.</param>
/// <param name="Complementary">What one side serves and the other calls, and fits.</param>
/// <param name="OneSided">What only one plan speaks of.</param>
/// <param name="Gaps">What neither plan answers although it is asked.</param>
/// <param name="Conflicts">What must be decided.</param>
public sealed record Comparison(
    ImmutableArray<string> Agreements,
    ImmutableArray<string> Complementary,
    ImmutableArray<string> OneSided,
    ImmutableArray<string> Gaps,
    ImmutableArray<Conflict> Conflicts);

/// <summary>A topic on which the plans can't both be right.</summary>
/// <param name="Id">Stable: the rule and what it is about, for example <c>unserved-endpoint:get-/api/links/{}/stats</c>.</param>
/// <param name="Rule">The rule that found it.</param>
/// <param name="Question">What is to be decided.</param>
/// <param name="Blocking">Whether the project can't work until it is decided.</param>
/// <param name="Owner">The agent whose field it is; null when it is nobody's.</param>
/// <param name="Options">The choices, made in code; two of them.</param>
/// <param name="Evidence">What stands in the plans, quoted.</param>
public sealed record Conflict(
    string Id,
    string Rule,
    string Question,
    bool Blocking,
    AgentId? Owner,
    ImmutableArray<ConflictOption> Options,
    ImmutableArray<string> Evidence);

/// <summary>One way to settle a conflict.</summary>
/// <param name="Id">Stable within the conflict.</param>
/// <param name="ProposedBy">The agents whose plan says so; a vote for one's own option weighs nothing.</param>
public sealed record ConflictOption(string Id, string Text, ImmutableArray<AgentId> ProposedBy);
