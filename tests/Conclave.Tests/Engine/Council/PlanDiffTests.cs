using System.Text.Json;
using Conclave.Engine;
using Conclave.Engine.Council;
using Conclave.Engine.Definition;

namespace Conclave.Tests.Engine.Council;

public sealed class PlanDiffTests
{
    private static readonly Plan Empty = Plan.Empty;

    private static Comparison Compare(Plan backend, Plan frontend, Requirements? requirements = null) => PlanDiff.Compare(
        AlignedPlans.Of(new AuthoredPlan(new AgentId("backend"), backend), new AuthoredPlan(new AgentId("frontend"), frontend), requirements));

    private static Endpoint Endpoint(string method, string path, EndpointSide side, string[] sends, string[] gets, int status = 200) => new(
        method, path, side, [.. sends.Select(name => new Field(name, FieldType.Text, true))], [.. gets.Select(name => new Field(name, FieldType.Text, true))], status, "none", ["R1"]);

    private static PlanDecision Choice(string topic, string choice) => new(topic, choice, [], "because", 0.9, false, []);

    [Theory]
    [InlineData("/users/{id}", "/users/:id")]
    [InlineData("/users/<int:id>/", "/users/{user_id}")]
    [InlineData("/users?page=1", "/users")]
    public void One_route_written_in_two_ways_is_one_route(string served, string called)
    {
        var comparison = Compare(
            Empty with { Endpoints = [Endpoint("get", served, EndpointSide.Serves, [], ["a"])] },
            Empty with { Endpoints = [Endpoint("GET", called, EndpointSide.Calls, [], ["a"])] });
        Assert.Empty(comparison.Conflicts);
        Assert.Single(comparison.Complementary);
    }

    [Fact]
    public void An_endpoint_that_is_called_and_not_served_is_a_blocking_conflict_with_both_ways_out()
    {
        var conflict = Assert.Single(Compare(
            Empty with { Endpoints = [Endpoint("GET", "/links", EndpointSide.Serves, [], [])] },
            Empty with { Endpoints = [Endpoint("GET", "/links/:id/stats", EndpointSide.Calls, [], ["hits"])] }).Conflicts);
        Assert.Equal(("unserved-endpoint:get-/links/{}/stats", true, "backend"), (conflict.Id, conflict.Blocking, conflict.Owner?.Value));
        Assert.Equal(["serve by frontend", "drop by backend"], conflict.Options.Select(option => $"{option.Id} by {option.ProposedBy[0]}"));
        Assert.Equal(["frontend calls GET /links/{}/stats", "backend serves GET /links"], conflict.Evidence);
    }

    [Fact]
    public void Other_fields_or_another_status_on_one_route_are_a_conflict()
    {
        var conflict = Assert.Single(Compare(
            Empty with { Endpoints = [Endpoint("POST", "/links", EndpointSide.Serves, ["url", "owner"], ["code"], 201)] },
            Empty with { Endpoints = [Endpoint("POST", "/links", EndpointSide.Calls, ["url", "title"], ["code", "short_url"], 200)] }).Conflicts);
        Assert.Equal(
        [
            "POST /links: `short_url` is expected in the response but not given",
            "POST /links: `owner` is required in the request but not sent",
            "POST /links: `title` is sent but not known",
            "POST /links: status 200 is expected but 201 given",
        ],
            conflict.Evidence);
    }

    [Fact]
    public void What_a_caller_does_not_use_is_no_conflict() => Assert.Empty(Compare(
        Empty with { Endpoints = [Endpoint("GET", "/links", EndpointSide.Serves, [], ["code", "url", "hits"])] },
        Empty with { Endpoints = [Endpoint("GET", "/links", EndpointSide.Calls, [], ["code"])] }).Conflicts);

    [Theory]
    [InlineData("SQLite", "SQLite through sqlite3", 0)]
    [InlineData("none", "none, the standard library", 0)]
    [InlineData("SQLite", "a JSON file", 1)]
    [InlineData("PostgreSQL 15", "PostgreSQL 16", 1)]
    public void A_topic_is_a_conflict_only_when_the_choices_differ(string one, string other, int conflicts) => Assert.Equal(
        conflicts, Compare(Empty with { Decisions = [Choice("storage", one)] }, Empty with { Decisions = [Choice("storage", other)] }).Conflicts.Length);

    [Fact]
    public void Files_settings_and_versions_clash()
    {
        var comparison = Compare(
            Empty with { Files = [new PlannedFile("web/app.js", "backend", "x", [])], Settings = [new Setting("API_PORT", "8080", SettingKind.Port, "backend", "", [])], Technologies = [new Technology("Node.js", "20", TechnologyKind.Runtime, "backend", "", [])] },
            Empty with { Files = [new PlannedFile("./web/app.js", "frontend", "y", [])], Settings = [new Setting("web port", "8080", SettingKind.Port, "backend", "", [])], Technologies = [new Technology("nodejs", "22", TechnologyKind.Runtime, "backend", "", [])] });
        Assert.Equal(["file-owner:web/app-js", "setting-clash:api-port+web-port", "technology-version:node-js"], comparison.Conflicts.Select(conflict => conflict.Id));
    }

    [Fact]
    public void What_nobody_decides_or_tests_is_a_gap()
    {
        var requirements = new Requirements("t", "s", [new Requirement("R1", "it works", [])], [new Topic("storage", "Where?", "backend")], []);
        Assert.Equal(["no plan decides `storage`: Where?", "no plan has an acceptance test for R1: it works"], Compare(Empty, Empty, requirements).Gaps);
    }

    [Fact]
    public void The_comparison_is_the_same_whichever_plan_comes_first()
    {
        var one = new AuthoredPlan(new AgentId("backend"), Empty with
        {
            Decisions = [Choice("a", "x"), Choice("b", "y")],
            Endpoints = [Endpoint("GET", "/a", EndpointSide.Serves, [], ["n"]), Endpoint("GET", "/q", EndpointSide.Calls, [], [])],
            Settings = [new Setting("PORT", "1", SettingKind.Port, "backend", "", [])],
        });
        var other = new AuthoredPlan(new AgentId("frontend"), Empty with
        {
            Decisions = [Choice("a", "z"), Choice("c", "w")],
            Endpoints = [Endpoint("GET", "/a", EndpointSide.Calls, [], ["m"]), Endpoint("GET", "/b", EndpointSide.Calls, [], [])],
            Settings = [new Setting("PORT", "2", SettingKind.Port, "backend", "", [])],
        });
        Assert.Equal(
            JsonSerializer.Serialize(PlanDiff.Compare(AlignedPlans.Of(one, other, null)), EngineJson.Options),
            JsonSerializer.Serialize(PlanDiff.Compare(AlignedPlans.Of(other, one, null)), EngineJson.Options));
    }
}
