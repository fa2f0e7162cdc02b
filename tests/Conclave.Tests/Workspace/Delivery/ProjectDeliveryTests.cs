using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Tests.Workspace.Git;

namespace Conclave.Tests.Workspace.Delivery;

public sealed class ProjectDeliveryTests : DeliveryFixture
{
    [Fact]
    public async Task Files_and_history_are_delivered_as_a_clean_repository()
    {
        var receipt = await Delivery().Deliver(StoryOfFiles.Shortener(Output).Order(), default);

        Assert.Equal(Output, receipt.Directory);
        Assert.Equal(ShortenerTip, receipt.Commit);
        Assert.Equal(6, receipt.Files);
        Assert.Empty(receipt.HeldBack);
        Assert.Empty(receipt.Notes);
        Assert.Equal(
            ["links/", "links/.git/", "links/.gitignore", "links/CONCLAVE.md", "links/README.md", "links/docs/", "links/docs/decisions/", "links/docs/decisions/0001-storage.md", "links/src/", "links/src/app.py", "links/static/", "links/static/index.html", "links/tests/", "links/tests/acceptance/", "links/tests/acceptance/test_links.py"],
            Projects().Select(line => line.Split(": ")[0]));
        Assert.Equal("print('v2')\n", await File.ReadAllTextAsync(Path.Combine(Output, "src/app.py")));

        // Before anything that would refresh the index.
        Assert.Equal("", await UserGit.Run(Output, null, "diff-files"));
        Assert.Equal("", await UserGit.Run(Output, null, "status", "--porcelain", "--ignored"));
        Assert.Equal("", await UserGit.Run(Output, null, "fsck", "--strict", "--full"));
        Assert.Equal("refs/heads/main", (await UserGit.Run(Output, null, "symbolic-ref", "HEAD")).Trim());
        Assert.Equal(ShortenerTip, (await UserGit.Run(Output, null, "rev-parse", "HEAD")).Trim());
        Assert.Equal("", await UserGit.Run(Output, null, "remote"));
        Assert.Equal(
            ["finalize: add .gitignore", "deliver: verified"],
            (await UserGit.Run(Output, null, "log", "--reverse", "--format=%s")).TrimEnd().Split('\n')[^2..]);
    }

