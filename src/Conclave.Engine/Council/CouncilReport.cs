using System.Collections.Immutable;
using Conclave.Engine.Execution;

namespace Conclave.Engine.Council;

/// <summary>What a session's council decided and what that cost: a projection of the journal, for people and for tools.</summary>
/// <param name="CostUsd">The sum of all ballots, those of the critique included.</param>
/// <param name="Share">That as a part of what the session spent, from 0 to 1; null when it spent nothing.</param>
/// <param name="VendorPairs">How often each two vendors that both gave a valid vote wanted the same: votes that always agree are worth less than they look.</param>
public sealed record CouncilReport(
    string SessionId,
    decimal CostUsd,
    decimal SpentUsd,
    double? Share,
    ImmutableArray<VendorAgreement> VendorPairs,
    ImmutableArray<DecisionReport> Decisions)
{
    /// <summary>The report of a session as it stands.</summary>
    public static CouncilReport Of(SessionState state)
    {
        var cost = state.Ballots.Sum(ballot => ballot.CostUsd);
        return new CouncilReport(
            state.Id.Value,
            cost,
            state.SpentUsd,
            state.SpentUsd > 0 ? (double)(cost / state.SpentUsd) : null,
            Pairs(state.Decisions),
            [.. state.Decisions.Select(decision => new DecisionReport(decision, [.. state.Ballots.Where(ballot => ballot.Conflict == decision.Conflict.Id)]))]);
    }

    private static ImmutableArray<VendorAgreement> Pairs(IEnumerable<CouncilDecision> decisions) =>
    [
        .. from decision in decisions
           let valid = decision.Votes.Where(vote => vote.Choice is not null).ToList()
           from one in valid
           from other in valid
           where string.CompareOrdinal(one.Provider, other.Provider) < 0
           group one.Choice == other.Choice by (one.Provider, Other: other.Provider) into pair
           orderby pair.Key.Provider, pair.Key.Other
           select new VendorAgreement(pair.Key.Provider, pair.Key.Other, pair.Count(same => same), pair.Count()),
    ];
}

/// <summary>A decision with its ballots.</summary>
public sealed record DecisionReport(CouncilDecision Decision, ImmutableArray<Ballot> Ballots);

/// <summary>How often the valid votes of two vendors were the same.</summary>
public sealed record VendorAgreement(string One, string Other, int Same, int Together);
