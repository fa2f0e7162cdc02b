using Conclave.Engine.Council;
using Conclave.Engine.Journal;
using Conclave.Tests.Workspace.Git;
using Conclave.Workspace.Steps;

namespace Conclave.Tests.Workspace.Steps;

/// <summary>The pages that are added to a project say only what is true of it.</summary>
public sealed class ProjectPagesTests
{
    private static readonly Contract Agreed = new(
        "Links", "Short links.", "Run `python3 -m app`.", [], [], [], [], [new PlannedFile("app/server.py", "backend", "", []), new PlannedFile("README.md", "backend", "", [])], [], [], [], [], []);

    [Fact]
    public void The_readme_of_a_project_whose_code_is_not_there_tells_nobody_to_run_it()
    {
        var story = new StoryOfFiles("/projects/links");
        story.Phase("tests", story.File("tests/acceptance/test_x.py", "x", "pm"));

        var readme = ProjectReadme.Of(Agreed, story.State);

        Assert.DoesNotContain("python3 -m app", readme, StringComparison.Ordinal);
        Assert.Contains("- `app/server.py`\n", readme, StringComparison.Ordinal);
        Assert.DoesNotContain("`README.md`", readme, StringComparison.Ordinal);
        Assert.Contains("`CONCLAVE.md` says why", readme, StringComparison.Ordinal);
    }

    [Fact]
    public void The_readme_of_a_whole_project_says_how_to_run_it_and_whether_it_is_known_to_work()
    {
        var story = new StoryOfFiles("/projects/links");
        story.Phase("build", story.File("app/server.py", "x"));
        Assert.Contains("## Run it\n\nRun `python3 -m app`.\n", ProjectReadme.Of(Agreed, story.State), StringComparison.Ordinal);
        Assert.DoesNotContain("not known to work", ProjectReadme.Of(Agreed, story.State), StringComparison.Ordinal);

        story.Phase("verify", [("", [])], verification: new VerificationSummary(Verdict.Unverified, "no sandbox", 0, 0, StoredText.From("{}")));
        Assert.Contains("It is not known to work", ProjectReadme.Of(Agreed, story.State), StringComparison.Ordinal);
    }

    [Fact]
    public void The_requirements_page_has_every_id_with_its_text_and_criteria()
    {
        var page = RequirementsPage.Of(new Requirements("Links", "", [new Requirement("R1", "Links <are> kept.", ["A restart keeps them."])], [], ["One user."]));

        Assert.Contains("## R1\n\nLinks &lt;are\\> kept.\n\nIt is met when:\n\n- A restart keeps them.\n\n## Assumptions", page, StringComparison.Ordinal);
        Assert.EndsWith("- One user.\n", page, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_tools_of_a_project_leave_behind_is_ignored_and_nothing_of_its_own()
    {
        var plain = IgnoredFiles.Of(["app.py"]);
        var dotnet = IgnoredFiles.Of(["src/App/App.csproj", "src/App/Program.cs", "bin/run.sh"]);

        Assert.Contains("__pycache__/\n", plain, StringComparison.Ordinal);
        Assert.DoesNotContain("obj/\n", plain, StringComparison.Ordinal);
        Assert.Contains("obj/\n", dotnet, StringComparison.Ordinal);
        Assert.DoesNotContain("bin/\n", dotnet, StringComparison.Ordinal);
        Assert.Contains("target/\n", IgnoredFiles.Of(["Cargo.toml"]), StringComparison.Ordinal);
    }
}
