using Conclave.Tests.Engine.Laws;
using Conclave.Tests.Workspace.Files;
using Conclave.Workspace.Git;

namespace Conclave.Tests.Workspace.Git;

/// <summary>Commits have their names before git has seen them.</summary>
public sealed class CommitIdsTests : IDisposable
{
    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Fact]
    public async Task The_ids_are_those_that_git_gives_the_commits()
    {
        var story = StoryOfFiles.Shortener(temp["out"]);

        await Agrees(story);
    }

    [Fact]
    public async Task Also_of_files_and_folders_whose_names_are_nearly_the_same() => await Seeds.Each(6, 60, async seed =>
    {
        var random = new Random(seed);
        var story = new StoryOfFiles(temp["out"]);
        string[] names = ["a", "a.b", "a-b", "a/b", "a0", "ab/c/d.sh", "ab.c", "ü/x", "z"];
        foreach (var phase in new[] { "tests", "build", "verify" })
        {
            var chosen = names.Where(_ => random.Next(2) == 0).Where(name => random.Next(2) == 0 ? name != "a/b" : name != "a").ToList();
            story.Phase(phase, [.. (chosen.Count == 0 ? ["only"] : chosen).Select(name => story.File(name, random.Next(4) == 0 ? "#!/bin/sh\n" : $"{random.Next()}"))]);
        }

        await Agrees(story);
    });

    [Fact]
    public async Task What_comes_later_changes_no_name()
    {
        var story = StoryOfFiles.Shortener(temp["out"]);
        var before = await CommitIds.Of(story.State, story.Read, default);
        story.Phase("finalize", story.File("late.txt", "x"));

        Assert.Equal(before, (await CommitIds.Of(story.State, story.Read, default))[..before.Length]);
    }

    private async Task Agrees(StoryOfFiles story)
    {
        var store = temp[$"git-{Guid.NewGuid():N}"];
        await new ProjectHistory(store).Write(SessionHistory.Of(story.State), story.Read, _ => { }, default);

        var log = await UserGit.Run(store, null, "log", "--reverse", "--format=%H", "main");
        Assert.Equal(log.TrimEnd().Split('\n'), await CommitIds.Of(story.State, story.Read, default));
    }
}
