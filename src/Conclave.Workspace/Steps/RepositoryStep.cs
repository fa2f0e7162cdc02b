using System.Collections.Immutable;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;
using Conclave.Workspace.Files;
using Conclave.Workspace.Git;

namespace Conclave.Workspace.Steps;

/// <summary>
/// <c>uses: repository</c>: takes the files of the repository that the session improves into the session, as the commit has them. What is not committed
/// is not seen. Links, submodules, secrets and names that are not safe stay where they are: nobody reads or changes them.
/// </summary>
/// <param name="workDirectory">Where the session's disposable files lie.</param>
public sealed class RepositoryStep(Func<SessionId, string> workDirectory) : IStep
{
    private const int MostFiles = 2_000;
    private const long MostBytes = 64L * 1024 * 1024;
    private const long LargestFile = 4L * 1024 * 1024;

    /// <summary>What the planner knows about it.</summary>
    public static StepKind Definition { get; } = new("repository")
    {
        Output = RepositoryMap.Schema,
        Reads = [],
        AsksOnlyNamedAgents = true,
        Questions = [],
    };

    /// <inheritdoc />
    public StepKind Kind => Definition;

    /// <inheritdoc />
    public async Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        if (context.State.Created.Settings.Base is not { } origin)
        {
            return new StepResult.Failed("CONC746", "there is no repository to read; sessions of `conclave improve` have one");
        }

        if (!context.Files.IsEmpty)
        {
            return new StepResult.Failed("CONC746", "the repository must be read before anything else writes files");
        }

        try
        {
            return await Read(context, origin, cancel);
        }
        catch (GitMissingException missing)
        {
            throw Paused(context, missing.Message, "install git");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or GitFailedException)
        {
            throw Paused(context, error.Message, $"make sure that {origin.Directory} is there and whole, with its commit {origin.Commit[..12]}");
        }
    }

    private async Task<StepResult> Read(StepContext context, BaseRepository origin, CancellationToken cancel)
    {
        var work = Path.Combine(workDirectory(context.State.Id), "base");
        Directory.CreateDirectory(workDirectory(context.State.Id));
        var store = await BaseStore.Open(work, origin, cancel);
        var entries = await store.Entries(cancel);
        var (wanted, left) = Sort(entries);
        if (wanted.Count > MostFiles || wanted.Sum(entry => entry.Size!.Value) > MostBytes)
        {
            return new StepResult.Failed("CONC748", $"the repository has {wanted.Count} files with {wanted.Sum(entry => entry.Size!.Value) / 1024 / 1024} MB; at most {MostFiles} with {MostBytes / 1024 / 1024} MB can be improved");
        }

        var files = ImmutableArray.CreateBuilder<WrittenFile>(wanted.Count);
        await store.Read(
            [.. wanted.Select(entry => entry.ObjectId)],
            (index, content) =>
            {
                var blob = Blob.Of(content);
                if (SecretFiles.Holds(wanted[index].Path, content))
                {
                    left.Add(new LeftOutFile(wanted[index].Path, "seems to hold a secret"));
                }
                else
                {
                    files.Add(new WrittenFile(new FileChange(wanted[index].Path, blob.Id, null, null, []), blob));
                }

                return Task.CompletedTask;
            },
            cancel);
        DisposableTree.Remove(work);
        ImmutableArray<LeftOutFile> leftOut = [.. left.OrderBy(file => file.Path, StringComparer.Ordinal)];
        return new StepResult.Succeeded(RepositoryMap.Of(origin.Commit, files, leftOut))
        {
            Files = files.ToImmutable(),
            Notes = leftOut.IsEmpty ? [] : [$"{leftOut.Length} entries of the repository are neither read nor changed, such as {PathPolicy.Show(leftOut[0].Path)} ({leftOut[0].Reason})"],
        };
    }

    private static (List<BaseEntry> Wanted, List<LeftOutFile> Left) Sort(ImmutableArray<BaseEntry> entries)
    {
        var (wanted, left, names) = (new List<BaseEntry>(), new List<LeftOutFile>(), new PathSet());
        foreach (var entry in entries)
        {
            if ((WhyLeft(entry) ?? (names.Add(entry.Path) is not null ? "has a name that is another one's on some file systems" : null)) is { } reason)
            {
                left.Add(new LeftOutFile(entry.Path, reason));
            }
            else
            {
                wanted.Add(entry);
            }
        }

        return (wanted, left);
    }

    private static string? WhyLeft(BaseEntry entry) => entry switch
    {
        { Mode: "120000" } => "is a link",
        { Mode: "160000" } => "is a submodule",
        { Size: null } => "is no file",
        { Size: > LargestFile } => "is too large",
        _ when PathPolicy.Check(entry.Path) is not null => "has a name that is not safe",
        _ when SecretFiles.IsNamed(entry.Path) => "seems to hold a secret",
        _ => null,
    };

    private static StepSuspendedException Paused(StepContext context, string text, string fix) =>
        new(new StatusReason($"The repository can't be read: {text}.", "CONC747", $"{fix}, then resume the session", context.Phase.Id));
}

/// <summary>An entry of the repository that nobody reads or changes.</summary>
internal sealed record LeftOutFile(string Path, string Reason);
