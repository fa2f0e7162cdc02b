using Conclave.Engine.Journal;
using Conclave.Server.Hosting;
using Conclave.Tests.Fakes;
using Conclave.Tests.Workspace.Files;
using Conclave.Tests.Workspace.Git;
using Conclave.Workspace.GitHub;

namespace Conclave.Tests.Workspace.GitHub;

/// <summary>What GitHub says no with, and how the session goes on once a person mended it.</summary>
public sealed class PublishFaultTests : PublishFixture
{
    private const string Api = "/api/v3";

    public static TheoryData<string, string, int, string> Refusals() => new()
    {
        { "GET /api/v3/repos", "CONC642", 403, """{"message":"Resource not accessible by personal access token"}""" },
        { "GET /api/v3/repos", "CONC659", 403, """{"message":"Resource protected by organization SAML enforcement."}""" },
        { "GET /api/v3/repos", "CONC653", 301, """{"message":"Moved Permanently"}""" },
        { "POST /api/v3/user/repos", "CONC646", 422, """{"message":"Repository creation failed.","errors":[{"message":"name already exists on this account"}]}""" },
        { "POST /api/v3/user/repos", "CONC651", 422, """{"message":"Validation Failed"}""" },
        { "POST /api/v3/user/repos", "CONC651", 409, """{"message":"Conflict"}""" },
        { "POST /api/v3/releases", "CONC650", 503, "<html>down</html>" },
        { "GET /api/v3/repos", "CONC650", 502, "" },
        { "GET /octo/links.git/info/refs", "CONC642", 403, "" },
        { "GET /octo/links.git/info/refs", "CONC650", 503, "" },
        { "POST /octo/links.git/git-receive-pack", "CONC642", 403, "" },
        { "POST /octo/links.git/git-receive-pack", "CONC650", 500, "" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Each_refusal_has_its_number_pauses_the_session_and_is_got_over_by_resuming(string line, string code, int status, string body)
    {
        Hub.Fail(line.Replace("/api/v3/releases", "/api/v3/repos/octo/links/releases", StringComparison.Ordinal), status, body, times: 4);
        var session = Session();

        var paused = await session.CreateAndRun();

        Assert.Equal((SessionStatus.Paused, code), (paused.Status, paused.Reason?.Code));
        Assert.Contains("conclave cancel", paused.Reason!.Fix, StringComparison.Ordinal);
        var state = paused;
        for (var resumed = 0; state.Status == SessionStatus.Paused && resumed < 4; resumed++)
        {
            state = await session.Run($"again-{resumed}");
        }

        Assert.True(state.Status == SessionStatus.Succeeded, state.Reason?.ToString());
        Assert.Equal(["create octo/links", "push octo/links refs/heads/main", "release octo/links v0.1.0"], Hub.Ledger);
    }

    [Theory]
    [InlineData(null, "CONC640")]
    [InlineData("ghp_wrong", "CONC641")]
    [InlineData("two\nlines", "CONC640")]
    public async Task A_missing_or_bad_token_pauses_and_a_good_one_goes_on(string? token, string code)
    {
        var session = Session(token: token);
        var paused = await session.CreateAndRun();
        Assert.Equal((SessionStatus.Paused, code), (paused.Status, paused.Reason?.Code));

        var state = await Session(journal: session.Journal).Run("second");

        Assert.True(state.Status == SessionStatus.Succeeded, state.Reason?.ToString());
    }

    [Theory]
    [InlineData(403, "retry-after", "30", 30)]
    [InlineData(429, "retry-after", "7", 7)]
    [InlineData(403, "x-ratelimit-remaining", "0", 121)]
    [InlineData(403, "x-none", "", 60)]
    [InlineData(429, "x-none", "", 60)]
    public async Task A_limit_is_waited_for_as_long_as_GitHub_asks(int status, string header, string value, int seconds)
    {
        var clock = new FakeTimeProvider { SkipsWaits = true };
        var before = clock.GetUtcNow();
        var reset = (before.ToUnixTimeSeconds() + 120).ToString(System.Globalization.CultureInfo.InvariantCulture);
        Hub.Fail($"POST {Api}/user/repos", status, """{"message":"You have exceeded a secondary rate limit."}""", 1, (header, value), ("x-ratelimit-reset", reset));
        var session = new TestSession(TestSession.Yaml($$"""
              build: { uses: make }
              publish: { needs: build, uses: publish, with: { repository: "{{Repository}}" } }
            """))
        {
            Gateway = new FakeGateway(_ => ""),
            Clock = clock,
            MoreSteps = [new MakeStep(), new Conclave.Workspace.Steps.PublishStep(Settings(), WorkDirectory, _ => { })],
        };

        var state = await session.CreateAndRun();

        Assert.True(state.Status == SessionStatus.Succeeded, state.Reason?.ToString());
        Assert.Equal(seconds, (clock.GetUtcNow() - before).TotalSeconds);
        Assert.Single(Hub.Ledger, "create octo/links");
    }

    [Fact]
    public async Task A_limit_of_an_hour_pauses_and_says_until_when()
    {
        Hub.Fail($"POST {Api}/user/repos", 403, """{"message":"API rate limit exceeded"}""", 1, ("retry-after", "3600"));

        var paused = await Session().CreateAndRun();

        Assert.Equal((SessionStatus.Paused, "CONC643"), (paused.Status, paused.Reason?.Code));
        Assert.Contains("UTC", paused.Reason!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_of_somebody_else_is_left_as_it_is()
    {
        var repository = await Hub.Host(Repository);
        await UserGit.Run(Temp.Path, null, "init", "-q", "-b", "main", "other");
        await UserGit.Run(Temp["other"], null, "commit", "-q", "--allow-empty", "-m", "theirs");
        await UserGit.Run(Temp["other"], null, "push", "-q", repository.Path, "main");
        var before = await repository.Refs();

        var paused = await Session().CreateAndRun();

        Assert.Equal((SessionStatus.Paused, "CONC645"), (paused.Status, paused.Reason?.Code));
        Assert.Equal(before, await repository.Refs());
        Assert.Empty(Hub.Ledger);
    }

    [Fact]
    public async Task A_hidden_repository_with_the_name_is_told_as_a_name_that_is_taken()
    {
        Hub.Hidden.Add(Repository);

        var paused = await Session().CreateAndRun();

        Assert.Equal("CONC646", paused.Reason?.Code);
    }

    [Fact]
    public async Task An_owner_that_is_not_there_is_named()
    {
        var paused = await Session(repository: "nobody/links").CreateAndRun();

        Assert.Equal("CONC644", paused.Reason?.Code);
        Assert.Contains("nobody/links", paused.Reason!.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("remote: error: GH006: Protected branch update failed for refs/heads/main.", "CONC647")]
    [InlineData("remote: error: GH013: Repository rule violations found for refs/heads/main.", "CONC647")]
    [InlineData("refusing to allow a Personal Access Token to create or update workflow `.github/workflows/ci.yml` without `workflow` scope", "CONC642")]
    [InlineData("remote: error: GH001: Large files detected.", "CONC649")]
    public async Task A_push_that_a_rule_declines_says_which(string said, string code)
    {
        var repository = await Hub.Host(Repository);
        await repository.Hook($"echo '{said}' >&2; exit 1");

        var paused = await Session().CreateAndRun();

        Assert.Equal((SessionStatus.Paused, code), (paused.Status, paused.Reason?.Code));
        Assert.Empty(await repository.Refs());
    }

    [Fact]
    public async Task An_archived_repository_and_one_that_can_only_be_read_are_named_before_a_push()
    {
        var repository = await Hub.Host(Repository);
        repository.IsArchived = true;
        Assert.Equal("CONC660", (await Session().CreateAndRun()).Reason?.Code);

        repository.IsArchived = false;
        repository.CanPush = false;
        Assert.Equal("CONC642", (await Session().CreateAndRun()).Reason?.Code);
        Assert.Empty(Hub.Ledger);
    }

    [Fact]
    public async Task A_release_of_something_else_under_the_tag_is_not_taken_for_ours()
    {
        var repository = await Hub.Host(Repository);
        repository.Releases["v0.1.0"] = new() { ["tag_name"] = "v0.1.0", ["target_commitish"] = "main", ["html_url"] = "https://x.invalid" };

        Assert.Equal("CONC652", (await Session().CreateAndRun()).Reason?.Code);
    }

    [Theory]
    [InlineData("POST /api/v3/user/repos", false)]
    [InlineData("POST /api/v3/user/repos", true)]
    [InlineData("POST /octo/links.git/git-receive-pack", false)]
    [InlineData("POST /octo/links.git/git-receive-pack", true)]
    [InlineData("POST /api/v3/repos/octo/links/releases", false)]
    [InlineData("POST /api/v3/repos/octo/links/releases", true)]
    public async Task A_connection_that_is_cut_in_the_middle_is_looked_after_and_nothing_happens_twice(string line, bool afterEffect)
    {
        Hub.Cut(line, afterEffect);

        var state = await Session().CreateAndRun();

        Assert.True(state.Status == SessionStatus.Succeeded, state.Reason?.ToString());
        Assert.Equal(["create octo/links", "push octo/links refs/heads/main", "release octo/links v0.1.0"], Hub.Ledger);
    }

    [Fact]
    public async Task A_store_that_somebody_tampered_with_sends_the_token_nowhere_and_runs_nothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the canary is a shell script");
        var store = Path.Combine(WorkDirectory(TestSession.Id), "publish");
        await UserGit.Run(Temp.Path, null, "init", "-q", "--bare", "-b", "main", store);
        await TempFolder.WriteProgram(Temp["canary.sh"], $"#!/bin/sh\ntouch {Temp["fired"]}\n");
        await TempFolder.WriteProgram(Path.Combine(store, "hooks/pre-push"), $"#!/bin/sh\n{Temp["canary.sh"]}\n");
        await File.AppendAllTextAsync(Path.Combine(store, "config"), $"[url \"http://127.0.0.1:9/\"]\n\tinsteadOf = {Hub.Url}\n[credential]\n\thelper = !{Temp["canary.sh"]}\n[core]\n\tfsmonitor = {Temp["canary.sh"]}\n\tsshCommand = {Temp["canary.sh"]}\n");

        var state = await Session().CreateAndRun();

        Assert.True(state.Status == SessionStatus.Succeeded, state.Reason?.ToString());
        Assert.False(File.Exists(Temp["fired"]));
    }

    [Theory]
    [InlineData("https://api.github.com", "https://github.com/")]
    [InlineData("https://github.example.com/api/v3", "https://github.example.com/")]
    [InlineData("https://api.octo.ghe.com", "https://octo.ghe.com/")]
    public void The_address_of_repositories_follows_from_that_of_the_API(string api, string web) =>
        Assert.Equal(web, new GitHubSettings(new Uri(api)).WebUrl.AbsoluteUri);

    [Theory]
    [InlineData("github: { api_url: \"https://github.example.com/api/v3\" }", null)]
    [InlineData("github: { api_url: \"http://127.0.0.1:3000/api/v3\", allow_insecure_loopback: true }", null)]
    [InlineData("github: { api_url: \"http://127.0.0.1:3000/api/v3\" }", "CONC657")]
    [InlineData("github: { api_url: \"http://github.example.com/api/v3\", allow_insecure_loopback: true }", "CONC657")]
    [InlineData("github: { api_url: \"https://me@github.example.com\" }", "CONC657")]
    [InlineData("github: { api_url: \"nowhere\" }", "CONC006")]
    public void The_machines_settings_say_where_GitHub_is_and_never_in_the_clear(string settings, string? code) =>
        Assert.Equal(code, MachineSettings.Read(settings, "config.yaml").Problems.SingleOrDefault()?.Code);
}
