using Conclave.Engine.Journal;
using Conclave.Tests.Workspace.Git;

namespace Conclave.Tests.Workspace.GitHub;

public sealed class PublishStepTests : PublishFixture
{
    [Fact]
    public async Task A_verified_project_becomes_a_private_repository_with_its_history_and_a_release()
    {
        var state = await Session().CreateAndRun();

        Assert.True(state.Status == SessionStatus.Succeeded, state.Reason?.ToString());
        Assert.Equal(["create octo/links", "push octo/links refs/heads/main", "release octo/links v0.1.0"], Hub.Ledger);
        var repository = Hub[Repository];
        Assert.True(repository.IsPrivate);
        Assert.Contains(state.Id.Value, repository.Description, StringComparison.Ordinal);
        Assert.Equal("CONCLAVE.md\nREADME.md\nsrc/app.py\n", await UserGit.Run(repository.Path, null, "ls-tree", "-r", "--name-only", "main"));
        Assert.Contains("Conclave-Phase: build", await UserGit.Run(repository.Path, null, "log", "-1", "--format=%B", "main~1"), StringComparison.Ordinal);
        Assert.Equal("", await UserGit.Run(repository.Path, null, "fsck", "--strict", "--full"));
        var output = Output(state);
        Assert.Equal($"{Hub.Url}octo/links", (string?)output["url"]);
        Assert.True((bool)output["created"]!);
        Assert.Equal((await repository.Refs())["refs/heads/main"], (string?)output["commit"]);
    }

