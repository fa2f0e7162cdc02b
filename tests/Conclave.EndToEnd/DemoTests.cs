using System.Net.Http.Json;
using System.Text.Json;
using Conclave.EndToEnd.Running;

namespace Conclave.EndToEnd;

/// <summary>What a new user gets from one command.</summary>
public sealed class DemoTests
{
    [Fact]
    public async Task The_demo_gives_a_verified_project_whose_page_and_api_work_as_its_readme_says()
    {
        using var machine = new Machine();

        var demo = await machine.Conclave("demo");

        Assert.True(demo.ExitCode == 0, demo.ToString());
        Assert.Contains("verified: 20 tests passed in the sandbox", demo.Output, StringComparison.Ordinal);
        Assert.Contains("simulated: the answers came from the scenario `url-shortener`", demo.Output, StringComparison.Ordinal);
        Assert.Contains("openai limits our rate; going on in 2.0 s", demo.Output, StringComparison.Ordinal);
        Assert.Contains("the project's tests fail: ", demo.Output, StringComparison.Ordinal);
        var project = machine.In("conclave-demo");
        Assert.Equal(5, Directory.GetFiles(Path.Combine(project, "docs", "decisions")).Length);
        Assert.Contains("\n## R1\n", await File.ReadAllTextAsync(Path.Combine(project, "docs", "requirements.md")), StringComparison.Ordinal);
        var report = await File.ReadAllTextAsync(Path.Combine(project, "CONCLAVE.md"));
        Assert.Contains("[docs/requirements.md](docs/requirements.md)", report, StringComparison.Ordinal);
        Assert.Contains("Simulated", report, StringComparison.Ordinal);
        Assert.Contains("Acceptance tests: 9 stand in the source, 9 ran, 9 passed.", report, StringComparison.Ordinal);
        Assert.Equal(
            """
            deliver: verified|Conclave
            finalize: add 8 files|Conclave
            verify: change app/server.py|backend (claude-opus-5-5)
            build (frontend): add 4 files|frontend (gemini-4-hydrogen)
            build (backend): add 9 files|backend (claude-opus-5-5)
            tests: add 2 files|pm (gpt-6.2-sol)
            vote: add 5 files|Conclave

            """,
            await Project.Log(machine, project),
            ignoreLineEndingDifferences: true);
        Assert.Equal("", (await machine.Run("git", project, "status", "--porcelain")).Output);
        Assert.Equal(0, (await machine.Run("git", project, "fsck", "--strict")).ExitCode);
        await UseIt(machine, project);
    }

    private static async Task UseIt(Machine machine, string project)
    {
        await using var app = machine.StartProgram("python3", ["-m", "app", "--port", "0", "--data", Path.Combine(machine.Root, "links.db")], project);
        var address = new Uri((await app.Line("Listening on ")).Split(' ')[^1]);
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = address };
        Assert.Contains("<h1>Short links</h1>", await http.GetStringAsync("/"), StringComparison.Ordinal);
        var made = await (await http.PostAsync("/api/links", new StringContent("""{"url": "https://example.org/x"}"""))).Content.ReadFromJsonAsync<JsonElement>();
        var redirect = await http.GetAsync($"/{made.GetProperty("code").GetString()}");
        Assert.Equal("https://example.org/x", redirect.Headers.Location?.ToString());
        var stats = await http.GetFromJsonAsync<JsonElement>($"/api/links/{made.GetProperty("code").GetString()}/stats");
        Assert.Equal(1, stats.GetProperty("hits").GetInt32());
    }

    [Fact]
    public async Task The_events_on_stdout_are_the_journal_in_order_and_lists_and_views_agree_with_it()
    {
        using var machine = new Machine();

        var run = await machine.Conclave("new", "A URL shortener with a web page", "--simulate", "--output", "out", "--json");

        Assert.True(run.ExitCode == 0, run.ToString());
        var events = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(Enumerable.Range(1, events.Count).Select(number => (long)number), events.Select(happening => happening.GetProperty("seq").GetInt64()));
        Assert.Equal(("session-created/1", "session-succeeded/1"), (events[0].GetProperty("kind").GetString(), events[^1].GetProperty("kind").GetString()));
        Assert.Equal(100, events[^1].GetProperty("progress").GetInt32());
        Assert.Equal("verified", events[^1].GetProperty("body").GetProperty("verdict").GetString());

        var id = events[0].GetProperty("session_id").GetString()!;
        Assert.Contains($"{id}  verified     100 %", (await machine.Conclave("list")).Output, StringComparison.Ordinal);
        var summary = JsonDocument.Parse((await machine.Conclave("show", id[..10], "--json")).Output).RootElement;
        var spent = events.Where(happening => happening.GetProperty("kind").GetString() == "attempt-ended/1").Sum(happening => happening.GetProperty("body").GetProperty("cost_usd").GetDecimal());
        Assert.Equal(spent, summary.GetProperty("spent_usd").GetDecimal());
        var watched = await machine.Conclave("watch", id, "--json");
        Assert.Equal(run.Output, watched.Output);
        Assert.Contains("decided: Where are links and visits kept?", (await machine.Conclave("show", id)).Output, StringComparison.Ordinal);
        var council = JsonDocument.Parse((await machine.Conclave("show", id, "--decisions", "--json")).Output).RootElement;
        var ballots = events.Where(happening => happening.GetProperty("kind").GetString() == "ballot-cast/1").ToList();
        Assert.Equal(events.Count(happening => happening.GetProperty("kind").GetString() == "decision-made/1"), council.GetProperty("decisions").GetArrayLength());
        Assert.Equal(ballots.Count, council.GetProperty("decisions").EnumerateArray().Sum(decision => decision.GetProperty("ballots").GetArrayLength()));
        Assert.Equal(ballots.Sum(ballot => ballot.GetProperty("body").GetProperty("ballot").GetProperty("cost_usd").GetDecimal()), council.GetProperty("cost_usd").GetDecimal());
        Assert.Contains("% of the session", (await machine.Conclave("show", id, "--decisions")).Output, StringComparison.Ordinal);
        var again = await machine.Conclave("resume", id);
        Assert.Equal(0, again.ExitCode);
        Assert.Contains("there is nothing to resume", again.Error, StringComparison.Ordinal);
    }
}
