using Conclave.Tests.Workspace.Git;
using Conclave.Workspace.Delivery;

namespace Conclave.Tests.Workspace.Delivery;

public sealed class DeliveryCrashTests : DeliveryFixture
{
    public static TheoryData<string> Points() => [.. ProjectDelivery.Failpoints];

    [Theory]
    [MemberData(nameof(Points))]
    public async Task A_process_killed_anywhere_and_resumed_delivers_the_same_and_leaves_nothing(string point)
    {
        var order = StoryOfFiles.Shortener(Output).Order();
        await Assert.ThrowsAsync<ProcessKilledException>(() => Delivery(KilledAt(point)).Deliver(order, default));

        var receipt = await Resume(order);

        await AssertDelivered(receipt.Commit!);
        Assert.Equal(Output, receipt.Directory);
        Assert.Empty(receipt.Notes);
    }

    [Theory]
    [MemberData(nameof(Points))]
    public async Task A_process_killed_at_every_attempt_gets_there_in_the_end(string first)
    {
        var order = StoryOfFiles.Shortener(Output).Order();
        foreach (var point in ProjectDelivery.Failpoints.Prepend(first))
        {
            // After the move there is nothing left to die of.
            await Record.ExceptionAsync(() => Delivery(KilledAt(point)).Deliver(order, default));
        }

        await AssertDelivered((await Resume(order)).Commit!);
    }

    [Fact]
    public async Task The_points_are_passed_in_their_order()
    {
        var passed = new List<string>();

        await Delivery(passed.Add).Deliver(StoryOfFiles.Shortener(Output).Order(), default);

        Assert.Equal(ProjectDelivery.Failpoints, passed);
    }

    [Fact]
    public async Task Nothing_is_in_its_place_before_everything_is()
    {
        var seen = new List<bool>();

        await Delivery(point => seen.Add(Path.Exists(Output))).Deliver(StoryOfFiles.Shortener(Output).Order(), default);

        Assert.Equal([false, false, false, false, false, true], seen);
    }

    // The crash-free run of the same story gave this tree and this id.
    private async Task AssertDelivered(string commit)
    {
        Assert.Equal(ShortenerTip, commit);
        Assert.Equal(["links"], Directory.EnumerateFileSystemEntries(Temp["projects"]).Select(Path.GetFileName));
        Assert.Equal(ShortenerTip, (await UserGit.Run(Output, null, "rev-parse", "HEAD")).Trim());
        Assert.Equal("", await UserGit.Run(Output, null, "status", "--porcelain", "--ignored"));
        Assert.Equal("", await UserGit.Run(Output, null, "fsck", "--strict", "--full"));
        Assert.Equal(ShortenerTag, (await UserGit.Run(Output, null, "rev-parse", $"verified-{StoryOfFiles.Id}")).Trim());
        Assert.Empty(Directory.EnumerateFiles(Temp.Path, "*.lock", SearchOption.AllDirectories));
        Assert.Empty(Directory.EnumerateFiles(Temp.Path, "tmp_*", SearchOption.AllDirectories));
    }
}
