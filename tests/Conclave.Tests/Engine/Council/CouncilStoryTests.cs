using System.Collections.Immutable;
using System.Text.Json;
using Conclave.Agents;
using Conclave.Engine;
using Conclave.Engine.Council;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Tests.Fakes;
using Conclave.Tests.Simulator;

namespace Conclave.Tests.Engine.Council;

/// <summary>Whole councils against the simulator, through the vendors' own clients: two plans that disagree about storage, and three voters.</summary>
public sealed class CouncilStoryTests
{
    private const string ForFirst = """{"choice": "A", "reason": "It lasts.", "evidence": ["R1"], "veto": false}""";
    private const string ForSecond = """{"choice": "B", "reason": "It lasts.", "evidence": ["R1"], "veto": false}""";

    [Fact]
    public async Task Without_a_conflict_there_is_no_vote_and_no_call()
    {
        var story = await Run("", choice: "SQLite 3 in one file");
        Assert.Equal(SessionStatus.Succeeded, story.Status);
        Assert.Equal((PhaseStatus.Skipped, 3), (story.Phase(new("vote")).Status, story.Calls.Count));
    }

    [Fact]
    public async Task All_voters_agree()
    {
        var story = await Run(Votes("openai", "SQLite") + Votes("anthropic", "SQLite") + Votes("gemini", "SQLite"), with: "method: unanimous");
        var decision = Assert.Single(story.Decisions);
        Assert.Equal(("backend", DecisionMethod.Unanimous, (3, 3)), (decision.Choice, decision.Method, decision.Agreement()));
        Assert.Equal(6, story.Ballots.Count);
        Assert.Empty(story.Notes(new("vote")));
        var report = CouncilReport.Of(story);
        Assert.Equal(story.Ballots.Sum(ballot => ballot.CostUsd), report.CostUsd);
        Assert.InRange(report.Share!.Value, 0.01, 0.99);
        Assert.Equal(new VendorAgreement("anthropic", "gemini", 1, 1), report.VendorPairs[0]);
    }

    [Fact]
    public async Task A_split_vote_goes_to_the_agent_whose_field_it_is()
    {
        var story = await Run(Votes("anthropic", "JSON") + Votes("gemini", "SQLite") + Abstains("openai"), with: "critique: false");
        var decision = Assert.Single(story.Decisions);
        Assert.Equal(("backend", DecisionMethod.DomainOwner, "tie"), (decision.Choice, decision.Method, decision.Why));
        Assert.Equal("`topic-choice:storage` was not settled by the vote (tie) but by its owner, backend", Assert.Single(story.Notes(new("vote"))));
    }

    [Fact]
    public async Task A_voter_that_flips_with_the_order_abstains_and_the_others_decide()
    {
        var story = await Run(Votes("anthropic", "SQLite") + Votes("openai", "SQLite") + $"  - {{ match: {{ task: ballot, vendor: gemini }}, reply: '{ForFirst}' }}\n");
        var decision = Assert.Single(story.Decisions);
        Assert.Equal(("backend", DecisionMethod.Majority), (decision.Choice, decision.Method));
        Assert.Contains("changed its mind", decision.Votes.Single(vote => vote.Voter.Value == "frontend").Note, StringComparison.Ordinal);
        Assert.Equal(["anthropic", "openai"], decision.Vendors);
    }

    [Fact]
    public async Task A_voter_that_is_down_is_absent_in_the_open_and_the_others_decide()
    {
        var story = await Run(Votes("anthropic", "SQLite") + Votes("openai", "SQLite") + "  - { match: { task: ballot, vendor: gemini }, fault: { kind: bad_key } }\n");
        var decision = Assert.Single(story.Decisions);
        Assert.Equal(("backend", DecisionMethod.Majority), (decision.Choice, decision.Method));
        Assert.StartsWith("absent: ", decision.Votes.Single(vote => vote.Voter.Value == "frontend").Note, StringComparison.Ordinal);
        Assert.Equal("`topic-choice:storage` was voted on without frontend", Assert.Single(story.Notes(new("vote"))));
    }

