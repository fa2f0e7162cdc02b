using System.Collections.Immutable;
using Conclave.Engine.Definition;

namespace Conclave.Engine.Council;

/// <summary>How a conflict was settled.</summary>
/// <param name="Choice">The option that stands.</param>
/// <param name="Method">What decided.</param>
/// <param name="Votes">How each voter's ballots counted.</param>
/// <param name="Vendors">The vendors that gave valid votes.</param>
/// <param name="Dissent">The voters whose valid vote was for another option.</param>
public sealed record CouncilDecision(
    Conflict Conflict,
    string Choice,
    DecisionMethod Method,
    ImmutableArray<CountedVote> Votes,
    ImmutableArray<string> Vendors,
    ImmutableArray<AgentId> Dissent)
{
    /// <summary>The text of the option that stands.</summary>
    public string ChoiceText() => Conflict.Options.First(option => option.Id == Choice).Text;
}

/// <summary>What settled a conflict.</summary>
public enum DecisionMethod
{
    /// <summary>More weight for one option.</summary>
    Majority,

    /// <summary>A tie or no quorum: the agent whose field it is prevails.</summary>
    DomainOwner,

    /// <summary>A tie or no quorum in nobody's field: the first option, in the open.</summary>
    Default,
}

/// <summary>A voter's two ballots as one vote.</summary>
/// <param name="Choice">The option; null when it is no valid vote.</param>
/// <param name="Weight">1, or 0 for one's own option.</param>
/// <param name="Note">Why it does not count in full: absent, abstained, flipped with the order, own option.</param>
public sealed record CountedVote(AgentId Voter, string Provider, string? Choice, int Weight, string? Note);
