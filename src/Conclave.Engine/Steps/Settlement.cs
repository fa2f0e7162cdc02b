using System.Collections.Immutable;
using System.Globalization;
using Conclave.Engine.Council;

namespace Conclave.Engine.Steps;

/// <summary>How far a conflict is settled without a human. Immutable; every rule of who decides is here.</summary>
/// <param name="Choice">The option that stands; null while a human must be asked.</param>
/// <param name="Why">Why the vote alone did not decide, or which facts did; null when the vote decided.</param>
internal sealed record Settlement(Conflict Conflict, ImmutableArray<Ballot> Ballots, VoteCount Count, string? Choice, DecisionMethod Method, string? Why)
{
    /// <summary>What hard facts leave: one option, or nothing decided.</summary>
    public static Settlement? ByFacts(Conflict conflict) => conflict.OpenOptions() is [var only]
        ? new Settlement(
            conflict,
            [],
            new VoteCount([], null, null),
            only.Id,
            DecisionMethod.Facts,
            string.Join("; ", conflict.Options.Where(option => option.RuledOut is not null).Select(option => $"`{option.Id}` is ruled out: {option.RuledOut}")))
        : null;

    /// <summary>What the votes come to, and after a tie the word of the agent whose field it is.</summary>
    public static Settlement ByVotes(Conflict conflict, ImmutableArray<Ballot> ballots, VotingRules rules, bool tieToOwner)
    {
        var count = Tally.Count(conflict, ballots, rules);
        if (count.Winner is { } winner)
        {
            return new Settlement(conflict, ballots, count, winner, rules.Method switch { VotingMethod.Weighted => DecisionMethod.Weighted, VotingMethod.Unanimous => DecisionMethod.Unanimous, _ => DecisionMethod.Majority }, null);
        }

        var why = count.Why switch
        {
            NoWinner.NoQuorum => string.Create(CultureInfo.InvariantCulture, $"no quorum: valid votes from {count.Vendors.Length} of {rules.Quorum} vendors"),
            NoWinner.Veto => $"veto by {string.Join(" and ", count.Votes.Where(vote => vote.Veto).Select(vote => vote.Voter))}",
            _ => rules.Method == VotingMethod.Unanimous ? "not unanimous" : "tie",
        };
        var open = new Settlement(conflict, ballots, count, null, DecisionMethod.Default, why);
        return tieToOwner && count.Why == NoWinner.Tie && open.OwnersOption() is { } own ? open with { Choice = own, Method = DecisionMethod.DomainOwner } : open;
    }

    /// <summary>Whether one more round can help: the project hangs on it, the vote did not decide, and enough vendors answered.</summary>
    public bool WantsCritique(int quorum) => Conflict.Blocking
        && Count.Winner is null
        && Count.Why is not null
        && Count.Votes.Where(vote => vote.Note?.StartsWith("absent", StringComparison.Ordinal) != true).Select(vote => vote.Provider).Distinct(StringComparer.Ordinal).Count() >= quorum;

    /// <summary>What stands when nobody is there to be asked; no option when that fails the phase.</summary>
    public (string? Option, DecisionMethod Method) Fallback(Unattended unattended) => unattended switch
    {
        Unattended.Fail => (null, DecisionMethod.Default),
        Unattended.DomainOwner when OwnersOption() is { } own => (own, DecisionMethod.DomainOwner),
        _ => (Conflict.OpenOptions()[0].Id, DecisionMethod.Default),
    };

    /// <summary>The decision, once there is a choice.</summary>
    public CouncilDecision Decision(string choice, DecisionMethod method) => new(
        Conflict,
        choice,
        method,
        Count.Votes,
        Count.Vendors,
        [.. Count.Votes.Where(vote => vote.Choice is { } wanted && wanted != choice).Select(vote => vote.Voter)])
    {
        Why = Why,
    };

    /// <summary>What a human is asked.</summary>
    public string Question() => string.Join('\n',
    [
        Conflict.Question,
        .. Conflict.OpenOptions().Select(option => $"  {option.Id}: {option.Text}"),
        $"The council did not decide ({Why}):",
        .. Count.Votes.Select(vote => $"  {vote.Voter}: {vote.Choice ?? "no valid vote"}{(vote.Veto ? ", with a veto" : "")}{(vote.Note is { } note ? $" ({note})" : "")}"),
    ]);

    private string? OwnersOption() =>
        Conflict.Owner is { } owner && Conflict.OpenOptions().Where(option => option.ProposedBy.Contains(owner)).ToList() is [var own] ? own.Id : null;
}
