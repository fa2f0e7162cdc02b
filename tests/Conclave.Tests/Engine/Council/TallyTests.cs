using Conclave.Engine.Council;
using Conclave.Engine.Definition;
using Conclave.Engine.Steps;

namespace Conclave.Tests.Engine.Council;

public sealed class TallyTests
{
    private static readonly AgentId Pm = new("pm");
    private static readonly AgentId Backend = new("backend");
    private static readonly AgentId Frontend = new("frontend");

    private static readonly Conflict Storage = new(
        "topic-choice:storage", "topic-choice", "Where?", true, Backend,
        [new ConflictOption("backend", "SQLite", [Backend]), new ConflictOption("frontend", "JSON", [Frontend])], ["storage: SQLite", "storage: JSON"]);

    private static IEnumerable<Ballot> Vote(AgentId voter, string? ab, string? ba, string? absent = null, bool veto = false, int round = 1, string evidence = "R1") =>
        new[] { ab, ba }.Select((choice, order) => new Ballot(Storage.Id, voter, Vendor(voter), "m", order, choice, "because", [evidence], absent, 0.01m) { Veto = veto, Round = round });

    private static string Vendor(AgentId voter) => voter.Value switch { "pm" => "openai", "backend" => "anthropic", _ => "gemini" };

    private static VoteCount Count(params IEnumerable<Ballot>[] votes) => Tally.Count(Storage, votes.SelectMany(vote => vote), VotingRules.Of(2));

    private static Settlement Settle(params IEnumerable<Ballot>[] votes) => Settlement.ByVotes(Storage, [.. votes.SelectMany(vote => vote)], VotingRules.Of(2), tieToOwner: true);

    [Fact]
    public void A_vote_for_ones_own_option_weighs_nothing_and_one_for_the_other_counts()
    {
        var count = Count(Vote(Pm, "frontend", "frontend"), Vote(Backend, "frontend", "frontend"), Vote(Frontend, "frontend", "frontend"));
        Assert.Equal("frontend", count.Winner);
        Assert.Equal("backend:1 frontend:0 pm:1", string.Join(' ', count.Votes.Select(vote => $"{vote.Voter}:{vote.Weight}")));
    }

    [Fact]
    public void A_verdict_that_flips_with_the_order_is_an_abstention_and_the_tie_goes_to_the_owner()
    {
        var settled = Settle(Vote(Pm, "backend", "frontend"), Vote(Backend, "backend", "backend"), Vote(Frontend, "frontend", "frontend"));
        Assert.Contains("which counts as an abstention", settled.Count.Votes.Single(vote => vote.Voter == Pm).Note, StringComparison.Ordinal);
        Assert.Equal(("backend", DecisionMethod.DomainOwner, "tie"), (settled.Choice, settled.Method, settled.Why));
        var decision = settled.Decision("backend", settled.Method);
        Assert.Equal([Frontend], decision.Dissent);
        Assert.Equal(["anthropic", "gemini"], decision.Vendors);
        Assert.Equal((1, 2), decision.Agreement());
    }

    [Fact]
    public void Without_a_quorum_of_vendors_not_even_the_owner_decides()
    {
        var settled = Settle(Vote(Pm, "backend", "backend"), Vote(Backend, null, null, "no quota"), Vote(Frontend, null, null, "down"));
        Assert.Equal((null, "no quorum: valid votes from 1 of 2 vendors"), (settled.Choice, settled.Why));
        Assert.Equal("absent: down", settled.Count.Votes.Single(vote => vote.Voter == Frontend).Note);
        Assert.False(settled.WantsCritique(2));
    }

    [Fact]
    public void A_veto_in_both_orders_stops_the_winner_but_not_one_in_favour_of_the_vetoers_own_option()
    {
        var others = Vote(Backend, "frontend", "frontend").Concat(Vote(new AgentId("auditor"), "frontend", "frontend"));
        Assert.Equal(NoWinner.Veto, Count(Vote(Pm, "backend", "backend", veto: true), others).Why);
        Assert.Equal("frontend", Count(Vote(Pm, "backend", "backend", veto: true).Select(ballot => ballot with { Veto = ballot.Order == 0 }), others).Winner);
        Assert.Equal("backend", Count(Vote(Pm, "backend", "backend"), Vote(Frontend, "frontend", "frontend", veto: true)).Winner);
        Assert.Equal("veto by pm", Settle(Vote(Pm, "backend", "backend", veto: true), others).Why);
    }

    [Fact]
    public void A_vote_that_changes_after_the_critique_counts_only_with_evidence_that_is_new_in_both_orders()
    {
        var first = Vote(Pm, "backend", "backend").Concat(Vote(Backend, "frontend", "frontend"));
        Assert.Equal(NoWinner.Tie, Count(first).Why);
        Assert.Equal("frontend", Count(first, Vote(Pm, "frontend", "frontend", round: 2, evidence: "E2")).Winner);
        Assert.Equal(NoWinner.Tie, Count(first, Vote(Pm, "frontend", "frontend", round: 2)).Why);
        Assert.Equal(NoWinner.Tie, Count(first, Vote(Pm, null, null, "down", round: 2)).Why);
    }

