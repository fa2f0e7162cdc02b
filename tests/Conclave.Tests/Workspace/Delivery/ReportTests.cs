using Conclave.Engine.Definition;
using Conclave.Engine.Journal;
using Conclave.Tests.Workspace.Git;
using Conclave.Workspace.Delivery;

namespace Conclave.Tests.Workspace.Delivery;

public sealed class ReportTests
{
    private readonly StoryOfFiles story = StoryOfFiles.Shortener("/projects/links");

    [Fact]
    public async Task It_says_how_far_the_project_can_be_trusted_and_who_made_it() => Assert.Equal(
        """
        # Link shortener

        **Verified.** Built, and its 12 tests ran green.

        Made by Conclave 0.1.0 in session `20261122-k3vq7m` with the workflow `software-project`, for: A link shortener with a page.

        ## Evidence

        Built, and its 12 tests ran green.

        Tests: 12 passed, 0 failed.

        | command | exit code |
        |---|---|
        | `python3 -m unittest` | 0 |
        | `node -e a\|b` | timed out |

        ## Worth knowing

        - frontend was played by gemini's gemini-4-hydrogen in place of mistral
        - verify: repaired once

        ## Who wrote what

        | file | agent | model | requirements |
        |---|---|---|---|
        | `.gitignore` | Conclave |  |  |
        | `README.md` | frontend | gemini-4-hydrogen |  |
        | `docs/decisions/0001-storage.md` | Conclave |  |  |
        | `src/app.py` | backend | claude-opus-5-5 | R1 |
        | `static/index.html` | frontend | gemini-4-hydrogen | R2, R10 |
        | `tests/acceptance/test_links.py` | pm | gpt-6.2-sol | R1, R2 |

        ## Decisions

        - [Where are links kept?](docs/decisions/0001-storage.md) **SQLite** (by vote, against frontend)

        ## Cost

        | agent | model | requests | input tokens | of these cached | output tokens | of these reasoning | USD |
        |---|---|--:|--:|--:|--:|--:|--:|
        | backend | claude-opus-5-5 (anthropic) | 2 | 1000 | 200 | 400 | 100 | 0.5312 |
        | frontend | gemini-4-hydrogen (gemini) | 1 | 500 | 0 | 300 | 0 | 0.0100 |
        | **all** | | 3 | 1500 | 200 | 700 | 100 | **0.5412** |

        Requests in doubt: 1. Their answers were lost on the way; they are counted at their worst case, $0.5000.
        """,
        (await Report(story)).TrimEnd());

