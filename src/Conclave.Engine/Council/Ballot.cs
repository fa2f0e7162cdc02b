using System.Collections.Immutable;
using System.ComponentModel;
using System.Text.Json.Serialization;
using Conclave.Engine.Definition;

namespace Conclave.Engine.Council;

/// <summary>What a voter is asked to give back: the options bear only letters.</summary>
public sealed record BallotAnswer(
    [property: Description("`A`, `B`, or `abstain` when neither can be preferred on the evidence.")] string Choice,
    [property: Description("Why, in one or two sentences.")] string Reason,
    [property: Description("The ids of the requirements (R1) and of the pieces of evidence (E1) that decide it; at least one unless you abstain.")] ImmutableArray<string> Evidence,
    [property: Description("True only when the other option would break a requirement or be unsafe; that requirement must be among the evidence.")] bool Veto);

/// <summary>One answer of one voter about one conflict, in one order of the options.</summary>
/// <param name="Order">0: the options as they stand; 1: the other way round.</param>
/// <param name="Choice">The option's id; null for an abstention or an absent voter.</param>
/// <param name="Evidence">Ids of requirements and of the conflict's pieces of evidence (<c>E1</c> is the first).</param>
/// <param name="Absent">Why the voter gave no answer; null when it did.</param>
public sealed record Ballot(
    string Conflict,
    AgentId Voter,
    string Provider,
    string Model,
    int Order,
    string? Choice,
    string Reason,
    ImmutableArray<string> Evidence,
    string? Absent,
    decimal CostUsd)
{
    /// <summary>Whether it was cast after the critique.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool AfterCritique { get; init; }

    /// <summary>Whether the voter says that the other option must not be.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Veto { get; init; }

    /// <summary>1 for the vote, 2 for the vote after the critique.</summary>
    internal int Round
    {
        get => AfterCritique ? 2 : 1;
        init => AfterCritique = value > 1;
    }

    /// <summary>Which two of more than two options were put; null when there are only two.</summary>
    public string? Pair { get; init; }

    /// <summary>Whether another ballot answers the same question.</summary>
    internal bool IsSame(Ballot other) => (Conflict, Voter, Order, Round, Pair) == (other.Conflict, other.Voter, other.Order, other.Round, other.Pair);
}
