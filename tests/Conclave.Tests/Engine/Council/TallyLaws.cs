using System.Collections.Immutable;
using Conclave.Engine.Council;
using Conclave.Engine.Definition;
using Conclave.Tests.Engine.Laws;

namespace Conclave.Tests.Engine.Council;

/// <summary>What holds for any ballots under each method.</summary>
public sealed class TallyLaws
{
    private static readonly ImmutableArray<AgentId> Voters = [new("a"), new("b"), new("c"), new("d"), new("e")];
    private static readonly ImmutableArray<string> Vendors = ["openai", "anthropic", "gemini"];

    public static TheoryData<VotingMethod> Methods => [.. Enum.GetValues<VotingMethod>()];

    [Theory]
    [MemberData(nameof(Methods))]
    public void The_order_of_ballots_and_of_options_changes_nothing(VotingMethod method) => Each(method, (poll, random) =>
    {
        var shuffled = poll.Ballots.ToArray();
        random.Shuffle(shuffled);
        var options = poll.Conflict.Options.ToArray();
        random.Shuffle(options);
        Assert.Equal(Show(poll.Count()), Show(Tally.Count(poll.Conflict with { Options = [.. options] }, shuffled, poll.Rules)));
    });

    [Theory]
    [MemberData(nameof(Methods))]
    public void Renaming_voters_of_one_vendor_and_weight_who_propose_nothing_changes_no_winner(VotingMethod method) => Each(method, (poll, _) =>
    {
        var renamed = poll.Ballots.Select(ballot => ballot.Voter == Voters[3] ? ballot with { Voter = new AgentId("zz") } : ballot);
        Assert.Equal(poll.Count().Winner, Tally.Count(poll.Conflict, renamed, poll.Rules).Winner);
    });

    [Theory]
    [MemberData(nameof(Methods))]
    public void One_more_abstention_or_absence_changes_no_winner(VotingMethod method) => Each(method, (poll, random) =>
    {
        var absent = random.Next(2) == 0 ? "down" : null;
        Assert.Equal(poll.Count().Winner, Tally.Count(poll.Conflict, [.. poll.Ballots, .. Both(poll.Conflict, new AgentId("late"), "mistral", null, null, absent)], poll.Rules).Winner);
    });

    [Theory]
    [MemberData(nameof(Methods))]
    public void Who_is_absent_or_flips_wins_nothing_for_anyone(VotingMethod method) => Each(method, (poll, _) =>
    {
        var count = poll.Count();
        var without = poll.Ballots.Where(ballot => count.Votes.Any(vote => vote.Voter == ballot.Voter && vote.Choice is not null));
        Assert.Equal(count.Winner, Tally.Count(poll.Conflict, without, poll.Rules).Winner);
        Assert.All(count.Votes.Where(vote => vote.Choice is null), vote => Assert.True(vote is { Weight: 0, Note: not null, Veto: false }));
    });

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_winner_has_a_quorum_of_vendors_more_weight_than_the_other_and_no_veto_against_it(VotingMethod method) => Each(method, (poll, _) =>
    {
        var count = poll.Count();
        if (count.Winner is { } winner)
        {
            Assert.True(count.Vendors.Length >= poll.Rules.Quorum);
            Assert.True(count.Votes.Where(vote => vote.Choice == winner).Sum(vote => vote.Weight) > count.Votes.Where(vote => vote.Choice != winner).Sum(vote => vote.Weight));
            Assert.DoesNotContain(count.Votes, vote => vote.Veto && vote.Choice != winner);
        }
        else
        {
            Assert.NotNull(count.Why);
        }
    });

    [Fact]
    public void Unanimous_means_that_all_valid_votes_agree() => Each(VotingMethod.Unanimous, (poll, _) =>
    {
        if (poll.Count() is { Winner: { } winner } count)
        {
            Assert.All(count.Votes.Where(vote => vote.Choice is not null), vote => Assert.Equal(winner, vote.Choice));
        }
    });

    private static void Each(VotingMethod method, Action<Poll, Random> law) => Seeds.Each(500, 50_000, seed =>
    {
        var random = new Random(seed);
        law(Poll.From(random, method), random);
    });

    private static string Show(VoteCount count) => $"{count.Winner} {count.Why} {string.Join(',', count.Votes)} {string.Join(',', count.Vendors)}";

    private static IEnumerable<Ballot> Both(Conflict conflict, AgentId voter, string vendor, string? ab, string? ba, string? absent, bool veto = false) =>
        new[] { ab, ba }.Select((choice, order) => new Ballot(conflict.Id, voter, vendor, "m", order, absent is null ? choice : null, "", ["R1"], absent, 0m) { Veto = veto });

    private sealed record Poll(Conflict Conflict, ImmutableArray<Ballot> Ballots, VotingRules Rules)
    {
        public VoteCount Count() => Tally.Count(Conflict, Ballots, Rules);

        public static Poll From(Random random, VotingMethod method)
        {
            var conflict = new Conflict("x:y", "x", "?", true, Voters[0], [new ConflictOption("one", "1", [Voters[0]]), new ConflictOption("two", "2", [Voters[1]])], []);
            string? Choice() => random.Next(8) switch { 0 => null, < 4 => "one", _ => "two" };
            var ballots = Voters.Take(random.Next(1, Voters.Length + 1)).SelectMany(voter =>
            {
                var choice = Choice();
                return Both(conflict, voter, Vendors[random.Next(Vendors.Length)], choice, random.Next(4) == 0 ? Choice() : choice, random.Next(6) == 0 ? "down" : null, random.Next(6) == 0);
            });
            var weights = method == VotingMethod.Weighted ? Voters.Take(3).ToImmutableDictionary(voter => voter, _ => random.Next(1, 4)) : ImmutableDictionary<AgentId, int>.Empty;
            return new Poll(conflict, [.. ballots], new VotingRules(method, random.Next(1, 4), weights));
        }
    }
}