    [Fact]
    public async Task Played_answers_and_a_failure_are_said_first()
    {
        var simulated = StoryOfFiles.Shortener("/projects/links", simulated: "link-shortener");

        var report = await Report(simulated, new EntryBody.SessionFailed("CONC301", "2 of 12 tests stay red", new PhaseId("verify")));

        Assert.StartsWith(
            """
            # Link shortener

            **Simulated: the answers were played from the scenario `link-shortener`, no model was asked.**

            **Failed in phase verify.** 2 of 12 tests stay red (CONC301)

            The files here are those that were accepted before that.

            """,
            report,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_ending_is_said_in_plain_words()
    {
        Assert.Contains("\n**Verified.** All green.\n", await Report(story, new EntryBody.SessionSucceeded(Verdict.Verified, "All green.")), StringComparison.Ordinal);
        Assert.Contains("\n**Not verified.** There is no sandbox here.\n", await Report(story, new EntryBody.SessionSucceeded(Verdict.Unverified, "There is no sandbox here.")), StringComparison.Ordinal);
        Assert.Contains("\n**Not verified: this workflow verifies nothing.** It only plans.\n", await Report(story, new EntryBody.SessionSucceeded(Verdict.None, "It only plans.")), StringComparison.Ordinal);
        Assert.Contains("\n**Cancelled.** by the user\n\nThe files here", await Report(story, new EntryBody.SessionCancelled("by the user")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Held_back_and_risky_files_are_listed_with_the_reason_and_the_way_to_accept_them()
    {
        var held = new StoryOfFiles("/projects/links");
        held.Phase("build", held.File(".github/workflows/it's ci.yml", "on: push"), held.File(".envrc", "x"), held.File("Makefile", "all:"), held.File("../evil", "x"), held.File("conclave.md", "mine"), held.File("a.txt", "x"), held.File("A.txt", "y"));

        Assert.Contains(
            """
            ## Held back

            These files would act on your machine or on a CI server as soon as the project is opened or pushed, or have a name that is not safe. They lie aside as plain texts. Read one before you put it in its place.

            - `../evil` leads out of its folder (\`..\`). Written by backend. Its text is in `.conclave/held-back/2d6afc710923ce47.txt`.
            - `.envrc` is run when a shell enters the folder. Written by backend. Its text is in `.conclave/held-back/.envrc.txt`.

                  git mv '.conclave/held-back/.envrc.txt' '.envrc'

            - `.github/workflows/it's ci.yml` runs on a CI server with the repository's secrets once it is pushed. Written by backend. Its text is in `.conclave/held-back/.github/workflows/it's ci.yml.txt`.

                  mkdir -p '.github/workflows' && git mv '.conclave/held-back/.github/workflows/it'\''s ci.yml.txt' '.github/workflows/it'\''s ci.yml'

            - `a.txt` is the same file as \`A.txt\` on some file systems. Written by backend. Its text is in `.conclave/held-back/a.txt.txt`.
            - `conclave.md` has a name that belongs to Conclave's own report. Written by backend. Its text is in `.conclave/held-back/conclave.md.txt`.

            ## Runs code when a tool is used

            - `Makefile` is run by \`make\`.
            """,
            await Report(held),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Texts_of_models_stay_texts()
    {
        var hostile = new StoryOfFiles("/projects/links", simulated: "x`y");
        var evil = "| a | <img src=x onerror=alert(1)> ![p](http://evil/x.png) [l](http://evil) `c` **b** &lt; \n\n# Heading\n\n**Verified.**";
        hostile.Phase("contract", [("", [hostile.File("a`b|.txt", "x") with { Path = "a'b.txt", Requirements = [evil] }])], System.Text.Json.JsonSerializer.Serialize(new { title = evil }), notes: evil);
        hostile.Phase("verify", [("", [])], verification: new VerificationSummary(Verdict.Unverified, evil, 0, 0, StoredText.From($$"""{"commands":[{"argv":["a|b","`"],"exit_code":1},{"argv":[]},{"command":"make","exit_code":2},3]}""")));

        var report = await Report(hostile, new EntryBody.SessionFailed("CONC301", evil, null));

        Assert.DoesNotContain("<img", report, StringComparison.Ordinal);
        Assert.DoesNotContain("![p]", report, StringComparison.Ordinal);
        Assert.DoesNotContain("[l](", report, StringComparison.Ordinal);
        Assert.DoesNotContain("**b**", report, StringComparison.Ordinal);
        Assert.DoesNotContain("**Verified.**", report, StringComparison.Ordinal);
        Assert.DoesNotContain("\n# Heading", report, StringComparison.Ordinal);
        Assert.Contains("| `` a\\|b ` `` | 1 |\n| `make` | 2 |\n", report, StringComparison.Ordinal);
        Assert.Equal([5], Rows(report, "## Who wrote what").Select(Bars).Distinct());
        Assert.Equal([3], Rows(report, "## Evidence").Select(Bars).Distinct());
    }

    [Fact]
    public async Task It_is_the_same_after_a_crash_and_a_resume()
    {
        var before = await Report(story);
        story.Tell(null, null, new EntryBody.SessionResumed(ResumeReason.Recovered, "another process", 50m));
        story.Tell(null, null, new EntryBody.AlertRaised("CONC900", "noticed"));

        Assert.Equal(before, await Report(story));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{\"commands\":{}}")]
    [InlineData("{\"commands\":[null,1,{\"argv\":null}]}")]
    public void Evidence_of_another_form_gives_no_commands(string json) => Assert.Empty(Evidence.Read(json));

    [Theory]
    [InlineData("""{ "acceptance_tests": { "run": 9, "passed": 8 }, "acceptance_tests_found": 9 }""", "Acceptance tests: 9 stand in the source, 9 ran, 8 passed.")]
    [InlineData("""{ "acceptance_tests": { "run": 0, "passed": 0 }, "acceptance_tests_found": 9 }""", "Acceptance tests: 9 stand in the source, 0 ran, 0 passed.")]
    [InlineData("""{ "acceptance_tests": { "run": 2, "passed": 2 } }""", "Acceptance tests: 2 ran, 2 passed; how many stand in the source was not counted.")]
    [InlineData("""{ "acceptance_tests": { "run": 0, "passed": 0 } }""", null)]
    [InlineData("""{ "acceptance_tests": 3, "acceptance_tests_found": "9" }""", null)]
    [InlineData("[]", null)]
    [InlineData("", null)]
    public void The_report_says_how_many_of_the_acceptance_tests_ran(string evidence, string? sentence) => Assert.Equal(sentence, AcceptanceEvidence.Read(evidence)?.Sentence);

    private static async Task<string> Report(StoryOfFiles story, EntryBody? ending = null) => (await DeliveryPlan.Of(story.Order(ending), default))!.Report.Text;

    private static IEnumerable<string> Rows(string report, string section) =>
        report.Split(section)[1].Split("\n## ")[0].Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal));

    private static int Bars(string row) => row.Replace("\\|", "", StringComparison.Ordinal).Count(letter => letter == '|');
}
