using System.Diagnostics;
using Conclave.Tests.Workspace.Files;
using Conclave.Tests.Workspace.Git;
using Conclave.Workspace.Files;

namespace Conclave.Tests.Workspace.Delivery;

/// <summary>
/// Generated files that would make git run a program. The program leaves a canary. Each attack is first tried on an ordinary repository, where it
/// works; so a test that finds no canary after a delivery has looked in the right place.
/// </summary>
public sealed class GitAttackTests : DeliveryFixture
{
    private const string Core = "[core]\n\trepositoryformatversion = 0\n\tbare = false\n";

    public static TheoryData<string> Attacks() => ["fsmonitor", "hook", "filter", "filter of the user", "diff", "ssh", "nested repository", "nested bare repository"];

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task What_works_in_an_ordinary_repository_does_nothing_in_a_delivered_one(string attack)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the canary is a shell script");
        var (files, command) = await Prepare(attack);

        await PlantInOrdinaryRepository(files);
        await Use(Temp["ordinary"], command);
        Assert.True(File.Exists(Temp["fired"]), $"the attack itself does not work: {string.Join(' ', command)}");
        File.Delete(Temp["fired"]);

        var story = new StoryOfFiles(Output);
        story.Phase("build", [.. files.Select(file => story.File(file.Path, file.Content)), story.File("a.txt", "1\n"), story.File("sub/b.txt", "2\n")]);
        var receipt = await Delivery().Deliver(story.Order(), default);
        Assert.False(File.Exists(Temp["fired"]), "it fired while the project was made");
        Assert.NotEmpty(receipt.HeldBack);

        await Use(Output, command);
        foreach (var everyday in new[] { "status", "add -A", "commit -qm more --allow-empty", "diff HEAD~1", "log -p", "stash", "checkout -q .", "gc -q", "submodule update --init --recursive", "-C sub status" })
        {
            await UserGit.TryRun(Output, Temp["home"], everyday.Split(' '));
        }

