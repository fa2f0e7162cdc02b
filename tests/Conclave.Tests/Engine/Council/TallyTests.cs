using Conclave.Engine.Council;
using Conclave.Engine.Definition;

namespace Conclave.Tests.Engine.Council;

public sealed class TallyTests
{
    private static readonly AgentId Pm = new("pm");
    private static readonly AgentId Backend = new("backend");
    private static readonly AgentId Frontend = new("frontend");

    private static readonly Conflict Storage = new(
        "topic-choice:storage", "topic-choice", "Where?", true, Backend,
        [new ConflictOption("backend", "SQLite", [Backend]), new ConflictOption("frontend", "JSON", [Frontend])], []);

    private static IEnumerable<Ballot> Vote(AgentId voter, string? ab, string? ba, string? absent = null) =>
        new[] { ab, ba }.Select((choice, order) => new Ballot("topic-choice:storage", voter, voter.Value switch { "pm" => "openai", "backend" => "anthropic", _ => "gemini" }, "m", order, choice, "because", [], absent, 0.01m));

    private static CouncilDecision Decide(params IEnumerable<Ballot>[] votes) => Tally.Decide(Storage, votes.SelectMany(vote => vote), 2);

    [Fact]
    public void A_vote_for_ones_own_option_weighs_nothing_and_one_for_the_other_counts()
    {
        var decision = Decide(Vote(Pm, "frontend", "frontend"), Vote(Backend, "frontend", "frontend"), Vote(Frontend, "frontend", "frontend"));
        Assert.Equal(("frontend", DecisionMethod.Majority), (decision.Choice, decision.Method));
        Assert.Equal("backend:1 frontend:0 pm:1", string.Join(' ', decision.Votes.Select(vote => $"{vote.Voter}:{vote.Weight}")));
    }

    [Fact]
    public void A_verdict_that_flips_with_the_order_is_an_abstention()
    {
        var decision = Decide(Vote(Pm, "backend", "frontend"), Vote(Backend, "backend", "backend"), Vote(Frontend, "frontend", "frontend"));
        Assert.Contains("which counts as an abstention", decision.Votes.Single(vote => vote.Voter == Pm).Note, StringComparison.Ordinal);
        Assert.Equal(("backend", DecisionMethod.DomainOwner), (decision.Choice, decision.Method));
        Assert.Equal([Frontend], decision.Dissent);
        Assert.Equal(["anthropic", "gemini"], decision.Vendors);
    }

    [Fact]
    public void An_absent_voter_is_absent_and_never_a_silent_yes()
    {
        var decision = Decide(Vote(Pm, "backend", "backend"), Vote(Backend, null, null, "no quota"), Vote(Frontend, null, null, "down"));
        Assert.Equal(DecisionMethod.DomainOwner, decision.Method);
        Assert.Equal(["openai"], decision.Vendors);
        Assert.Equal("absent: down", decision.Votes.Single(vote => vote.Voter == Frontend).Note);
    }

    [Fact]
    public void A_conflict_in_nobodys_field_without_a_majority_is_settled_by_the_default_in_the_open()
    {
        var decision = Tally.Decide(Storage with { Owner = null }, Vote(Pm, null, null), 2);
        Assert.Equal(("backend", DecisionMethod.Default), (decision.Choice, decision.Method));
    }

    [Fact]
    public void The_order_in_which_ballots_come_changes_nothing()
    {
        var ballots = Vote(Pm, "backend", "backend").Concat(Vote(Backend, "frontend", "frontend")).Concat(Vote(Frontend, "frontend", "backend")).ToList();
        var expected = Show(Tally.Decide(Storage, ballots, 2));
        var random = new Random(7);
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(expected, Show(Tally.Decide(Storage, ballots.OrderBy(_ => random.Next()).ToList(), 2)));
        }
    }

    private static string Show(CouncilDecision decision) =>
        $"{decision.Choice} {decision.Method} {string.Join(',', decision.Votes)} {string.Join(',', decision.Dissent)}";

    [Fact]
    public void The_record_names_options_votes_ballots_and_cost()
    {
        var ballots = Vote(Pm, "backend", "backend").Concat(Vote(Backend, "frontend", "frontend")).Concat(Vote(Frontend, "frontend", "frontend")).ToList();
        var record = DecisionRecord.Render(Tally.Decide(Storage, ballots, 2), ballots, 3);
        Assert.Equal("docs/decisions/0003-topic-choice-storage.md", DecisionRecord.Path(Tally.Decide(Storage, ballots, 2), 3));
        Assert.Contains("no majority, so the agent whose field it is prevailed (backend)", record, StringComparison.Ordinal);
        Assert.Contains("| pm (openai) | backend | 1 |", record, StringComparison.Ordinal);
        Assert.Contains("| frontend | B/A | frontend | because |", record, StringComparison.Ordinal);
        Assert.Contains("Cost of the vote: $0.0600", record, StringComparison.Ordinal);
    }
}
