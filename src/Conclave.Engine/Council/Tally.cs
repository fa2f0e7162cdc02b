using System.Collections.Immutable;
using Conclave.Engine.Definition;

namespace Conclave.Engine.Council;

/// <summary>How votes become a decision.</summary>
public enum VotingMethod
{
    /// <summary>More valid votes for one option than for any other.</summary>
    Majority,

    /// <summary>The same, each voter with the weight that the workflow gives it.</summary>
    Weighted,

    /// <summary>All valid votes for one option.</summary>
    Unanimous,
}

/// <summary>The rules of a vote.</summary>
/// <param name="Quorum">How many different vendors must have given valid votes.</param>
/// <param name="Weights">For <see cref="VotingMethod.Weighted"/>; who is not in it weighs 1.</param>
internal sealed record VotingRules(VotingMethod Method, int Quorum, ImmutableDictionary<AgentId, int> Weights)
{
    public static VotingRules Of(int quorum, VotingMethod method = VotingMethod.Majority) => new(method, quorum, ImmutableDictionary<AgentId, int>.Empty);
}

/// <summary>What a vote came to.</summary>
/// <param name="Winner">The option that won; null when none did.</param>
/// <param name="Why">Why none did.</param>
internal sealed record VoteCount(ImmutableArray<CountedVote> Votes, string? Winner, NoWinner? Why)
{
    /// <summary>The vendors that gave valid votes.</summary>
    public ImmutableArray<string> Vendors => [.. Votes.Where(vote => vote.Choice is not null).Select(vote => vote.Provider).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}

/// <summary>Why no option won.</summary>
internal enum NoWinner
{
    /// <summary>Too few vendors gave a valid vote.</summary>
    NoQuorum,

    /// <summary>The method finds no option before all others.</summary>
    Tie,

    /// <summary>A voter forbids the option that would have won.</summary>
    Veto,
}

/// <summary>
/// Counts ballots: pure, and the order in which ballots came or options stand changes nothing. Of more than two options, each two are put by
/// themselves, and the one that wins against every other one wins (Condorcet); a circle is a tie.
/// </summary>
internal static class Tally
{
    public static VoteCount Count(Conflict conflict, IEnumerable<Ballot> ballots, VotingRules rules)
    {
        var all = Critique.Standing([.. ballots]);
        var pairs = OptionPair.Of(conflict.OpenOptions());
        var counts = pairs.Select(pair => (Pair: pair, Count: OfPair(pair, all.Where(ballot => ballot.Pair == pair.Name), rules))).ToList();
        if (counts is [var only])
        {
            return only.Count;
        }

        var votes = Together([.. counts.Select(count => count.Count)]);
        var winner = conflict.OpenOptions().Select(option => option.Id).FirstOrDefault(option => counts.Where(count => count.Pair.Has(option)).All(count => count.Count.Winner == option));
        var why = counts.Select(count => count.Count.Why).OfType<NoWinner>().Cast<NoWinner?>().OrderBy(reason => reason).FirstOrDefault() ?? NoWinner.Tie;
        return new VoteCount(votes, winner, winner is null ? why : null);
    }

    private static VoteCount OfPair(OptionPair pair, IEnumerable<Ballot> ballots, VotingRules rules)
    {
        ImmutableArray<CountedVote> votes = [.. ballots.GroupBy(ballot => ballot.Voter).OrderBy(own => own.Key.Value, StringComparer.Ordinal).Select(own => Vote(pair, own.Key, [.. own], rules))];
        var valid = votes.Where(vote => vote.Choice is not null).ToList();
        if (valid.Select(vote => vote.Provider).Distinct(StringComparer.Ordinal).Count() < rules.Quorum)
        {
            return new VoteCount(votes, null, NoWinner.NoQuorum);
        }

        var (first, second) = (Weight(valid, pair.First.Id), Weight(valid, pair.Second.Id));
        var leader = first == second ? null : first > second ? pair.First.Id : pair.Second.Id;
        if (leader is null || (rules.Method == VotingMethod.Unanimous && valid.Exists(vote => vote.Choice != leader)))
        {
            // Whoever breaks the tie must not come to what is forbidden.
            return new VoteCount(votes, null, valid.Exists(vote => vote.Veto) ? NoWinner.Veto : NoWinner.Tie);
        }

        return valid.Exists(vote => vote.Veto && vote.Choice != leader) ? new VoteCount(votes, null, NoWinner.Veto) : new VoteCount(votes, leader, null);
    }

