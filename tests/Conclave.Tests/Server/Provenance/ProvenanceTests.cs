using Conclave.Cli.Terminal;
using Conclave.Engine.Journal;
using Conclave.Server.Provenance;
using Conclave.Tests.Workspace.Git;
using Conclave.Workspace.Git;

namespace Conclave.Tests.Server.Provenance;

/// <summary>Who wrote what, in which phase, and what differs between any two of them.</summary>
public sealed class ProvenanceTests
{
    private readonly StoryOfFiles story = StoryOfFiles.Shortener("/projects/links");

    [Fact]
    public async Task The_files_are_a_tree_with_every_accepted_content_its_author_and_its_commit()
    {
        var commits = await CommitIds.Of(story.State, story.Read, default);
        var page = string.Join('\n', ProvenancePage.Lines(FilesReport.Of(story.State, commits)));

        Assert.Equal(
            $"""
            .gitignore           add     finalize          {commits[5][..10]}  Conclave
            README.md            add     build (backend)   {commits[2][..10]}  backend (claude-opus-5-5)
                                 change  build (frontend)  {commits[3][..10]}  frontend (gemini-4-hydrogen)
            docs/
              decisions/
                0001-storage.md  add     vote              {commits[0][..10]}  Conclave
            src/
              app.py             add     build (backend)   {commits[2][..10]}  backend (claude-opus-5-5)     R1
                                 change  verify            {commits[4][..10]}  backend (claude-opus-5-5)     R1
            static/
              index.html         add     build (frontend)  {commits[3][..10]}  frontend (gemini-4-hydrogen)  R2, R10
            tests/
              acceptance/
                test_links.py    add     tests             {commits[1][..10]}  pm (gpt-6.2-sol)              R1, R2

            deleted:
              run.sh             add     build (backend)   {commits[2][..10]}  backend (claude-opus-5-5)     R1
                                 delete  verify            {commits[4][..10]}  backend (claude-opus-5-5)
            """.ReplaceLineEndings("\n"),
            page);
    }

    [Theory]
    [InlineData(null, "finalize^..finalize", "add .gitignore Conclave")]
    [InlineData("verify^..verify", "verify^..verify", "delete run.sh backend (claude-opus-5-5)|change src/app.py backend (claude-opus-5-5)")]
    [InlineData("build", "build..end", "add .gitignore Conclave|delete run.sh backend (claude-opus-5-5)|change src/app.py backend (claude-opus-5-5)")]
    [InlineData("..vote", "start..vote", "add docs/decisions/0001-storage.md Conclave")]
    [InlineData("verify..build", "verify..build", "add run.sh backend (claude-opus-5-5)|change src/app.py backend (claude-opus-5-5)")]
    [InlineData("tests^..build", "tests^..build", "add README.md backend (claude-opus-5-5), frontend (gemini-4-hydrogen)|add run.sh backend (claude-opus-5-5)|add src/app.py backend (claude-opus-5-5)|add static/index.html frontend (gemini-4-hydrogen)|add tests/acceptance/test_links.py pm (gpt-6.2-sol)")]
    [InlineData("contract..contract", "contract..contract", "")]
    public async Task Any_two_phases_can_be_compared(string? wanted, string range, string files)
    {
        var report = await Diff(wanted);

        Assert.Equal(range, $"{report.From}..{report.To}");
        Assert.Equal(files, string.Join('|', report.Files.Select(file => $"{Conclave.Engine.EngineText.Snake(file.Action)} {file.Path} {string.Join(", ", file.Authors)}")));
    }

    [Fact]
    public async Task A_difference_has_its_lines()
    {
        var report = await Diff("build..verify");

        var app = report.Files.Single(file => file.Path == "src/app.py");
        Assert.Equal((1, 1), (app.Added, app.Removed));
        Assert.EndsWith("@@ -1 +1 @@\n-print('v1')\n+print('v2')\n", app.Diff, StringComparison.Ordinal);
        Assert.Contains("deleted file mode 100755\n", DiffPage.Patch(report), StringComparison.Ordinal);
        Assert.Equal("from build to verify: 2 files", DiffPage.Summary(report).First());
    }

    [Fact]
    public async Task What_a_failed_phase_wrote_can_be_looked_at_and_is_called_what_it_is()
    {
        var failing = new StoryOfFiles("/projects/links");
        failing.Phase("build", failing.File("app.py", "1\n"));
        failing.Tell("verify", null, new EntryBody.PhaseStarted([""]));
        failing.Tell("verify", "", new EntryBody.StepStarted(1, null));
        failing.Tell("verify", "", new EntryBody.StepFailed(1, "CONC601", "red", null, [failing.File("app.py", "2\n")], null));
        failing.Tell("verify", null, new EntryBody.PhaseFailed("CONC601", "red", false));

        var range = MomentRange.Read(failing.State, "verify^..verify").Value!;
        var report = await DiffReport.Of(failing.State, range, failing.Read, default);

        Assert.False(report.Accepted);
        Assert.Equal(["backend (claude-opus-5-5)"], Assert.Single(report.Files).Authors);
        Assert.Contains("this was not accepted", DiffPage.Summary(report).First(), StringComparison.Ordinal);
        Assert.Equal("1\n", (await failing.Read(failing.State.Files["app.py"].Blob!.Value, default)).Text);
    }

    [Theory]
    [InlineData("biuld", "CONC662 session 20261122-k3vq7m has no phase `biuld`", "did you mean `build`?")]
    [InlineData("build..nowhere^", "CONC662 session 20261122-k3vq7m has no phase `nowhere`", "known: build, ")]
    public void A_phase_that_is_not_there_is_named_with_the_near_one(string wanted, string text, string fix)
    {
        var refusal = MomentRange.Read(story.State, wanted).Refusal!;

        Assert.Equal(text, refusal.Text);
        Assert.StartsWith(fix, refusal.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void A_phase_that_has_not_ended_and_a_session_without_changes_are_said_to_be_so()
    {
        var young = new StoryOfFiles("/projects/links");

        Assert.StartsWith("CONC663 ", MomentRange.Read(young.State, "build").Refusal!.Text, StringComparison.Ordinal);
        Assert.StartsWith("CONC664 ", MomentRange.Read(young.State, null).Refusal!.Text, StringComparison.Ordinal);
        Assert.StartsWith("no files", Assert.Single(ProvenancePage.Lines(FilesReport.Of(young.State))), StringComparison.Ordinal);
    }

    private Task<DiffReport> Diff(string? wanted) => DiffReport.Of(story.State, MomentRange.Read(story.State, wanted).Value!, story.Read, default);
}