    [Fact]
    public async Task The_release_tells_what_was_built_on_what_evidence_and_at_what_cost_and_calls_nobody()
    {
        await Session().CreateAndRun();

        var release = Hub[Repository].Releases["v0.1.0"];
        var notes = (string)release["body"]!;
        Assert.All(["**Verified.**", "## What was built", "| build | 2 | backend (m2) |", "## Evidence", "Tests: 3 passed, 0 failed.", "`python3 -m unittest`", "## Cost"], part => Assert.Contains(part, notes, StringComparison.Ordinal));
        Assert.Equal("Links for @octo v0.1.0", (string?)release["name"]);
        Assert.Equal((await Hub[Repository].Refs())["refs/heads/main"], (string?)release["target_commitish"]);
        Assert.DoesNotContain("@octo", notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_says_what_it_would_do_and_sends_nothing()
    {
        var state = await Session("dry_run: \"true\"", token: null).CreateAndRun();

        Assert.Equal(SessionStatus.Succeeded, state.Status);
        Assert.Empty(Hub.Seen);
        Assert.Equal(
            ["create the private repository octo/links, or take it if it is there and empty", "push 2 commits with 2 files and the report to main, without force", "make the release v0.1.0, with notes on what was built, the evidence, the decisions and the cost"],
            Output(state)["would"]!.AsArray().Select(step => step!.ToString()));
    }

    [Fact]
    public async Task A_repository_in_an_organisation_is_made_there_and_may_be_public()
    {
        var state = await Session("visibility: public, release: none", repository: "acme/links").CreateAndRun();

        Assert.True(state.Status == SessionStatus.Succeeded, state.Reason?.ToString());
        Assert.Equal(["create acme/links", "push acme/links refs/heads/main"], Hub.Ledger);
        Assert.False(Hub["acme/links"].IsPrivate);
    }

    [Fact]
    public async Task A_repository_that_is_there_and_empty_is_taken()
    {
        await Hub.Host(Repository);

        var state = await Session().CreateAndRun();

        Assert.True(state.Status == SessionStatus.Succeeded, state.Reason?.ToString());
        Assert.False((bool)Output(state)["created"]!);
        Assert.DoesNotContain("create octo/links", Hub.Ledger);
    }

    [Fact]
    public async Task A_result_that_is_not_verified_is_not_published_unless_the_workflow_allows_it()
    {
        var refused = await Session(make: ", with: { verdict: unverified }").CreateAndRun();
        Assert.Equal("CONC654", refused.Reason?.Code);
        Assert.Empty(Hub.Seen);

        var allowed = await Session("allow_unverified: true", make: ", with: { verdict: unverified }").CreateAndRun();
        Assert.Equal(SessionStatus.Succeeded, allowed.Status);
        Assert.Contains("**Not verified.**", (string)Hub[Repository].Releases["v0.1.0"]["body"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_run_by_being_pushed_are_left_out_and_named()
    {
        var state = await Session(make: ", with: { files: \"a.py .github/workflows/ci.yml .gitattributes\" }").CreateAndRun();

        Assert.Equal(
            ".conclave/held-back/.gitattributes.txt\n.conclave/held-back/.github/workflows/ci.yml.txt\nCONCLAVE.md\na.py\n",
            await UserGit.Run(Hub[Repository].Path, null, "ls-tree", "-r", "--name-only", "main"));
        Assert.Contains(state.Phase(new("publish")).Steps[0].Notes, note => note == "held back, so pushed only as texts that no tool reads: .gitattributes, .github/workflows/ci.yml");
        Assert.Contains("## Left out", (string)Hub[Repository].Releases["v0.1.0"]["body"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_run_by_being_pushed_are_pushed_once_a_person_agreed()
    {
        var session = Session("held_back: ask", make: ", with: { files: \"a.py .github/workflows/ci.yml\" }", unattended: false);
        var asked = await session.CreateAndRun();
        var gate = Assert.Single(asked.OpenGates);
        Assert.Contains(".github/workflows/ci.yml", gate.Asked.Question.Text, StringComparison.Ordinal);
        Assert.Empty(Hub.Ledger);

        await session.Send(new SignalBody.Approve(gate.Name, "push", null));
        var state = await session.Run("second");

        Assert.True(state.Status == SessionStatus.Succeeded, state.Reason?.ToString());
        Assert.Equal(".github/workflows/ci.yml\nCONCLAVE.md\na.py\n", await UserGit.Run(Hub[Repository].Path, null, "ls-tree", "-r", "--name-only", "main"));
        Assert.Equal("publish: add 1 file that were held back", (await UserGit.Run(Hub[Repository].Path, null, "log", "-1", "--format=%s", "main~1")).Trim());
        Assert.True(File.Exists(Temp["projects/links/.github/workflows/ci.yml"]));
        await IsDelivered();
    }

    [Theory]
    [InlineData("src/app.py README.md")]
    [InlineData("a.py .github/workflows/ci.yml")]
    public async Task The_delivered_project_and_the_published_one_are_the_same_commit(string files)
    {
        var state = await Session(make: $", with: {{ files: \"{files}\" }}").CreateAndRun();

        Assert.True(state.Status == SessionStatus.Succeeded, state.Reason?.ToString());
        await IsDelivered();
        Assert.Equal("", await UserGit.Run(Temp["projects/links"], null, "status", "--porcelain", "--ignored"));
        Assert.Contains("**Verified.**", await File.ReadAllTextAsync(Temp["projects/links/CONCLAVE.md"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_comes_after_publishing_stands_on_what_was_published()
    {
        var state = await Session(more: "  late: { needs: publish, uses: make, with: { files: late.py } }").CreateAndRun();

        Assert.True(state.Status == SessionStatus.Succeeded, state.Reason?.ToString());
        var published = (await Hub[Repository].Refs())["refs/heads/main"];
        Assert.Equal("deliver: verified\nlate: add late.py\n", await UserGit.Run(Temp["projects/links"], null, "log", "--format=%s", $"{published}..main"));
        Assert.Equal("M\tCONCLAVE.md\nA\tlate.py\n", await UserGit.Run(Temp["projects/links"], null, "diff", "--name-status", published, "main"));
        Assert.Equal("", await UserGit.Run(Temp["projects/links"], null, "fsck", "--strict"));
    }

    [Fact]
    public async Task A_simulated_session_sends_nothing()
    {
        var state = await Session(simulated: "demo").CreateAndRun();

        Assert.Equal(SessionStatus.Succeeded, state.Status);
        Assert.Empty(Hub.Seen);
        Assert.Contains(state.Phase(new("publish")).Steps[0].Notes, note => note.StartsWith("simulated, nothing was sent: it would create", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("links")]
    [InlineData("octo/../admin")]
    [InlineData("octo/links?x=1")]
    [InlineData("octo/links.git")]
    [InlineData("-octo/links")]
    public async Task What_is_no_repository_is_refused_before_anything_is_sent(string name)
    {
        var state = await Session(repository: name).CreateAndRun();

        Assert.Equal("CONC655", state.Reason?.Code);
        Assert.Empty(Hub.Seen);
    }

    [Fact]
    public async Task The_token_is_in_two_headers_and_nowhere_else()
    {
        var session = Session();
        var state = await session.CreateAndRun();

        Assert.All(Hub.Seen, seen => Assert.DoesNotContain(LoopbackGitHub.Token, seen.Line, StringComparison.Ordinal));
        Assert.All(await session.Entries(), entry => Assert.DoesNotContain(LoopbackGitHub.Token, System.Text.Json.JsonSerializer.Serialize<object>(entry.Body, Conclave.Engine.EngineJson.Options), StringComparison.Ordinal));
        var left = Directory.EnumerateFiles(WorkDirectory(state.Id), "*", SearchOption.AllDirectories).ToList();
        Assert.NotEmpty(left);
        Assert.All(left, file => Assert.DoesNotContain("Authorization", System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(file)), StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFiles(WorkDirectory(state.Id), "*.access", SearchOption.AllDirectories));
    }

    private async Task IsDelivered() =>
        Assert.Equal((await Hub[Repository].Refs())["refs/heads/main"], (await UserGit.Run(Temp["projects/links"], null, "rev-parse", "main")).Trim());
}
