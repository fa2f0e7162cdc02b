using Conclave.Engine.Council;
using Conclave.Tests.Workspace.Git;
using Conclave.Workspace.Steps;

namespace Conclave.Tests.Workspace.Steps;

public sealed class TraceabilityTests
{
    private static readonly Requirements Wanted = new("Links", "", [new Requirement("R1", "a", []), new Requirement("R2", "b", [])], [], []);

    private static readonly Contract Agreed = new(
        "Links", "", "", [], [], [new Endpoint("GET", "/links/:id", EndpointSide.Serves, [], [], 200, "none", ["R1"])], [], [], [], [], [], [new AcceptanceTest("A1", "it | works", "", ["R1"])], []);

    [Fact]
    public void Each_requirement_leads_to_its_plan_items_files_tests_and_commits_and_what_is_missing_is_named()
    {
        var story = new StoryOfFiles("/out");
        story.Phase("build", story.File("app.py", "x", "backend", "R1"), story.File("extra.py", "y"));
        var trace = Traceability.Of(Wanted, Agreed, story.State);

        var row = trace.Rows[0];
        Assert.Equal(("endpoint:GET /links/{}", "app.py", "A1: it | works", "build"), (Assert.Single(row.Items), Assert.Single(row.Files), Assert.Single(row.Tests), Assert.Single(row.Commits)));
        Assert.Equal(["R2"], trace.Uncovered);
        Assert.Equal(["extra.py"], trace.Orphans);

        var page = TraceabilityPage.Of(trace);
        Assert.Contains("| R1 | endpoint:GET /links/{} | app.py | A1: it \\| works | build |", page, StringComparison.Ordinal);
        Assert.Contains("| R2 | none | none | none | none |", page, StringComparison.Ordinal);
        Assert.Contains("\"uncovered\": [\n    \"R2\"\n  ]", TraceabilityPage.DataOf(trace).ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }
}