    [Fact]
    public void Weights_count_and_unanimity_wants_every_valid_vote()
    {
        var ballots = Vote(Pm, "backend", "backend").Concat(Vote(Backend, "frontend", "frontend")).ToList();
        var rules = VotingRules.Of(2, VotingMethod.Weighted);
        Assert.Equal("backend", Tally.Count(Storage, ballots, rules with { Weights = rules.Weights.Add(Pm, 3) }).Winner);
        Assert.Equal(NoWinner.Tie, Tally.Count(Storage, ballots.Concat(Vote(Frontend, "backend", "backend")), VotingRules.Of(2, VotingMethod.Unanimous)).Why);
        Assert.Equal("backend", Tally.Count(Storage, Vote(Pm, "backend", "backend").Concat(Vote(Frontend, "backend", "backend")), VotingRules.Of(2, VotingMethod.Unanimous)).Winner);
    }

    [Fact]
    public void Of_three_options_the_one_that_beats_every_other_wins_and_a_circle_is_a_tie()
    {
        var conflict = Storage with { Options = [new ConflictOption("a", "A", []), new ConflictOption("b", "B", []), new ConflictOption("c", "C", [])] };
        IEnumerable<Ballot> Rank(AgentId voter, string order) =>
            from pair in OptionPair.Of(conflict.Options)
            from side in Enumerable.Range(0, 2)
            select new Ballot(conflict.Id, voter, Vendor(voter), "m", side, order.First(letter => pair.Has(letter.ToString())).ToString(), "", ["R1"], null, 0m) { Pair = pair.Name };
        Assert.Equal("b", Tally.Count(conflict, Rank(Pm, "bac").Concat(Rank(Backend, "bca")).Concat(Rank(Frontend, "cba")), VotingRules.Of(2)).Winner);
        Assert.Equal(NoWinner.Tie, Tally.Count(conflict, Rank(Pm, "abc").Concat(Rank(Backend, "bca")).Concat(Rank(Frontend, "cab")), VotingRules.Of(2)).Why);
    }

    [Theory]
    [InlineData("A", "R1", null)]
    [InlineData("A", "[R1] visits by day", null)]
    [InlineData("B", "e2", null)]
    [InlineData("B", "R12", "`evidence` names `R12`, which does not exist; name only R1, E1, E2.")]
    [InlineData("C", "R1", "`choice` must be `A`, `B` or `abstain`, not `C`.")]
    [InlineData("abstain", null, null)]
    [InlineData("A", null, "a choice needs evidence; name at least one of R1, E1, E2, or abstain.")]
    public void A_choice_cites_what_exists(string choice, string? evidence, string? problem)
    {
        var citations = new Citations(Storage, new Requirements("", "", [new Requirement("R1", "", [])], [], []));
        Assert.Equal(problem, citations.Check(new BallotAnswer(choice, "", evidence is null ? [] : [evidence], false)).Problem);
    }

    [Fact]
    public void Options_are_shown_in_about_the_same_length()
    {
        var (first, second) = BallotQuestion.Equalised(string.Join(' ', Enumerable.Repeat("word", 200)), string.Join(' ', Enumerable.Repeat("word", 50)));
        Assert.Equal(249, second.Length);
        Assert.InRange(first.Length, 200, 320);
        Assert.Equal((first, second), BallotQuestion.Equalised(first, second));
    }

    [Fact]
    public void The_record_names_options_votes_ballots_evidence_cost_and_how_independent_they_were()
    {
        var ballots = Vote(Pm, "backend", "backend").Concat(Vote(Backend, "frontend", "frontend")).Concat(Vote(Frontend, "frontend", "frontend")).ToList();
        var settled = Settle(ballots);
        var decision = settled.Decision(settled.Choice!, settled.Method);
        var record = DecisionRecord.Render(decision, ballots, 3);
        Assert.Equal("docs/decisions/0003-topic-choice-storage.md", DecisionRecord.Path(decision, 3));
        Assert.Contains("not by the vote (tie), so the agent whose field it is prevailed: backend", record, StringComparison.Ordinal);
        Assert.Contains("| pm (openai) | backend | 1 |", record, StringComparison.Ordinal);
        Assert.Contains("| frontend | 1 | B/A | frontend | R1 | because |", record, StringComparison.Ordinal);
        Assert.Contains("3 valid votes from 3 vendors (anthropic, gemini, openai), 2 of 3 for the same option. Cost of the vote: $0.0600. There were 6 ballots.", record, StringComparison.Ordinal);
    }
}