    [Fact]
    public async Task The_repository_has_nothing_that_it_does_not_need()
    {
        await Delivery().Deliver(StoryOfFiles.Shortener(Output).Order(), default);

        var names = Directory.EnumerateFileSystemEntries(Path.Combine(Output, ".git"), "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Path.Combine(Output, ".git"), path).Replace('\\', '/'));
        Assert.Equal(
            ["HEAD", "config", "index", "objects", "objects/info", "objects/pack", "refs", "refs/heads", "refs/heads/main", "refs/tags", $"refs/tags/verified-{StoryOfFiles.Id}"],
            names.Where(name => !name.StartsWith("objects/pack/pack-", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal("[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n\tlogallrefupdates = true\n", await File.ReadAllTextAsync(Path.Combine(Output, ".git/config")));
    }

    [Fact]
    public async Task The_user_can_go_on_working_in_it()
    {
        await Delivery().Deliver(StoryOfFiles.Shortener(Output).Order(), default);
        await File.AppendAllTextAsync(Path.Combine(Output, "README.md"), "more\n");

        Assert.Equal(" M README.md\n", await UserGit.Run(Output, null, "status", "--porcelain"));
        await UserGit.Run(Output, null, "commit", "-qam", "mine");
        await UserGit.Run(Output, null, "gc", "-q");
        await UserGit.Run(Temp.Path, null, "clone", "-q", Output, "clone");
        Assert.Equal("mine\n", await UserGit.Run(Temp["clone"], null, "log", "-1", "--format=%s"));
    }

    [Fact]
    public async Task Delivering_twice_is_delivering_once()
    {
        var order = StoryOfFiles.Shortener(Output).Order();
        Assert.Null(await Delivery().Probe(order, default));

        var first = await Delivery().Deliver(order, default);
        var listing = Projects();
        var second = await Delivery().Deliver(order, default);
        var seen = await Delivery().Probe(order, default);

        Assert.Equivalent(first, second, strict: true);
        Assert.Equivalent(first, seen, strict: true);
        Assert.Equal(listing, Projects());
    }

    [Fact]
    public async Task An_empty_directory_is_taken_and_keeps_its_mode()
    {
        Directory.CreateDirectory(Output);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Output, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var receipt = await Delivery().Deliver(StoryOfFiles.Shortener(Output).Order(), default);

        Assert.Equal(Output, receipt.Directory);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(Output) == (UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
        Assert.Equal("", await UserGit.Run(Output, null, "status", "--porcelain"));
    }

    [Theory]
    [InlineData("file")]
    [InlineData("folder")]
    [InlineData("repository")]
    [InlineData("not a folder")]
    [InlineData("link to an empty folder")]
    [InlineData("dangling link")]
    public async Task A_place_that_is_taken_is_left_alone_and_the_result_lies_beside_it(string what)
    {
        await Occupy(what);
        var before = Projects();
        var order = StoryOfFiles.Shortener(Output).Order();

        var receipt = await Delivery().Deliver(order, default);

        Assert.Equal(Beside, receipt.Directory);
        Assert.Equal(ShortenerTip, receipt.Commit);
        Assert.Equal($"{Output} is not empty, so the project was delivered to {Beside}", Assert.Single(receipt.Notes));
        Assert.Equal(before, Projects().Where(line => !line.StartsWith($"links-{StoryOfFiles.Id}", StringComparison.Ordinal)));
        Assert.Equal("", await UserGit.Run(Beside, null, "status", "--porcelain"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Temp["elsewhere"]));
        Assert.Equivalent(receipt, await Delivery().Probe(order, default), strict: true);
        Assert.Equivalent(receipt, await Delivery().Deliver(order, default), strict: true);
    }

    [Fact]
    public async Task A_directory_that_fills_up_at_the_last_moment_is_left_alone()
    {
        var receipt = await Delivery(point =>
        {
            if (point == "deliver:before-rename")
            {
                Directory.CreateDirectory(Output);
                File.WriteAllText(Path.Combine(Output, "mine.txt"), "mine");
            }
        }).Deliver(StoryOfFiles.Shortener(Output).Order(), default);

        Assert.Equal(Beside, receipt.Directory);
        Assert.Equal(["links/", "links/mine.txt: mine"], Projects().Where(line => line.StartsWith("links/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task When_both_places_are_taken_the_session_pauses_and_nothing_is_left()
    {
        Directory.CreateDirectory(Path.Combine(Output, "x"));
        Directory.CreateDirectory(Path.Combine(Beside, "x"));

        var pause = await Paused(StoryOfFiles.Shortener(Output).Order());

        Assert.Equal("CONC610", pause.Code);
        Assert.Contains("are both taken", pause.Text, StringComparison.Ordinal);
        Assert.Equal(["links/", "links/x/", $"links-{StoryOfFiles.Id}/", $"links-{StoryOfFiles.Id}/x/"], Projects());
    }

    [Fact]
    public async Task A_missing_parent_is_made() =>
        Assert.Equal(Temp["projects/not/yet"], (await Delivery().Deliver(StoryOfFiles.Shortener(Temp["projects/not/yet"]).Order(), default)).Directory);

    [Fact]
    public async Task A_parent_that_is_a_file_pauses_the_session_and_once_it_is_gone_the_delivery_succeeds()
    {
        await File.WriteAllTextAsync(Temp["projects/not"], "");
        var order = StoryOfFiles.Shortener(Temp["projects/not/yet"]).Order();

        var pause = await Paused(order);
        Assert.Equal("CONC610", pause.Code);
        Assert.StartsWith($"The project can't be delivered to {Temp["projects/not/yet"]}: ", pause.Text, StringComparison.Ordinal);
        Assert.EndsWith($"then resume the session; or name another place: conclave resume {StoryOfFiles.Id} --output DIR", pause.Fix, StringComparison.Ordinal);

        File.Delete(Temp["projects/not"]);
        Assert.Equal(Temp["projects/not/yet"], (await Delivery().Deliver(order, default)).Directory);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/proc/conclave-project")]
    [InlineData("projects/file/links")]
    public async Task A_place_that_can_not_be_written_pauses_the_session(string output)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the places are of Linux");
        await File.WriteAllTextAsync(Temp["projects/file"], "");

        Assert.Equal("CONC610", (await Paused(StoryOfFiles.Shortener(output[0] == '/' ? output : Temp[output]).Order())).Code);
    }

    [Fact]
    public async Task A_work_directory_that_can_not_be_written_pauses_the_session()
    {
        await File.WriteAllTextAsync(Temp["work"], "a file where a folder should be");

        Assert.Equal("CONC610", (await Paused(StoryOfFiles.Shortener(Output).Order())).Code);
        Assert.Empty(Projects());
    }

    [Fact]
    public async Task A_session_without_files_delivers_nothing()
    {
        var order = new StoryOfFiles(Output).Phase("build").Order(new EntryBody.SessionFailed("CONC301", "no answer", new("build")));

        Assert.Null(await Delivery().Probe(order, default));
        Assert.Equivalent(new DeliveryReceipt(null, null, 0, [], []), await Delivery().Deliver(order, default), strict: true);
        Assert.Empty(Projects());
        Assert.False(Directory.Exists(Temp["work"]));
    }

    [Fact]
    public async Task A_link_planted_where_the_project_is_made_ready_is_removed_and_not_followed()
    {
        Directory.CreateDirectory(Temp["elsewhere"]);
        await File.WriteAllTextAsync(Temp["elsewhere/mine.txt"], "mine");
        File.CreateSymbolicLink(Staging, Temp["elsewhere"]);

        await Delivery().Deliver(StoryOfFiles.Shortener(Output).Order(), default);

        Assert.Equal("mine", await File.ReadAllTextAsync(Temp["elsewhere/mine.txt"]));
        Assert.Single(Directory.EnumerateFileSystemEntries(Temp["elsewhere"]));
        Assert.False(Path.Exists(Staging));
        Assert.Equal("", await UserGit.Run(Output, null, "status", "--porcelain"));
    }

    [Fact]
    public async Task Links_inside_of_what_an_earlier_process_left_are_removed_and_not_followed()
    {
        Directory.CreateDirectory(Path.Combine(Temp["elsewhere"], "deep"));
        await File.WriteAllTextAsync(Temp["elsewhere/deep/mine.txt"], "mine");
        Directory.CreateDirectory(Staging);
        File.CreateSymbolicLink(Path.Combine(Staging, "src"), Temp["elsewhere"]);
        File.CreateSymbolicLink(Path.Combine(Staging, "README.md"), Temp["elsewhere/deep/mine.txt"]);

        await Delivery().Deliver(StoryOfFiles.Shortener(Output).Order(), default);

        Assert.Equal("mine", await File.ReadAllTextAsync(Temp["elsewhere/deep/mine.txt"]));
        Assert.Equal("print('v2')\n", await File.ReadAllTextAsync(Path.Combine(Output, "src/app.py")));
    }

    [Fact]
    public async Task A_parent_that_is_a_link_is_the_users_own_way_to_a_folder()
    {
        Directory.CreateDirectory(Temp["elsewhere"]);
        File.CreateSymbolicLink(Temp["projects/link"], Temp["elsewhere"]);

        var receipt = await Delivery().Deliver(StoryOfFiles.Shortener(Temp["projects/link/links"]).Order(), default);

        Assert.Equal(Temp["projects/link/links"], receipt.Directory);
        Assert.Equal(["links"], Directory.EnumerateFileSystemEntries(Temp["elsewhere"]).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_parent_that_becomes_a_link_before_the_move_gets_nothing()
    {
        Directory.CreateDirectory(Temp["elsewhere"]);
        Directory.CreateDirectory(Temp["projects/mine"]);

        var pause = await Paused(StoryOfFiles.Shortener(Temp["projects/mine/links"]).Order(), point =>
        {
            if (point == "deliver:before-rename")
            {
                Directory.Move(Temp["projects/mine"], Temp["projects/moved"]);
                File.CreateSymbolicLink(Temp["projects/mine"], Temp["elsewhere"]);
            }
        });

        Assert.Equal("CONC610", pause.Code);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Temp["elsewhere"]));
    }

    [Fact]
    public async Task Another_repository_with_the_same_branch_is_not_taken_for_the_delivery()
    {
        await Occupy("repository");

        Assert.Null(await Delivery().Probe(StoryOfFiles.Shortener(Output).Order(), default));
    }

    [Theory]
    [InlineData("pack/*.pack")]
    [InlineData("??/*")]
    public async Task A_damaged_store_does_not_stop_the_delivery(string objects)
    {
        var order = StoryOfFiles.Shortener(Output).Order();
        await Assert.ThrowsAsync<ProcessKilledException>(() => Delivery(KilledAt("deliver:ref")).Deliver(order, default));
        var store = Temp[$"work/{StoryOfFiles.Id}/git/objects"];
        foreach (var file in Directory.EnumerateFiles(store, "*", SearchOption.AllDirectories).Where(file => Matches(Path.GetRelativePath(store, file), objects)))
        {
            var bytes = await File.ReadAllBytesAsync(file);
            bytes[bytes.Length / 2] ^= 0xFF;
            File.Delete(file);
            await File.WriteAllBytesAsync(file, bytes);
        }

        Assert.Equal(ShortenerTip, (await Delivery().Deliver(order, default)).Commit);
        Assert.Equal("", await UserGit.Run(Output, null, "fsck", "--strict", "--full"));
        Assert.Equal("", await UserGit.Run(Output, null, "status", "--porcelain"));
    }

    [Fact]
    public async Task A_trailing_slash_is_the_same_place() =>
        Assert.Equal(Output, (await Delivery().Deliver(StoryOfFiles.Shortener(Output + "/").Order(), default)).Directory);

    [Fact]
    public async Task Cancelling_is_a_cancellation_not_a_pause()
    {
        using var cancel = new CancellationTokenSource();
        var order = StoryOfFiles.Shortener(Output).Order();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Delivery(point =>
        {
            if (point == "deliver:objects")
            {
                cancel.Cancel();
            }
        }).Deliver(order, cancel.Token));

        Assert.Equal(ShortenerTip, (await Resume(order)).Commit);
        Assert.Equal(["links/"], Projects().Where(line => line.Count(letter => letter == '/') == 1 && line[^1] == '/'));
    }

    private async Task<StatusReason> Paused(DeliveryOrder order, Action<string>? at = null) =>
        (await Assert.ThrowsAsync<StepSuspendedException>(() => Delivery(at).Deliver(order, default))).Pause!;

    private static bool Matches(string path, string pattern) => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, path.Replace('\\', '/'));

    private async Task Occupy(string what)
    {
        Directory.CreateDirectory(Temp["elsewhere"]);
        switch (what)
        {
            case "file":
                Directory.CreateDirectory(Output);
                await File.WriteAllTextAsync(Path.Combine(Output, ".hidden"), "mine");
                break;
            case "folder":
                Directory.CreateDirectory(Path.Combine(Output, "empty"));
                break;
            case "repository":
                await UserGit.Run(Temp["projects"], null, "init", "-q", "-b", "main", "links");
                await UserGit.Run(Output, null, "commit", "-q", "--allow-empty", "-m", "mine");
                break;
            case "not a folder":
                await File.WriteAllTextAsync(Output, "mine");
                break;
            case "link to an empty folder":
                File.CreateSymbolicLink(Output, Temp["elsewhere"]);
                break;
            default:
                File.CreateSymbolicLink(Output, Temp["elsewhere/nothing"]);
                break;
        }
    }
}
