using System.Collections.Immutable;
using System.ComponentModel;
using Conclave.Engine.Definition;

namespace Conclave.Engine.Council;

/// <summary>What a voter is asked to give back: the options bear only letters.</summary>
public sealed record BallotAnswer(
    [property: Description("`A`, `B`, or `abstain` when neither can be preferred on the evidence.")] string Choice,
    [property: Description("Why, in one or two sentences.")] string Reason,
    [property: Description("What in the material shows it, quoted or named.")] ImmutableArray<string> Evidence);

/// <summary>One answer of one voter about one conflict, in one order of the options.</summary>
/// <param name="Order">0: the options as they stand; 1: the other way round.</param>
/// <param name="Choice">The option's id; null for an abstention or an absent voter.</param>
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
    decimal CostUsd);