        await UserGit.Run(Temp.Path, Temp["home"], "clone", "-q", "--recurse-submodules", Output, "clone");
        Assert.False(File.Exists(Temp["fired"]), "it fired when the project was used");
    }

    [Fact]
    public async Task Whatever_is_written_for_git_the_repository_has_our_settings_and_no_links_to_others()
    {
        var config = "[core]\n\tworktree = /etc\n\tsshCommand = evil\n[credential]\n\thelper = !evil\n[url \"https://evil.example/\"]\n\tinsteadOf = https://github.com/\n[remote \"origin\"]\n\turl = https://evil.example/x\n";
        string[] spellings = [".git/config", ".GIT/config", ".git./config", "git~1/config", ".g\u200Cit/config", ".git::$INDEX_ALLOCATION/config", ".git\\config", "sub/.git", "sub/.git/config", "../.git/config", "/etc/gitconfig", ".gitmodules", ".gitattributes", "sub/.gitattributes", ".lfsconfig"];
        var story = new StoryOfFiles(Output);
        story.Phase("build", [.. spellings.Select(path => story.File(path, config)), story.File("a.txt", "1")]);

        var receipt = await Delivery().Deliver(story.Order(), default);

        Assert.Equal(spellings.Order(StringComparer.Ordinal), receipt.HeldBack);
        Assert.Equal("core.repositoryformatversion=0\ncore.filemode=true\ncore.bare=false\ncore.logallrefupdates=true\n", await UserGit.Run(Output, null, "config", "--local", "--list"));
        Assert.Equal("https://github.com/a/b\n", await UserGit.Run(Output, null, "ls-remote", "--get-url", "https://github.com/a/b"));
        var tracked = (await UserGit.Run(Output, null, "ls-files", "-s")).TrimEnd().Split('\n');
        Assert.All(tracked, line => Assert.StartsWith("100644 ", line, StringComparison.Ordinal));
        Assert.All(tracked, line => Assert.True(line.Split('\t')[1] is "a.txt" or "CONCLAVE.md" || line.Contains("\t.conclave/held-back/", StringComparison.Ordinal), line));
        Assert.Equal("", await UserGit.Run(Output, null, "status", "--porcelain", "--ignored"));
        Assert.Equal("", await UserGit.Run(Output, null, "fsck", "--strict", "--full"));
    }

    [Fact]
    public async Task Hostile_names_of_every_kind_are_held_back_under_safe_names_and_lose_nothing()
    {
        // A lone surrogate has no bytes of its own, so it can't come out of the journal.
        var names = HostileNamesInJournal();
        var story = new StoryOfFiles(Output);
        story.Phase("build", [.. names.Select(path => story.File(path, $"content of {path}")), story.File("a.txt", "1")]);

        var receipt = await Delivery().Deliver(story.Order(), default);

        Assert.Equal(names.Order(StringComparer.Ordinal), receipt.HeldBack);
        Assert.Equal(1, receipt.Files);
        Assert.Equal(["links"], Directory.EnumerateFileSystemEntries(Temp["projects"]).Select(Path.GetFileName));
        var kept = Directory.EnumerateFiles(Path.Combine(Output, ".conclave/held-back"), "*", SearchOption.AllDirectories).ToList();
        Assert.Equal(names.Length, kept.Count);
        Assert.All(kept, path => Assert.Null(PathPolicy.Check(Path.GetRelativePath(Output, path))));
        Assert.Equal(names.Select(path => $"content of {path}").Order(StringComparer.Ordinal), kept.Select(File.ReadAllText).Order(StringComparer.Ordinal));
        Assert.Equal("", await UserGit.Run(Output, null, "status", "--porcelain"));
    }

    [Fact]
    public async Task A_held_back_file_is_accepted_by_the_command_in_the_report()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the command is for a shell");
        var path = ".github/workflows/it's; touch fired ci.yml";
        var story = new StoryOfFiles(Output);
        story.Phase("build", story.File(path, "on: push\n"), story.File("a.txt", "1"));
        await Delivery().Deliver(story.Order(), default);

        var command = (await File.ReadAllLinesAsync(Path.Combine(Output, "CONCLAVE.md"))).Single(line => line.Contains("git mv", StringComparison.Ordinal)).Trim();
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { WorkingDirectory = Output })!;
        await shell.WaitForExitAsync();

        Assert.Equal(0, shell.ExitCode);
        Assert.Equal("on: push\n", await File.ReadAllTextAsync(Path.Combine(Output, path)));
        Assert.False(File.Exists(Path.Combine(Output, "fired")));
        Assert.StartsWith("R  ", await UserGit.Run(Output, null, "status", "--porcelain"), StringComparison.Ordinal);
    }

    private static string[] HostileNamesInJournal() => [.. HostileNames.All.Where(path => !path.Any(char.IsSurrogate)).Distinct(StringComparer.Ordinal)];

    private async Task<((string Path, string Content)[] Files, string[] Command)> Prepare(string attack)
    {
        var canary = Temp["canary.sh"];
        await TempFolder.WriteProgram(canary, $"#!/bin/sh\ntouch {Temp["fired"]}\ncat\n");
        Directory.CreateDirectory(Temp["home"]);
        var monitor = $"{Core}\tfsmonitor = {canary}\n";
        if (attack == "filter of the user")
        {
            await File.WriteAllTextAsync(Temp["home/.gitconfig"], $"[filter \"x\"]\n\tclean = {canary}\n");
        }

        return attack switch
        {
            "fsmonitor" => ([(".git/config", monitor)], ["status"]),
            "hook" => ([(".git/hooks/post-commit", $"#!/bin/sh\n{canary} < /dev/null\n")], ["commit", "-q", "--allow-empty", "-m", "x"]),
            "filter" => ([(".gitattributes", "* filter=x\n"), (".git/config", $"{Core}[filter \"x\"]\n\tclean = {canary}\n")], ["add", "-A"]),
            "filter of the user" => ([(".gitattributes", "* filter=x\n")], ["add", "-A"]),
            "diff" => ([(".git/config", $"{Core}[diff]\n\texternal = {canary}\n")], ["--no-pager", "diff"]),
            "ssh" => ([(".git/config", $"{Core}\tsshCommand = {canary} < /dev/null #\n")], ["ls-remote", "ssh://host.invalid/x"]),
            "nested repository" => (
                [("sub/.git/config", monitor), ("sub/.git/HEAD", "ref: refs/heads/main\n"), ("sub/.git/objects/x", ""), ("sub/.git/refs/x", "")],
                ["-C", "sub", "status"]),
            _ => (
                [("sub/config", $"{monitor}\tworktree = .\n"), ("sub/HEAD", "ref: refs/heads/main\n"), ("sub/objects/info/x", ""), ("sub/refs/heads/.keep", "")],
                ["-C", "sub", "status"]),
        };
    }

    private async Task PlantInOrdinaryRepository((string Path, string Content)[] files)
    {
        await UserGit.Run(Temp.Path, Temp["home"], "init", "-q", "-b", "main", "--template=", "ordinary");
        await File.WriteAllTextAsync(Temp["ordinary/a.txt"], "1\n");
        await UserGit.Run(Temp["ordinary"], null, "add", "-A");
        await UserGit.Run(Temp["ordinary"], null, "commit", "-qm", "start");
        foreach (var (path, content) in files)
        {
            await TempFolder.WriteProgram(Temp[$"ordinary/{path}"], content);
        }
    }

    private async Task Use(string repository, string[] command)
    {
        await File.WriteAllTextAsync(Path.Combine(repository, "a.txt"), "changed\n");
        await UserGit.TryRun(repository, Temp["home"], command);
    }
}
