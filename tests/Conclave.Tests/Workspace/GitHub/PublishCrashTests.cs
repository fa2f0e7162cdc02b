using Conclave.Engine.Journal;
using Conclave.Tests.Engine.Execution;
using Conclave.Tests.Fakes;
using Conclave.Tests.Workspace.Git;

namespace Conclave.Tests.Workspace.GitHub;

public sealed class PublishCrashTests : PublishFixture
{
    private static readonly string[] Once = ["create octo/links", "push octo/links refs/heads/main", "release octo/links v0.1.0"];

    public static TheoryData<string> Points() =>
    [
        "publish:repository:before", "publish:repository:after", "publish:push:before", "publish:push:after", "publish:release:before", "publish:release:after",
    ];

    [Fact]
    public async Task A_process_killed_at_any_append_creates_pushes_and_releases_once()
    {
        var runs = 0;
        var story = new CrashedStory(
            (journal, gateway) =>
            {
                if (runs++ > 0)
                {
                    Assert.Equal(Once, Hub.Ledger);
                }

                Hub.Reset();
                return Session(journal: journal, gateway: gateway);
            },
            _ => "");

        await story.EndsTheSameAfterEveryCrash();

        Assert.True(runs > 10, $"only {runs} sessions were told");
    }

    [Theory]
    [MemberData(nameof(Points))]
    public async Task A_process_killed_inside_an_effect_creates_pushes_and_releases_once(string point)
    {
        var journal = new InMemoryJournal();
        var killed = Session(journal: journal, at: place =>
        {
            if (place == point)
            {
                // A dead process writes nothing any more.
                journal.OnAppend = (_, _) => throw new ProcessKilledException(place);
                throw new ProcessKilledException(place);
            }
        });
        await killed.Create();
        await Assert.ThrowsAnyAsync<Exception>(() => killed.Run());
        journal.OnAppend = (_, _) => { };

        var state = await Session(journal: journal).Run("second");

        Assert.True(state.Status == SessionStatus.Succeeded, state.Reason?.ToString());
        Assert.Equal(Once, Hub.Ledger);
        Assert.Equal("true", Output(state)["created"]!.ToJsonString());
        Assert.Equal((await Hub[Repository].Refs())["refs/heads/main"], (await UserGit.Run(Temp["projects/links"], null, "rev-parse", "main")).Trim());
    }

    private sealed class ProcessKilledException(string place) : Exception(place);
}
