using Conclave.Engine.Execution;
using Conclave.Tests.Workspace.Files;
using Conclave.Workspace.Git;

namespace Conclave.Tests.Workspace.Git;

public sealed class ProjectHistoryTests : IDisposable
{
    // The ids are a function of the state alone: on every machine, with every git, on every day.
    private const string ShortenerTip = "28bb2e13d7ee5de8dd8a19ce23f29e3e2166ae1d";

    private readonly TempFolder temp = new();

    public static TheoryData<string> Leftovers() => ["index.lock", "HEAD.lock", "config.lock", "refs/heads/main.lock", "packed-refs.lock", "objects/pack/tmp_pack_x1y2z3", "objects/pack/tmp_idx_x1y2z3", "objects/tmp_obj_x1", "index"];

    public void Dispose() => temp.Dispose();

    [Fact]
    public async Task Each_accepted_step_is_one_commit_in_the_order_of_acceptance_by_its_agent_at_its_time()
    {
        var story = StoryOfFiles.Shortener(temp["out"]);

        await Write("git", story.State, story);

        var log = await UserGit.Run(temp["git"], null, "log", "--reverse", "--format=%(trailers:key=Conclave-Phase,valueonly,separator=)%(trailers:key=Conclave-Step,valueonly,separator=)|%ae|%aI|%ce|%cI", "main");
        Assert.Equal(
            story.State.Changes.Select(change => $"{change.Phase}{change.Step}|{change.Files[0].Agent?.Value ?? "conclave"}@conclave.invalid|{change.Time:yyyy-MM-ddTHH:mm:ss}+00:00|conclave@conclave.invalid|{change.Time:yyyy-MM-ddTHH:mm:ss}+00:00"),
            log.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task The_log_reads_as_a_story()
    {
        var story = StoryOfFiles.Shortener(temp["out"]);

        await Write("git", story.State, story);

        Assert.Equal(
            """
            * Conclave <conclave@conclave.invalid>

            vote: add docs/decisions/0001-storage.md

              add     docs/decisions/0001-storage.md

            Conclave-Session: 20261122-k3vq7m
            Conclave-Phase: vote

            * pm (gpt-6.2-sol) <pm@conclave.invalid>

            tests: add tests/acceptance/test_links.py

              add     tests/acceptance/test_links.py

            Conclave-Session: 20261122-k3vq7m
            Conclave-Phase: tests
            Conclave-Model: gpt-6.2-sol
            Conclave-Requirement: R1
            Conclave-Requirement: R2

            * backend (claude-opus-5-5) <backend@conclave.invalid>

            build (backend): add 3 files

              add     src/app.py
              add     run.sh
              add     README.md

            Conclave-Session: 20261122-k3vq7m
            Conclave-Phase: build
            Conclave-Step: backend
            Conclave-Model: claude-opus-5-5
            Conclave-Requirement: R1

            * frontend (gemini-4-hydrogen) <frontend@conclave.invalid>

            build (frontend): add 1 file, change 1

              add     static/index.html
              change  README.md

            Conclave-Session: 20261122-k3vq7m
            Conclave-Phase: build
            Conclave-Step: frontend
            Conclave-Model: gemini-4-hydrogen
            Conclave-Requirement: R2
            Conclave-Requirement: R10

            * backend (claude-opus-5-5) <backend@conclave.invalid>

            verify: change 1 file, delete 1

              change  src/app.py
              delete  run.sh

            Conclave-Session: 20261122-k3vq7m
            Conclave-Phase: verify
            Conclave-Model: claude-opus-5-5
            Conclave-Requirement: R1

            * Conclave <conclave@conclave.invalid>

            finalize: add .gitignore

              add     .gitignore

            Conclave-Session: 20261122-k3vq7m
            Conclave-Phase: finalize
            """,
            (await UserGit.Run(temp["git"], null, "log", "--reverse", "--format=* %an <%ae>%n%n%B", "main")).TrimEnd());
    }

    [Fact]
    public async Task The_same_state_gives_the_same_ids_in_any_store_and_any_time_zone()
    {
        var story = StoryOfFiles.Shortener(temp["out"]);
        var elsewhere = StoryOfFiles.Shortener("/another/place");

        Assert.Equal(ShortenerTip, await Write("first", story.State, story));
        Assert.Equal(ShortenerTip, await Write("second", elsewhere.State, elsewhere));
        Assert.Equal(ShortenerTip, await Write("first", story.State, story));
        Assert.Equal(
            await Write("first", story.State, story),
            await new ProjectHistory(temp["zone"]).Write([.. SessionHistory.Of(story.State).Select(commit => commit with { Time = commit.Time.ToOffset(TimeSpan.FromHours(9)) })], story.Read, _ => { }, default));
    }

    [Fact]
    public async Task A_store_is_a_clean_bare_repository_on_main()
    {
        var story = StoryOfFiles.Shortener(temp["out"]);
        await Write("git", story.State, story);

        Assert.Equal("", await UserGit.Run(temp["git"], null, "fsck", "--strict", "--full", "--no-dangling"));
        Assert.Equal("refs/heads/main\n", await UserGit.Run(temp["git"], null, "for-each-ref", "--format=%(refname)"));
        Assert.Equal("true\n", await UserGit.Run(temp["git"], null, "rev-parse", "--is-bare-repository"));
        Assert.False(Directory.Exists(temp["git/hooks"]));
        Assert.Empty(Directory.EnumerateFiles(temp["git"], "*.lock", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_program_is_executable_and_nothing_else_is()
    {
        var story = StoryOfFiles.Shortener(temp["out"]);
        await Write("git", story.State, story);

        Assert.Equal("100755 run.sh", (await UserGit.Run(temp["git"], null, "log", "--diff-filter=A", "--format=", "--raw", "--no-abbrev", "main")).Split('\n').Where(line => line.Contains(" 100755 ", StringComparison.Ordinal)).Select(line => $"100755 {line.Split('\t')[1]}").Single());
    }

    [Fact]
    public async Task A_longer_story_goes_on_from_the_shorter_one()
    {
        var story = StoryOfFiles.Shortener(temp["out"]);
        var early = story.State with { Changes = story.State.Changes.RemoveRange(3, story.State.Changes.Count - 3) };

        var first = await Write("git", early, story);
        await Write("git", story.State, story);

        Assert.Equal(0, (await UserGit.TryRun(temp["git"], null, "merge-base", "--is-ancestor", first, "main")).Code);
        Assert.Equal(ShortenerTip, (await UserGit.Run(temp["git"], null, "rev-parse", "main")).Trim());
    }

    [Theory]
    [MemberData(nameof(Leftovers))]
    public async Task What_a_killed_process_left_behind_blocks_nothing(string name)
    {
        var story = StoryOfFiles.Shortener(temp["out"]);
        await Write("git", story.State with { Changes = story.State.Changes.RemoveAt(story.State.Changes.Count - 1) }, story);
        await File.WriteAllTextAsync(temp[$"git/{name}"], "half");

        Assert.Equal(ShortenerTip, await Write("git", story.State, story));
        Assert.True(name == "index" || !File.Exists(temp[$"git/{name}"]));
        Assert.Equal("", await UserGit.Run(temp["git"], null, "fsck", "--strict", "--full"));
    }

    [Theory]
    [InlineData("HEAD")]
    [InlineData("config")]
    [InlineData("refs/heads/main")]
    [InlineData("refs")]
    [InlineData("objects")]
    [InlineData("objects/*")]
    [InlineData("objects/pack/*.pack")]
    [InlineData("objects/pack/*.idx")]
    public async Task A_damaged_store_is_made_anew(string what)
    {
        var story = StoryOfFiles.Shortener(temp["out"]);
        await Write("git", story.State, story);
        Damage(what);

        Assert.Equal(ShortenerTip, await Write("git", story.State, story));
        await new ProjectHistory(temp["git"]).CopyTo(await Empty("copy"), ShortenerTip, default);
        Assert.Equal("", await UserGit.Run(temp["copy"], null, "fsck", "--strict", "--full", "--no-dangling", ShortenerTip));
    }

    [Fact]
    public async Task Damage_inside_an_object_is_found_when_it_is_copied()
    {
        var story = StoryOfFiles.Shortener(temp["out"]);
        await Write("git", story.State, story);
        var pack = Directory.EnumerateFiles(temp["git/objects/pack"], "*.pack").Single();
        var bytes = await File.ReadAllBytesAsync(pack);
        bytes[bytes.Length / 2] ^= 0xFF;
        File.Delete(pack);
        await File.WriteAllBytesAsync(pack, bytes);

        await Assert.ThrowsAsync<GitFailedException>(async () => await new ProjectHistory(temp["git"]).CopyTo(await Empty("copy"), ShortenerTip, default));
    }

    [Fact]
    public async Task No_changes_give_no_store_and_no_commit()
    {
        Assert.Null(await new ProjectHistory(temp["git"]).Write([], new StoryOfFiles(temp["out"]).Read, _ => { }, default));
        Assert.False(Directory.Exists(temp["git"]));
    }

    [Fact]
    public async Task A_step_that_changes_nothing_or_deletes_everything_has_its_commit_too()
    {
        var story = new StoryOfFiles(temp["out"]);
        story.Phase("build", story.File("a.txt", "1")).Phase("verify", story.File("a.txt", "1")).Phase("finalize", story.File("a.txt", null));

        await Write("git", story.State, story);

        Assert.Equal(
            ["finalize: delete a.txt", "verify: no change of files", "build: add a.txt"],
            (await UserGit.Run(temp["git"], null, "log", "--format=%s", "main")).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("", await UserGit.Run(temp["git"], null, "ls-tree", "-r", "main"));
    }

    [Fact]
    public async Task Two_thousand_files_are_one_pack_and_a_few_processes()
    {
        var story = new StoryOfFiles(temp["out"]);
        story.Phase("build", [.. Enumerable.Range(0, 2000).Select(number => story.File($"src/d{number % 40}/f{number}.py", $"print({number})\n"))]);

        await Write("git", story.State, story);

        Assert.Single(Directory.EnumerateFiles(temp["git/objects/pack"], "*.pack"));
        Assert.Equal(2000, (await UserGit.Run(temp["git"], null, "ls-tree", "-r", "--name-only", "main")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Contents_of_every_kind_come_back_byte_by_byte()
    {
        string[] contents = ["", "a", "\r\n", "a\0b", new('x', 15), new('x', 16), new('x', 2047), new('x', 2048), new('x', 300_000), string.Concat(Enumerable.Range(0, 5000).Select(i => (char)(32 + (i % 1000)))), "$Id$ ident\r\n"];
        var story = new StoryOfFiles(temp["out"]);
        story.Phase("build", [.. contents.Select((content, index) => story.File($"f{index}", content))]);

        await Write("git", story.State, story);

        await Assert.AllAsync(contents.Select((content, index) => (content, index)), async file => Assert.Equal(file.content, await UserGit.Run(temp["git"], null, "cat-file", "blob", $"main:f{file.index}")));
    }

    [Fact]
    public async Task A_cancelled_write_is_a_cancellation_and_can_be_repeated()
    {
        var story = StoryOfFiles.Shortener(temp["out"]);
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new ProjectHistory(temp["git"]).Write(
            SessionHistory.Of(story.State),
            async (id, token) =>
            {
                await cancel.CancelAsync();
                token.ThrowIfCancellationRequested();
                return await story.Read(id, token);
            },
            _ => { },
            cancel.Token));

        Assert.Equal(ShortenerTip, await Write("git", story.State, story));
    }

    private async Task<string> Write(string store, SessionState state, StoryOfFiles story) =>
        (await new ProjectHistory(temp[store]).Write(SessionHistory.Of(state), story.Read, _ => { }, default))!;

    private async Task<string> Empty(string name)
    {
        await UserGit.Run(temp.Path, null, "init", "-q", "--bare", name);
        return temp[name];
    }

    private void Damage(string what)
    {
        var folder = temp[Path.Combine("git", Path.GetDirectoryName(what)!)];
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos(Path.GetFileName(what)).ToList())
        {
            if (entry is DirectoryInfo directory)
            {
                directory.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
                File.WriteAllText(entry.FullName, "");
            }
        }
    }
}