    [Fact]
    public async Task A_veto_goes_to_a_human_whose_word_stands()
    {
        var votes = Votes("anthropic", "JSON") + Votes("gemini", "JSON") + Votes("openai", "SQLite", veto: true);
        await using var simulator = await TestSimulator.Start(Scenario("a JSON file", votes));
        await using var gateway = Gateway(simulator);
        var session = Session(gateway, "critique: false", unattended: false);
        var waiting = await session.CreateAndRun();
        var gate = Assert.Single(waiting.OpenGates);
        Assert.Equal((SessionStatus.Waiting, "backend frontend"), (waiting.Status, string.Join(' ', gate.Asked.Options)));
        Assert.Contains("The council did not decide (veto by pm)", gate.Asked.Question.Text, StringComparison.Ordinal);
        Assert.Empty(waiting.Decisions);

        await session.Send(new SignalBody.Approve(null, "frontend", "we mend it by eye"));
        var done = await session.Run("second");
        var decision = Assert.Single(done.Decisions);
        Assert.Equal(("frontend", DecisionMethod.Human, "we mend it by eye"), (decision.Choice, decision.Method, decision.Comment));
        Assert.Equal(waiting.Calls.Count, done.Calls.Count);
    }

    [Theory]
    [InlineData("domain-owner", "backend", DecisionMethod.DomainOwner)]
    [InlineData("first-option", "backend", DecisionMethod.Default)]
    public async Task Unattended_the_configured_default_stands_and_the_result_says_so(string unattended, string choice, DecisionMethod method)
    {
        var story = await Run(Votes("openai", "JSON") + "  - { match: { task: ballot }, fault: { kind: bad_key } }\n", with: $"unattended: {unattended}");
        var decision = Assert.Single(story.Decisions);
        Assert.Equal((choice, method), (decision.Choice, decision.Method));
        Assert.Equal("no quorum: valid votes from 1 of 2 vendors; nobody was there to be asked", decision.Why);
        Assert.Contains("no quorum", story.Notes(new("vote")).First(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unattended_a_council_may_rather_fail()
    {
        var story = await Run("  - { match: { task: ballot }, fault: { kind: bad_key } }\n", with: "unattended: fail");
        Assert.Equal((SessionStatus.Failed, "CONC100"), (story.Status, story.Phase(new("vote")).Failure!.Code));
    }

    [Fact]
    public async Task A_blocking_conflict_without_a_decision_has_one_critique_and_new_evidence_changes_one_vote()
    {
        var votes = Votes("anthropic", "JSON") + Votes("gemini", "SQLite") + Abstains("openai")
            + Votes("anthropic", "JSON", task: "critique") + Votes("gemini", "JSON", task: "critique") + Votes("openai", "JSON", task: "critique", evidence: "E2");
        var story = await Run(votes);
        var decision = Assert.Single(story.Decisions);
        // The front end changed to its own option without new evidence: its first vote stands.
        Assert.Equal(("frontend", DecisionMethod.Majority), (decision.Choice, decision.Method));
        Assert.Equal("backend:frontend frontend:backend pm:frontend", string.Join(' ', decision.Votes.Select(vote => $"{vote.Voter}:{vote.Choice}")));
        Assert.Equal(12, story.Ballots.Count);
    }

    [Fact]
    public async Task A_critique_names_nobody_and_shows_what_was_said()
    {
        await using var simulator = await TestSimulator.Start(Scenario("a JSON file", Votes("anthropic", "JSON") + Votes("gemini", "SQLite") + Abstains("openai") + "  - { match: { task: critique }, reply: '{\"choice\": \"abstain\", \"reason\": \"\", \"evidence\": [], \"veto\": false}' }\n"));
        await using var gateway = Gateway(simulator);
        var session = Session(gateway, "critique: true");
        await session.CreateAndRun();
        var asked = new List<string>();
        foreach (var attempt in (await session.Entries()).Select(entry => entry.Body).OfType<EntryBody.AttemptStarted>().Where(attempt => attempt.Call.Value.EndsWith("-again", StringComparison.Ordinal)))
        {
            asked.Add(await session.Journal.Load(attempt.Request, CancellationToken.None));
        }

        Assert.Equal(6, asked.Count);
        Assert.All(asked, text =>
        {
            Assert.Contains("It lasts. (R1)", text, StringComparison.Ordinal);
            Assert.DoesNotContain("backend", text, StringComparison.Ordinal);
        });
    }

    private static async Task<SessionState> Run(string votes, string with = "method: majority", string choice = "a JSON file")
    {
        await using var simulator = await TestSimulator.Start(Scenario(choice, votes));
        await using var gateway = Gateway(simulator);
        return await Session(gateway, with).CreateAndRun();
    }

    private static ModelGateway Gateway(TestSimulator simulator) => new(
        new GatewaySettings(new[] { "openai", "anthropic", "gemini" }.ToImmutableDictionary(
            provider => provider,
            provider => new ProviderSettings(simulator.Server.BaseUrl(provider, TestSession.Id.Value), new Secret("simulated")) { AllowInsecureLoopback = true })),
        ModelCatalog.BuiltIn,
        TimeProvider.System);

    private static TestSession Session(ModelGateway gateway, string with, bool unattended = true) => new($$$"""
        name: council
        version: 1
        agents:
          pm: { provider: openai, model: gpt-6.2-sol }
          backend: { provider: anthropic, model: claude-opus-5-5 }
          frontend: { provider: gemini, model: gemini-4-hydrogen }
        phases:
          requirements: { agent: pm, prompt: '<task name="requirements"></task>', output: requirements }
          plan-backend: { needs: requirements, agent: backend, prompt: '<task name="plan"></task>', output: plan }
          plan-frontend: { needs: requirements, agent: frontend, prompt: '<task name="plan"></task>', output: plan }
          compare: { needs: [plan-backend, plan-frontend], uses: plan-diff }
          vote: { needs: compare, if: "${{ length(phases.compare.output.conflicts) > 0 }}", uses: council, with: { voters: [pm, backend, frontend], {{{with}}} } }
        """)
    {
        Gateway = gateway,
        Unattended = unattended,
    };

    private static string Scenario(string choice, string votes) =>
        $$"""
          - { match: { task: requirements }, reply: '{{Json(new Requirements("Notes", "Notes.", [new Requirement("R1", "Notes are kept.", [])], [new Topic("storage", "Where are notes kept?", "backend")], []))}}' }
          - { match: { task: plan, vendor: anthropic }, reply: '{{Json(PlanOf("SQLite"))}}' }
          - { match: { task: plan, vendor: gemini }, reply: '{{Json(PlanOf(choice))}}' }

        """ + votes;

    private static Plan PlanOf(string choice) => Plan.Empty with
    {
        Decisions = [new PlanDecision("storage", choice, [], "It is enough.", 0.9, true, ["R1"])],
        AcceptanceTests = [new AcceptanceTest("A1", "kept", "it is there", ["R1"])],
    };

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, EngineJson.Options);

    // Whoever wants an option finds it in either order.
    private static string Votes(string vendor, string wanted, bool veto = false, string task = "ballot", string evidence = "R1")
    {
        string Rule(string letter, string reply) => $"  - {{ match: {{ task: {task}, vendor: {vendor}, contains: \"{letter}: {(wanted == "JSON" ? "a JSON file" : wanted)}\" }}, reply: '{(veto ? reply.Replace("false", "true", StringComparison.Ordinal) : reply).Replace("R1", evidence, StringComparison.Ordinal)}' }}\n";
        return Rule(" A", ForFirst) + Rule(" B", ForSecond);
    }

    private static string Abstains(string vendor) => $$"""  - { match: { task: ballot, vendor: {{vendor}} }, reply: '{"choice": "abstain", "reason": "", "evidence": [], "veto": false}' }""" + "\n";
}
