using System.Collections.Immutable;
using System.Text.Json;
using Conclave.Engine;
using Conclave.Engine.Council;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Engine.Council;

/// <summary>What is built from holds together: a contract that contradicts itself, the requirements or a decision goes back to its author, and a second time fails.</summary>
public sealed class PlanCheckTests
{
    private static readonly Requirements Asked = new(
        "Notes", "Notes.", [new Requirement("R1", "Notes are kept.", []), new Requirement("R2", "Notes are listed.", [])], [new Topic("storage", "Where are notes kept?", "backend")], []);

    private static readonly Contract Good = new(
        "Notes", "Notes.", "Open it.",
        [new DecidedTopic("storage", "SQLite", ["R1"])],
        [],
        [Serves("GET", "/notes", "id")],
        [], [], [], [], [],
        [new AcceptanceTest("A1", "kept", "it is there", ["R1"]), new AcceptanceTest("A2", "listed", "they are there", ["R2"])],
        []);

    [Fact]
    public void A_contract_that_holds_together_has_no_problem() => Assert.Empty(Problems(Good));

    [Fact]
    public void A_requirement_that_no_test_checks_is_told() =>
        Assert.Contains("R2", Assert.Single(Problems(Good with { AcceptanceTests = [Good.AcceptanceTests[0]] })), StringComparison.Ordinal);

    [Fact]
    public void A_requirement_that_was_never_issued_is_told_with_those_that_were() => Assert.Equal(
        "test:A3 names the requirement `R9`, which does not exist; the ids are R1, R2.",
        Assert.Single(Problems(Good with { AcceptanceTests = Good.AcceptanceTests.Add(new AcceptanceTest("A3", "more", "more", ["R9"])) })));

    [Fact]
    public void A_topic_that_stays_open_is_told() =>
        Assert.Equal("the topic `storage` needs exactly one decision.", Assert.Single(Problems(Good with { Decisions = [] })));

    [Fact]
    public void A_topic_that_was_never_issued_is_told() =>
        Assert.Contains("`colour` is no topic", Assert.Single(Problems(Good with { Decisions = Good.Decisions.Add(new DecidedTopic("colour", "blue", [])) })), StringComparison.Ordinal);

    [Fact]
    public void A_file_with_two_owners_is_told() => Assert.Contains(
        "app.py",
        Assert.Single(Problems(Good with { Files = [new PlannedFile("app.py", "backend", "", []), new PlannedFile("./app.py", "frontend", "", [])] })),
        StringComparison.Ordinal);

    [Fact]
    public void An_endpoint_that_is_called_and_not_there_is_told() =>
        Assert.Contains("GET /stats", Assert.Single(Problems(Good with { Endpoints = Good.Endpoints.Add(Serves("GET", "/stats", "hits") with { Side = EndpointSide.Calls }) })), StringComparison.Ordinal);

    [Fact]
    public void A_contract_follows_what_was_decided_on_a_topic()
    {
        var decided = Decided("frontend", One("backend", "SQLite"), One("frontend", "a JSON file"));
        Assert.StartsWith("It was decided: Where are notes kept? a JSON file The contract says otherwise:", Assert.Single(Problems(Good, decided)), StringComparison.Ordinal);
        Assert.Empty(Problems(Good with { Decisions = [new DecidedTopic("storage", "a JSON file", ["R1"])] }, decided));

        ConflictOption One(string author, string choice) => new(author, choice, [new AgentId(author)])
        {
            Position = Plan.Empty with { Decisions = [new PlanDecision("storage", choice, [], "", 1, true, [])] },
        };
    }

    [Fact]
    public void An_endpoint_that_was_dropped_stays_away_and_one_that_was_decided_is_there()
    {
        var comparison = PlanDiff.Compare(PlanSet.Of(
            Asked,
            new AuthoredPlan(new AgentId("backend"), Plan.Empty with { Decisions = Choice, Endpoints = [Serves("GET", "/notes", "id")], AcceptanceTests = Good.AcceptanceTests }),
            new AuthoredPlan(new AgentId("frontend"), Plan.Empty with { Decisions = Choice, Endpoints = [Serves("GET", "/stats", "hits") with { Side = EndpointSide.Calls }] })));
        var conflict = Assert.Single(comparison.Conflicts);
        var with = Good with { Endpoints = Good.Endpoints.Add(Serves("GET", "/stats", "hits")) };

        Assert.Contains("GET /stats is there", Assert.Single(Problems(with, Of(conflict, "drop"))), StringComparison.Ordinal);
        Assert.Empty(Problems(Good, Of(conflict, "drop")));
        Assert.Contains("GET /stats", Assert.Single(Problems(Good, Of(conflict, "serve"))), StringComparison.Ordinal);
        Assert.Empty(Problems(with, Of(conflict, "serve")));
    }

    [Fact]
    public async Task A_contract_that_does_not_hold_together_goes_back_once_with_the_reason()
    {
        var gateway = Answering(Good with { Decisions = [] }, Good);
        var state = await Session(gateway).CreateAndRun();
        Assert.Equal((SessionStatus.Succeeded, PhaseStatus.Succeeded), (state.Status, state.Phase(new PhaseId("after")).Status));
        Assert.Equal([1, 2, 1], state.Calls.Values.OrderBy(call => call.Attempts[0].StartedAt).Select(call => call.Attempts.Length));
        Assert.Contains("the topic `storage` needs exactly one decision", gateway.Ledger.ElementAt(2).ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_contract_that_does_not_hold_together_twice_fails_and_nothing_is_built_from_it()
    {
        var state = await Session(Answering(Good with { Decisions = [] }, Good with { Decisions = [] })).CreateAndRun();
        Assert.Equal((SessionStatus.Failed, PhaseStatus.Failed, PhaseStatus.Blocked), (state.Status, state.Phase(new PhaseId("contract")).Status, state.Phase(new PhaseId("after")).Status));
        Assert.Contains("the topic `storage` needs exactly one decision", state.Phase(new PhaseId("contract")).Failure!.Text, StringComparison.Ordinal);
    }

    private static TestSession Session(FakeGateway gateway) => new(TestSession.Yaml("""
          requirements: { agent: pm, prompt: "list them", output: requirements }
          contract: { needs: requirements, agent: pm, prompt: "decide it", output: contract }
          after: { needs: contract, agent: pm, prompt: "build it" }
        """)) { Gateway = gateway };

    private static FakeGateway Answering(params Contract[] contracts)
    {
        var next = 0;
        return new FakeGateway(request => request.ToJson() switch
        {
            var text when text.Contains("decide it", StringComparison.Ordinal) => Json(contracts[next++]),
            var text when text.Contains("list them", StringComparison.Ordinal) => Json(Asked),
            _ => "built",
        });
    }

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, EngineJson.Options);

    private static ImmutableArray<PlanDecision> Choice => [new PlanDecision("storage", "SQLite", [], "", 1, true, ["R1"])];

    private static List<string> Problems(Contract contract, params CouncilDecision[] decisions) => [.. PlanCheck.Contract(contract, Asked, [.. decisions])];

    private static Endpoint Serves(string method, string path, string gives) =>
        new(method, path, EndpointSide.Serves, [], [new Field(gives, FieldType.Text, true)], 200, "none", ["R1"]);

    private static CouncilDecision Decided(string choice, params ConflictOption[] options) =>
        Of(new Conflict("topic-choice:storage", "topic-choice", "Where are notes kept?", true, null, [.. options], []), choice);

    private static CouncilDecision Of(Conflict conflict, string choice) => new(conflict, choice, DecisionMethod.Majority, [], [], []);
}