    private static int Weight(List<CountedVote> votes, string option) => votes.Where(vote => vote.Choice == option).Sum(vote => vote.Weight);

    private static CountedVote Vote(OptionPair pair, AgentId voter, ImmutableArray<Ballot> ballots, VotingRules rules)
    {
        CountedVote Invalid(string note) => new(voter, ballots[0].Provider, null, 0, note);
        if (ballots.FirstOrDefault(ballot => ballot.Absent is not null) is { } absent)
        {
            return Invalid($"absent: {absent.Absent}");
        }

        if (ballots.Any(ballot => ballot.Choice is null || !pair.Has(ballot.Choice)))
        {
            return Invalid("abstained");
        }

        if (ballots.Select(ballot => ballot.Choice).Distinct().Count() > 1)
        {
            return Invalid("changed its mind when the options changed places, which counts as an abstention");
        }

        if (ballots.Select(ballot => ballot.Order).Distinct().Count() < 2)
        {
            return Invalid("absent: it answered in one order only");
        }

        var choice = ballots[0].Choice!;
        var own = (pair.First.Id == choice ? pair.First : pair.Second).ProposedBy.Contains(voter);
        var weight = own ? 0 : rules.Method == VotingMethod.Weighted ? rules.Weights.GetValueOrDefault(voter, 1) : 1;
        return new CountedVote(voter, ballots[0].Provider, choice, weight, own ? "its own proposal, which weighs nothing" : null)
        {
            Veto = !own && ballots.All(ballot => ballot.Veto),
        };
    }

    // What a voter wants before all others is its vote; one that has no such option has no vote as a whole.
    private static ImmutableArray<CountedVote> Together(ImmutableArray<VoteCount> counts) =>
    [
        .. counts.SelectMany(count => count.Votes).GroupBy(vote => vote.Voter).OrderBy(own => own.Key.Value, StringComparer.Ordinal).Select(own =>
        {
            var wins = own.Where(vote => vote.Choice is not null).CountBy(vote => vote.Choice!).OrderByDescending(win => win.Value).ThenBy(win => win.Key, StringComparer.Ordinal).ToList();
            var first = wins is [var only] || (wins.Count > 1 && wins[0].Value > wins[1].Value) ? wins[0].Key : null;
            var like = own.FirstOrDefault(vote => vote.Choice == first) ?? own.First();
            return first is null ? like with { Choice = null, Weight = 0, Note = own.Select(vote => vote.Note).OfType<string>().FirstOrDefault() ?? "prefers none to all others" } : like;
        }),
    ];
}

/// <summary>Two options that are put against each other.</summary>
/// <param name="Name">Null when there are no others.</param>
internal sealed record OptionPair(ConflictOption First, ConflictOption Second, string? Name)
{
    public static ImmutableArray<OptionPair> Of(ImmutableArray<ConflictOption> options) =>
    [
        .. from first in Enumerable.Range(0, options.Length)
           from second in Enumerable.Range(first + 1, options.Length - first - 1)
           select new OptionPair(options[first], options[second], options.Length == 2 ? null : Named(options[first].Id, options[second].Id)),
    ];

    public bool Has(string option) => First.Id == option || Second.Id == option;

    /// <summary>The options as a voter sees them: in the second order they change places.</summary>
    public (ConflictOption A, ConflictOption B) In(int order) => order == 0 ? (First, Second) : (Second, First);

    private static string Named(string one, string other) => string.CompareOrdinal(one, other) <= 0 ? $"{one}|{other}" : $"{other}|{one}";
}
