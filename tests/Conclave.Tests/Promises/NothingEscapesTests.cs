using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Tests.Workspace.Delivery;
using Conclave.Tests.Workspace.Files;
using Conclave.Tests.Workspace.Git;
using Conclave.Workspace.Answers;
using Conclave.Workspace.Delivery;
using Conclave.Workspace.Files;
using Conclave.Workspace.Steps;

namespace Conclave.Tests.Promises;

/// <summary>Generated files stay inside the project directory and are applied all or none.</summary>
[Promise(4)]
public sealed class NothingEscapesTests : DeliveryFixture
{
    private const string HalfHostile = "<file path=\"a.py\">\nx = 1\n</file>\n<file path=\"../b.py\">\nx = 2\n</file>\n";

    [Fact]
    public void No_path_that_leads_elsewhere_may_be_written() => Assert.Null(Paths(PathPolicy.Check));

    [Fact]
    public void An_answer_with_one_bad_file_gives_no_file_at_all() => Assert.Null(Answers(answer => FileSet.Read(answer, _ => null, [], new ProjectNames([]))));

    [Fact]
    public async Task A_delivery_that_is_killed_anywhere_leaves_the_whole_project_or_nothing() =>
        Assert.Null(await Kills(at => Delivery(at), ProjectDelivery.Failpoints));

    [Fact]
    [Mutation]
    public void A_path_policy_that_lets_dots_pass_is_caught() =>
        Assert.Equal("`..` may be written", Paths(path => PathPolicy.Check(path.Replace("..", "up", StringComparison.Ordinal))));

    [Fact]
    [Mutation]
    public void A_path_policy_that_only_compares_the_full_path_with_the_root_is_caught() =>
        Assert.EndsWith("may be written", Paths(path => path.Length > 0 && !path.Contains('\0', StringComparison.Ordinal) && Path.GetFullPath(Path.Combine("/project", path)).StartsWith("/project/", StringComparison.Ordinal) ? null : "no"), StringComparison.Ordinal);

    [Fact]
    [Mutation]
    public void A_reader_that_keeps_the_good_half_of_an_answer_is_caught() => Assert.Equal(
        "1 of 2 files were taken: a.py",
        Answers(answer => new Reading<FileSet>.Read(new FileSet([.. FileSetReader.Read(answer).Files.Where(file => PathPolicy.Check(file.Path) is null)], []))));

    [Fact]
    [Mutation]
    public async Task A_delivery_that_applies_half_is_caught() =>
        Assert.StartsWith("killed at `file`, it left", await Kills(at => new WritesInPlace(at), ["file"]), StringComparison.Ordinal);

    private static string? Paths(Func<string, string?> policy) =>
        HostileNames.All.Where(name => policy(name) is null).Select(name => $"`{PathPolicy.Show(name)}` may be written").FirstOrDefault()
        ?? HostileNames.Ordinary.Where(name => policy(name) is not null).Select(name => $"`{name}` may not be written").FirstOrDefault();

    private static string? Answers(Func<string, Reading<FileSet>> read) => read(HalfHostile) is Reading<FileSet>.Read taken
        ? $"{taken.Value.Files.Length} of 2 files were taken: {string.Join(", ", taken.Value.Files.Select(file => file.Path))}"
        : null;

    private async Task<string?> Kills(Func<Action<string>, IProjectDelivery> delivery, IEnumerable<string> points)
    {
        foreach (var point in points)
        {
            var order = StoryOfFiles.Shortener(Output).Order();
            var wanted = DeliveredFiles.Of(order.State.Files.Values).Kept.Keys;
            await Record.ExceptionAsync(() => delivery(KilledAt(point)).Deliver(order, CancellationToken.None));
            if (Directory.Exists(Output) && wanted.FirstOrDefault(path => !File.Exists(Path.Combine(Output, path))) is { } missing)
            {
                return $"killed at `{point}`, it left a project without {missing}";
            }

            if (Directory.Exists(Output))
            {
                Directory.Delete(Output, recursive: true);
            }
        }

        return null;
    }

    /// <summary>Writes file by file where the user looks.</summary>
    private sealed class WritesInPlace(Action<string> at) : IProjectDelivery
    {
        public Task<DeliveryReceipt?> Probe(DeliveryOrder order, CancellationToken cancel) => Task.FromResult<DeliveryReceipt?>(null);

        public async Task<DeliveryReceipt> Deliver(DeliveryOrder order, CancellationToken cancel)
        {
            var output = order.State.OutputDirectory;
            foreach (var (path, change) in order.State.Files)
            {
                var file = Path.Combine(output, path);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                await File.WriteAllTextAsync(file, (await order.ReadBlob(change.Blob!.Value, cancel)).Text, cancel);
                at("file");
            }

            return new DeliveryReceipt(output, null, order.State.Files.Count, [], []);
        }
    }
}
