using Conclave.Cli.Terminal;
using Conclave.Engine.Council;
using Conclave.Engine.Definition;

namespace Conclave.Tests.Cli;

/// <summary>What <c>show --decisions</c> tells of the council.</summary>
public sealed class DecisionsPageTests
{
    [Fact]
    public void Each_decision_is_shown_with_every_vote_the_dissent_and_the_cost()
    {
        var conflict = new Conflict(
            "topic-choice:storage", "topic-choice", "Where are notes kept?", true, new AgentId("backend"),
            [new ConflictOption("backend", "SQLite", [new AgentId("backend")]), new ConflictOption("frontend", "a JSON file", [new AgentId("frontend")])], []);
        var decision = new CouncilDecision(
            conflict, "backend", DecisionMethod.DomainOwner,
            [
                new CountedVote(new AgentId("backend"), "anthropic", "frontend", 1, null) { Veto = true },
                new CountedVote(new AgentId("frontend"), "gemini", "frontend", 0, "own option"),
                new CountedVote(new AgentId("pm"), "openai", null, 0, "absent: \u001b[2Jno key"),
            ],
            ["anthropic", "gemini"],
            [new AgentId("backend"), new AgentId("frontend")])
        {
            Why = "tie",
        };
        var report = new CouncilReport("s", 0.25m, 1m, 0.25, [new VendorAgreement("anthropic", "gemini", 1, 1)], [new DecisionReport(decision, [])]);

        Assert.Equal(
        [
            "Where are notes kept?",
            "  decided: SQLite",
            "  how:     domain_owner (tie)",
            "  backend      frontend     weight 1, veto, dissent",
            "  frontend     frontend     weight 0, dissent (own option)",
            "  pm           none         weight 0 (absent: \\x1b[2Jno key)",
            "",
            "anthropic and gemini wanted the same in 1 of 1",
            "the council cost $0.25, 25.0 % of the session",
        ],
            DecisionsPage.Lines(report).Select(line => line.Replace("\u001b", "ESC", StringComparison.Ordinal)));
    }

    [Fact]
    public void Without_a_conflict_the_page_says_so() => Assert.Equal(
        ["no decisions: the plans had no conflict, or were not compared yet"], DecisionsPage.Lines(new CouncilReport("s", 0, 0, null, [], [])));
}
