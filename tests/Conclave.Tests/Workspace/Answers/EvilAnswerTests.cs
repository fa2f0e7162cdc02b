using System.Text;
using Conclave.Engine.Execution.Calls;
using Conclave.Tests.Workspace.Delivery;
using Conclave.Tests.Workspace.Git;
using Conclave.Workspace.Answers;
using Conclave.Workspace.Files;
using Conclave.Workspace.Steps;

namespace Conclave.Tests.Workspace.Answers;

/// <summary>Answers that want out, in <c>evil.txt</c>: whatever they say, what is outside and the repository stay clean.</summary>
public sealed class EvilAnswerTests : DeliveryFixture
{
    internal static readonly (string Name, string Text)[] Answers = [.. Repository.Read("tests/Conclave.Tests/Workspace/Answers/evil.txt")
        .Split("%%%% ", StringSplitOptions.RemoveEmptyEntries)
        .Select(text => (text[..text.IndexOf('\n', StringComparison.Ordinal)], text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..]))];

    [Fact]
    public void There_are_two_hundred_of_them_each_read_with_files_or_problems()
    {
        Assert.True(Answers.Length >= 200, $"{Answers.Length}");
        Assert.All(Answers, answer => Assert.True(FileSetReader.Read(answer.Text) is { } reading && reading.Files.Length + reading.Edits.Length + reading.Problems.Length > 0, answer.Name));
    }

    [Fact]
    public void No_answer_that_leads_out_is_accepted() =>
        Assert.Equal([], Answers.Where(answer => answer.Name.Contains("leads out", StringComparison.Ordinal) && Read(answer.Text) is Reading<FileSet>.Read).Select(answer => answer.Name));

    [Fact]
    public void Whatever_is_accepted_is_laid_out_within_its_directory_as_plain_files()
    {
        Directory.CreateDirectory(Temp["trees"]);
        File.WriteAllText(Temp["trees/canary"], "alive");
        var number = 0;
        foreach (var accepted in Answers.Select(answer => Read(answer.Text)).OfType<Reading<FileSet>.Read>())
        {
            var files = accepted.Value.Files.Where(file => file.Content is not null).ToList();
            var tree = Temp[$"trees/{number++}"];
            TreeLayout.Write(tree, files.Select(file => (file.Path, (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(file.Content!))));

            Assert.Equal(files.Select(file => file.Path).Order(StringComparer.Ordinal), Directory.EnumerateFiles(tree, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }).Select(file => Path.GetRelativePath(tree, file)).Order(StringComparer.Ordinal));
            Assert.All(Directory.EnumerateFileSystemEntries(tree, "*", SearchOption.AllDirectories), entry => Assert.Null(new FileInfo(entry).LinkTarget));
        }

        Assert.True(number > 20, $"only {number} were accepted, so this shows nothing");
        Assert.Equal("alive", File.ReadAllText(Temp["trees/canary"]));
        Assert.Equal(number + 1, Directory.EnumerateFileSystemEntries(Temp["trees"]).Count());
        Assert.Equal(["projects", "trees"], Directory.EnumerateFileSystemEntries(Temp.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task All_of_them_delivered_unchecked_leave_a_clean_repository_and_hold_back_what_acts_by_being_opened()
    {
        var files = Answers.SelectMany(answer => FileSetReader.Read(answer.Text, _ => null).Files).Where(file => file.Content is not null && !file.Path.Contains('\uFFFD', StringComparison.Ordinal)).Reverse().DistinctBy(file => file.Path).ToList();
        var story = new StoryOfFiles(Output);
        story.Phase("build", [.. files.Select(file => story.File(file.Path, file.Content!))]);

        var receipt = await Delivery().Deliver(story.Order(), default);

        Assert.Equal(["links"], Directory.EnumerateFileSystemEntries(Temp["projects"]).Select(Path.GetFileName));
        Assert.Equal([], files.Select(file => file.Path).Where(path => (PathPolicy.Check(path) is not null || RiskyFiles.Of(path) is { Moment: RiskMoment.Opened }) && !receipt.HeldBack.Contains(path)));
        Assert.Equal("core.repositoryformatversion=0\ncore.filemode=true\ncore.bare=false\ncore.logallrefupdates=true\n", await UserGit.Run(Output, null, "config", "--local", "--list"));
        Assert.Equal("", await UserGit.Run(Output, null, "status", "--porcelain", "--ignored"));
        Assert.Equal("", await UserGit.Run(Output, null, "fsck", "--strict", "--full"));
        Assert.False(Directory.Exists(Path.Combine(Output, ".git/hooks")) && Directory.EnumerateFiles(Path.Combine(Output, ".git/hooks")).Any());
        Assert.All((await UserGit.Run(Output, null, "ls-files", "-s")).TrimEnd().Split('\n'), line => Assert.StartsWith("100644 ", line, StringComparison.Ordinal));
    }

    private static Reading<FileSet> Read(string answer) => FileSet.Read(answer, _ => null, [], new ProjectNames([]));
}
