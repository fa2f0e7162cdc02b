using System.Collections.Immutable;
using Conclave.Engine.Council;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Tests.Workspace.Git;
using Conclave.Workspace.Files;
using Conclave.Workspace.Steps;

namespace Conclave.Tests.Workspace.Steps;

/// <summary>Who may write what, and beside what, when an answer is read.</summary>
public sealed class FileOwnershipTests
{
    private static readonly Contract Agreed = new(
        "Links", "", "", [], [], [], [], [new PlannedFile("app/server.py", "backend", "", ["R1"]), new PlannedFile("static/app.js", "frontend", "", ["R2"])], [], [], [], [], []);

    private static readonly FileOwnership Ownership = new(Agreed);

    [Theory]
    [InlineData("tests/acceptance/test_x.py")]
    [InlineData("tests/Acceptance/test_x.py")]
    [InlineData("TESTS/ACCEPTANCE/test_x.py")]
    [InlineData("tests/ａcceptance/test_x.py")]
    public void Acceptance_tests_are_out_of_reach_in_every_spelling_of_their_folder(string path) =>
        Assert.Contains("the acceptance tests can't be written or changed", Ownership.Refusal("backend", path), StringComparison.Ordinal);

    [Fact]
    public void The_author_of_the_acceptance_tests_writes_them_in_one_spelling_and_nothing_else()
    {
        Assert.Null(Ownership.Refusal("acceptance", "tests/acceptance/test_x.py"));
        Assert.Contains("you write only below `tests/acceptance/`", Ownership.Refusal("acceptance", "tests/Acceptance/test_x.py"), StringComparison.Ordinal);
        Assert.Contains("you write only below `tests/acceptance/`", Ownership.Refusal("acceptance", "app/server.py"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("backend", "static/app.js", "belongs to the frontend part")]
    [InlineData("backend", "Static/App.js", "belongs to the frontend part")]
    [InlineData("backend", "app/Server.py", "`app/server.py` of the contract in another spelling")]
    [InlineData("backend", "Conclave.MD", "is written by the program that runs the team")]
    [InlineData("backend", "Docs/Decisions/0001-x.md", "is written by the program that runs the team")]
    public void Another_spelling_of_a_name_is_that_name(string part, string path, string reason) =>
        Assert.Contains(reason, Ownership.Refusal(part, path), StringComparison.Ordinal);

    [Theory]
    [InlineData("app/server.py")]
    [InlineData("app/links.py")]
    [InlineData("tests/unit/test_links.py")]
    public void A_part_writes_its_own_files_and_what_nobody_owns(string path) => Assert.IsType<Reading<FileSet>.Read>(Read(path));

    [Theory]
    [InlineData("lib/Util.py", "`lib/Util.py` is the same file as `lib/util.py` on some file systems.")]
    [InlineData("Lib/other.py", "`Lib/other.py` lies in the same folder as `lib/` on some file systems.")]
    [InlineData("lib", "`lib` is also the folder `lib/`.")]
    [InlineData("Static/more.js", "`Static/more.js` lies in the same folder as `static/` on some file systems.")]
    [InlineData("Tests/unit/test_x.py", "`Tests/unit/test_x.py` lies in the same folder as `tests/` on some file systems.")]
    [InlineData("tests", "`tests` is also the folder `tests/`.")]
    public void What_can_not_lie_beside_the_rest_of_the_project_goes_back_to_its_author_with_the_reason(string path, string reason) =>
        Assert.Contains(reason, Assert.IsType<Reading<FileSet>.Unreadable>(Read(path)).Problem, StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_deleted_makes_room_for_another_spelling() =>
        Assert.IsType<Reading<FileSet>.Read>(FileSet.Read("<file path=\"lib/util.py\" delete=\"true\"/>\n<file path=\"lib/Util.py\">\nx = 1\n</file>\n", _ => null, [], Names));

    [Fact]
    public void Of_files_that_came_from_parallel_steps_the_acceptance_tests_are_right_and_the_others_wrong()
    {
        var story = new StoryOfFiles("/projects/links");
        story.Phase("build", story.File("tests/Acceptance/test_x.py", "theirs"), story.File("tests/acceptance/test_x.py", "the pm's", "pm"));

        var files = DeliveredFiles.Of(story.State.Files.Values);

        Assert.Equal(["tests/acceptance/test_x.py"], files.Kept.Keys);
        Assert.Equal("tests/Acceptance/test_x.py", Assert.Single(files.HeldBack).Change.Path);
        var texts = new ProjectTexts(story.State.Files.ToImmutableSortedDictionary(file => file.Key, file => (file.Value, Blob.Of("x")), StringComparer.Ordinal));
        Assert.StartsWith("`tests/Acceptance/test_x.py` ", Assert.Single(VerifyStep.Conflicts(texts)), StringComparison.Ordinal);
    }

    private static ProjectNames Names => new(["lib/util.py", "app/server.py", "static/app.js"]);

    private static Reading<FileSet> Read(string path) =>
        FileSet.Read($"<file path=\"{path}\">\nx = 1\n</file>\n", name => Ownership.Refusal("backend", name), [], Names);
}
