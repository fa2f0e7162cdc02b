using System.Collections.Immutable;
using System.Text.Json.Serialization;
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
    /// <summary>Why the vote alone did not decide, or what fact did; null when the vote decided.</summary>
    public string? Why { get; init; }

    /// <summary>The words of the human who decided; null for none.</summary>
    public string? Comment { get; init; }

    /// <summary>The text of the option that stands.</summary>
    public string ChoiceText() => Chosen().Text;

    /// <summary>How many valid votes there were, and how many of them were for the option that most wanted.</summary>
    public (int Same, int Valid) Agreement() =>
        (Votes.Select(vote => vote.Choice).OfType<string>().CountBy(choice => choice).Select(choice => choice.Value).DefaultIfEmpty(0).Max(), Votes.Count(vote => vote.Choice is not null));

    internal ConflictOption Chosen() => Conflict.Options.First(option => option.Id == Choice);
}

/// <summary>What settled a conflict.</summary>
public enum DecisionMethod
{
    /// <summary>More weight for one option.</summary>
    Majority,

    /// <summary>A tie: the agent whose field it is prevails.</summary>
    DomainOwner,

    /// <summary>Nobody was there to be asked: the default that the workflow says.</summary>
    Default,

    /// <summary>More weight for one option, the voters weighing as the workflow says.</summary>
    Weighted,

    /// <summary>All valid votes for one option.</summary>
    Unanimous,

    /// <summary>Hard facts left one option; nobody voted.</summary>
    Facts,

    /// <summary>A human.</summary>
    Human,
}

/// <summary>A voter's ballots as one vote.</summary>
/// <param name="Choice">The option; null when it is no valid vote.</param>
/// <param name="Weight">1 or what the workflow says; 0 for one's own option.</param>
/// <param name="Note">Why it does not count in full: absent, abstained, flipped with the order, own option.</param>
public sealed record CountedVote(AgentId Voter, string Provider, string? Choice, int Weight, string? Note)
{
    /// <summary>Whether it forbids the other options.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Veto { get; init; }
}
