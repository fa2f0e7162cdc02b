using System.Collections.Immutable;
using Conclave.Engine.Definition;

namespace Conclave.Engine.Council;

/// <summary>Counts ballots: pure. The order in which ballots came changes nothing.</summary>
internal static class Tally
{
    /// <summary>Settles a conflict. There is always an outcome; its method says how good it is.</summary>
    /// <param name="quorum">How many valid votes a majority needs behind it.</param>
    public static CouncilDecision Decide(Conflict conflict, IEnumerable<Ballot> ballots, int quorum)
    {
        var all = ballots.OrderBy(ballot => ballot.Voter.Value, StringComparer.Ordinal).ThenBy(ballot => ballot.Order).ToList();
        ImmutableArray<CountedVote> votes = [.. all.GroupBy(ballot => ballot.Voter).Select(own => Count(conflict, own.Key, [.. own]))];
        var valid = votes.Where(vote => vote.Choice is not null).ToList();
        var (choice, method) = Majority(conflict, valid, quorum) ?? Fallback(conflict);
        return new CouncilDecision(
            conflict,
            choice,
            method,
            votes,
            [.. valid.Select(vote => vote.Provider).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            [.. valid.Where(vote => vote.Choice != choice).Select(vote => vote.Voter)]);
    }

    private static CountedVote Count(Conflict conflict, AgentId voter, List<Ballot> ballots)
    {
        CountedVote Invalid(string note) => new(voter, ballots[0].Provider, null, 0, note);
        if (ballots.FirstOrDefault(ballot => ballot.Absent is not null) is { } absent)
        {
            return Invalid($"absent: {absent.Absent}");
        }

        if (ballots.Exists(ballot => ballot.Choice is null))
        {
            return Invalid("abstained");
        }

        if (ballots.Select(ballot => ballot.Choice).Distinct().Count() > 1)
        {
            return Invalid("changed its mind when the options changed places, which counts as an abstention");
        }

        var choice = ballots[0].Choice!;
        var own = conflict.Options.First(option => option.Id == choice).ProposedBy.Contains(voter);
        return new CountedVote(voter, ballots[0].Provider, choice, own ? 0 : 1, own ? "its own proposal, which weighs nothing" : null);
    }

    private static (string Choice, DecisionMethod Method)? Majority(Conflict conflict, List<CountedVote> valid, int quorum)
    {
        if (valid.Count < quorum)
        {
            return null;
        }

        var weights = conflict.Options
            .Select(option => (option.Id, Weight: valid.Where(vote => vote.Choice == option.Id).Sum(vote => vote.Weight)))
            .OrderByDescending(pair => pair.Weight)
            .ToList();
        return weights[0].Weight > weights[1].Weight ? (weights[0].Id, DecisionMethod.Majority) : null;
    }

    private static (string Choice, DecisionMethod Method) Fallback(Conflict conflict) =>
        conflict.Owner is { } owner && conflict.Options.FirstOrDefault(option => option.ProposedBy.Contains(owner)) is { } own
            ? (own.Id, DecisionMethod.DomainOwner)
            : (conflict.Options[0].Id, DecisionMethod.Default);
}
