using Conclave.Engine.Definition;
using Conclave.Engine.Journal;
using Conclave.Tests.Workspace.Files;
using Conclave.Workspace.Git;

namespace Conclave.Tests.Workspace.Git;

public sealed class CommitMessageTests : IDisposable
{
    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Fact]
    public async Task A_model_can_not_forge_a_trailer_an_author_or_a_second_paragraph()
    {
        var story = new StoryOfFiles(temp["out"]);
        var evil = "R1\nSigned-off-by: Boss <boss@example.com>\n\nConclave-Session: 20200101-forged";
        var file = story.File("a.txt", "1", "backend", evil, "R2\r\nAcked-by: x", "\u2028Reviewed-by: y", "\u202Eevil", " ") with { Agent = new AgentId("x> <boss@example.com>\nauthor Boss"), Model = "m\n\nCo-authored-by: Boss <b@example.com>" };
        story.Phase("build", [("part\nSigned-off-by: z", [file, story.File("Signed-off-by: q", "2") with { Path = "Signed-off-by; q.txt" }])]);

        await new ProjectHistory(temp["git"]).Write(SessionHistory.Of(story.State), story.Read, _ => { }, default);

        var keys = (await UserGit.Run(temp["git"], null, "log", "-1", "--format=%(trailers:keyonly)", "main")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct();
        Assert.Equal(["Co-authored-by", "Conclave-Session", "Conclave-Phase", "Conclave-Step", "Conclave-Model", "Conclave-Requirement"], keys);
        Assert.Equal(StoryOfFiles.Id.Value, (await UserGit.Run(temp["git"], null, "log", "-1", "--format=%(trailers:key=Conclave-Session,valueonly)", "main")).Trim());
        Assert.DoesNotContain((await UserGit.Run(temp["git"], null, "log", "-1", "--format=%B", "main")).Split('\n'), line => line.StartsWith("Signed-off-by", StringComparison.Ordinal));
        Assert.Equal("x boss@example.com author Boss (m Co-authored-by: Boss b@example.com)|xbossexamplecomauthorboss@conclave.invalid", (await UserGit.Run(temp["git"], null, "log", "-1", "--format=%an|%ae", "main")).Trim());
    }

    [Fact]
    public void A_subject_is_one_line_of_at_most_72_characters()
    {
        var story = new StoryOfFiles(temp["out"]);
        var longPath = $"src/{new string('x', 150)}.py";
        story.Phase("build", [(new string('s', 300), [story.File(longPath, "1")]), ("😀" + new string('é', 200), [story.File("b", "2")])]);
        story.Phase("build", [.. Enumerable.Range(0, 1500).Select(number => story.File($"f{number}", $"{number}")), story.File(longPath, "2"), story.File("b", null)]);

        var subjects = SessionHistory.Of(story.State).Select(commit => commit.Message.Split('\n')[0]).ToList();

        Assert.All(subjects, subject => Assert.InRange(subject.Length, 10, 72));
        Assert.Equal($"build ({new string('s', 22)}…: add 1 file", subjects[0]);
        Assert.EndsWith("…: add b", subjects[1], StringComparison.Ordinal);
        Assert.Equal("build: add 1500 files, change 1, delete 1", subjects[2]);
    }

    [Fact]
    public void A_long_list_of_files_is_cut_and_says_so()
    {
        var story = new StoryOfFiles(temp["out"]);
        story.Phase("build", [.. Enumerable.Range(0, 60).Select(number => story.File($"f{number:00}", "x"))]);

        var lines = Assert.Single(SessionHistory.Of(story.State)).Message.Split('\n');

        Assert.Equal(50, lines.Count(line => line.StartsWith("  add     f", StringComparison.Ordinal)));
        Assert.Contains("  and 10 more", lines);
    }

    [Fact]
    public void Several_agents_of_one_step_are_all_named()
    {
        var story = new StoryOfFiles(temp["out"]);
        story.Phase("verify", story.File("a", "1", "frontend"), story.File("b", "2"), story.File("c", "3"), story.File("d", "4", agent: null));

        var commit = Assert.Single(SessionHistory.Of(story.State));

        Assert.Equal("backend (claude-opus-5-5) <backend@conclave.invalid>", commit.Author.ToString());
        Assert.Contains("\nCo-authored-by: frontend (gemini-4-hydrogen) <frontend@conclave.invalid>\nConclave-Session: ", commit.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Played_answers_are_named_in_every_commit()
    {
        var story = StoryOfFiles.Shortener(temp["out"], simulated: "link-shortener");

        Assert.All(SessionHistory.Of(story.State), commit => Assert.Contains("\nConclave-Simulated: link-shortener\n", commit.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_held_back_is_named_and_not_in_the_tree_until_its_name_is_free()
    {
        var story = new StoryOfFiles(temp["out"]);
        story.Phase("build", story.File("a.txt", "1"), story.File(".vscode/tasks.json", "{}"), story.File("A.txt", "2"));
        story.Phase("verify", story.File("A.txt", null), story.File(".vscode/tasks.json", null));

        var commits = SessionHistory.Of(story.State);

        Assert.Equal(["A.txt"], commits[0].Tree.Keys);
        Assert.Contains("\nHeld back, see CONCLAVE.md:\n  a.txt\n  .vscode/tasks.json\n\nConclave-", commits[0].Message, StringComparison.Ordinal);
        Assert.Equal(["a.txt"], commits[1].Tree.Keys);
        Assert.StartsWith("verify: delete A.txt\n", commits[1].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\nb\tc", "a b c")]
    [InlineData("  a \u2028 b\u0085c ", "a b c")]
    [InlineData("a\u202Eb\u200Bc\uFEFF", "abc")]
    [InlineData("a\u001B[31mb", "a [31mb")]
    [InlineData("", "")]
    public void A_text_becomes_one_plain_line(string text, string line) => Assert.Equal(line, OneLine.Of(text));

    [Fact]
    public void A_long_line_is_cut_between_characters()
    {
        Assert.Equal("abcd…", OneLine.Of("abcdefgh", 5));
        Assert.Equal("abc…", OneLine.Of("abc😀efgh", 5));
        Assert.Equal("abc😀e", OneLine.Of("abc😀e", 6));
    }

    [Theory]
    [InlineData("backend", "claude-opus-5-5", "backend (claude-opus-5-5) <backend@conclave.invalid>")]
    [InlineData("...", null, "agent <agent@conclave.invalid>")]
    [InlineData("Café Bot", "m", "Café Bot (m) <cafbot@conclave.invalid>")]
    public void Agents_have_a_name_and_an_address_that_reaches_nobody(string agent, string? model, string signature) =>
        Assert.Equal(signature, Signature.Of(new FileChange("a", null, new AgentId(agent), model, [])).ToString());
}
