using Conclave.Engine.Council;
using Conclave.Engine.Council.Wording;
using Conclave.Engine.Definition;

namespace Conclave.Tests.Engine.Council;

public sealed class PlanDiffTests
{
    private static readonly Plan Empty = Plan.Empty;

    private static Comparison Compare(Plan backend, Plan frontend, Requirements? requirements = null) => PlanDiff.Compare(
        PlanSet.Of(requirements, new AuthoredPlan(new AgentId("backend"), backend), new AuthoredPlan(new AgentId("frontend"), frontend)));

    private static Endpoint Endpoint(string method, string path, EndpointSide side, string[] sends, string[] gets, int status = 200) => new(
        method, path, side, [.. sends.Select(name => new Field(name, FieldType.Text, true))], [.. gets.Select(name => new Field(name, FieldType.Text, true))], status, "none", ["R1"]);

    private static PlanDecision Choice(string topic, string choice) => new(topic, choice, [], "because", 0.9, false, []);

    private static Technology Uses(string name, TechnologyKind kind) => new(name, "", kind, "backend", "", []);

    [Theory]
    [InlineData("/users/{id}", "/users/:id")]
    [InlineData("/users/<int:id>/", "/users/{user_id}")]
    [InlineData("/users?page=1", "/users")]
    [InlineData("http://localhost:8000/users/[id]", "/users/${id}")]
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
        Assert.Equal(["GET /links/{}/stats is called", "served are GET /links"], conflict.Evidence);
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
    [InlineData("PostgreSQL", "Postgres 16 (SQLite in tests)", 0)]
    [InlineData("SQLite", "PostgreSQL with SQLite for tests", 1)]
    [InlineData("React", "React Native", 1)]
    [InlineData("JWT in a header", "session cookies", 1)]
    [InlineData("No framework, vanilla JS", "none", 0)]
    [InlineData("Python with Flask", "Flask on Python 3.12", 0)]
    [InlineData("cookies", "no cookies", 1)]
    [InlineData("Node", "Node.js 22", 0)]
    public void A_topic_is_a_conflict_only_when_the_choices_differ(string one, string other, int conflicts) => Assert.Equal(
        conflicts, Compare(Empty with { Decisions = [Choice("storage", one)] }, Empty with { Decisions = [Choice("storage", other)] }).Conflicts.Length);

    [Fact]
    public void One_thing_is_decided_once_even_when_it_is_a_topic_and_a_technology()
    {
        var conflict = Assert.Single(Compare(
            Empty with { Decisions = [Choice("storage", "SQLite in one file")], Technologies = [Uses("SQLite", TechnologyKind.Database)] },
            Empty with { Decisions = [Choice("storage", "Postgres 16")], Technologies = [Uses("PostgreSQL", TechnologyKind.Database)] }).Conflicts);
        Assert.Equal("topic-choice:storage", conflict.Id);
        Assert.Contains("backend database: PostgreSQL", conflict.Evidence);
    }

    [Fact]
    public void A_port_of_one_listener_is_one_setting_whatever_it_is_called_and_two_listeners_clash_on_one_port()
    {
        var (api, page) = (new Setting("PORT", "8000", SettingKind.Port, "backend", "", []), new Setting("WEB_PORT", "8000", SettingKind.Port, "frontend", "", []));
        Assert.Empty(Compare(Empty with { Settings = [api] }, Empty with { Settings = [api with { Name = "API_PORT" }] }).Conflicts);
        Assert.Equal("setting-value:api-port", Assert.Single(Compare(Empty with { Settings = [api] }, Empty with { Settings = [api with { Name = "API_PORT", Value = "8080" }] }).Conflicts).Id);
        Assert.Equal("port-clash:8000", Assert.Single(Compare(Empty with { Settings = [api] }, Empty with { Settings = [page] }).Conflicts).Id);
        Assert.Equal([null, "0 is no port"], Assert.Single(Compare(Empty with { Settings = [api] }, Empty with { Settings = [api with { Value = "0" }] }).Conflicts).Options.Select(option => option.RuledOut));
    }

    [Fact]
    public void Files_frameworks_versions_and_entities_clash()
    {
        var comparison = Compare(
            Empty with
            {
                Files = [new PlannedFile("web/app.js", "backend", "x", [])],
                Technologies = [Uses("Node.js", TechnologyKind.Runtime) with { Version = "20" }, Uses("Express", TechnologyKind.Framework), Uses("React", TechnologyKind.Framework) with { Part = "frontend" }],
                Entities = [new Entity("Users", [new Field("id", FieldType.Whole, true), new Field("createdAt", FieldType.Datetime, true)], [])],
            },
            Empty with
            {
                Files = [new PlannedFile("./Web/app.js", "frontend", "y", [])],
                Technologies = [Uses("nodejs", TechnologyKind.Runtime) with { Version = "^22.1" }, Uses("Fastify", TechnologyKind.Framework), Uses("react.js", TechnologyKind.Framework) with { Part = "frontend", Version = "18" }],
                Entities = [new Entity("user", [new Field("id", FieldType.Text, true), new Field("created_at", FieldType.Datetime, true)], [])],
            });
        Assert.Equal(["entity-shape:user", "file-owner:web/app-js", "technology-clash:backend-framework", "technology-version:nodejs"], comparison.Conflicts.Select(conflict => conflict.Id));
    }

    [Theory]
    [InlineData("3.12", "3.12.4", true)]
    [InlineData("3.11", "3.12", false)]
    [InlineData(">=3.9,<4", "3.12", true)]
    [InlineData("^18.2", "19.0.0", false)]
    [InlineData("~1.2", "1.3", false)]
    [InlineData("~=2.1", "2.9", true)]
    [InlineData("18+", "22", true)]
    [InlineData("3.9 or newer", "3.8", false)]
    [InlineData("1.2 - 1.9", "2", false)]
    [InlineData("^17 || ^18", "18.1", true)]
    [InlineData("20.x", "v20.11.1", true)]
    [InlineData("", "5", true)]
    [InlineData("latest", "5", true)]
    [InlineData("<2", "2.0", false)]
    public void Versions_meet_when_some_version_is_in_both(string one, string other, bool meet)
    {
        Assert.Equal(meet, VersionRange.Of(one).Meets(VersionRange.Of(other)));
        Assert.Equal(meet, VersionRange.Of(other).Meets(VersionRange.Of(one)));
    }

    [Fact]
    public void An_untested_requirement_is_settled_by_a_fact()
    {
        var requirements = new Requirements("t", "s", [new Requirement("R1", "it works", ["seen"]), new Requirement("R2", "it stops", [])], [], []);
        var conflict = Assert.Single(Compare(Empty with { AcceptanceTests = [new AcceptanceTest("A1", "", "", ["R2"])] }, Empty, requirements).Conflicts);
        Assert.Equal(("untested-requirement:r1", "test"), (conflict.Id, Assert.Single(conflict.OpenOptions()).Id));
    }

    [Fact]
    public void What_nobody_decides_or_serves_is_a_gap()
    {
        var requirements = new Requirements("t", "s", [new Requirement("R1", "it works", [])], [new Topic("storage", "Where?", "backend")], []);
        Assert.Equal(["no item of any plan serves R1: it works", "no plan decides `storage`: Where?"], Compare(Empty, Empty, requirements).Gaps);
    }
}
