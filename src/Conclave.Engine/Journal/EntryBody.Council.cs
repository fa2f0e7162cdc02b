using Conclave.Engine.Council;

namespace Conclave.Engine.Journal;

public abstract partial record EntryBody
{
    /// <summary>One voter answered about one conflict, in one order of the options.</summary>
    [EntryKind("ballot-cast/1")]
    public sealed record BallotCast(Ballot Ballot) : EntryBody;

    /// <summary>A conflict is settled.</summary>
    [EntryKind("decision-made/1")]
    public sealed record DecisionMade(CouncilDecision Decision) : EntryBody;
}
