using System.Collections.Immutable;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Workspace.Git;
using Conclave.Workspace.Steps;

namespace Conclave.Workspace.Delivery;

/// <summary>
/// Delivers the result of a session that improves a repository: a new branch there. The user's branch, index, work tree and everything that is not
/// committed stay as they are. The same journal gives the same commits, so doing it twice is doing it once.
/// </summary>
/// <param name="workDirectory">The directory for disposable files of a session.</param>
public sealed class BranchDelivery(Func<SessionId, string> workDirectory) : IProjectDelivery
{
    private const int MaxDiffLines = 200;
    private const int MaxDiff = 16_000;

    /// <inheritdoc />
    public Task<DeliveryReceipt?> Probe(DeliveryOrder order, CancellationToken cancel) => Task.FromResult<DeliveryReceipt?>(null);

    /// <inheritdoc />
    /// <exception cref="StepSuspendedException">The branch can't be written; once that is mended the session can go on.</exception>
    public async Task<DeliveryReceipt> Deliver(DeliveryOrder order, CancellationToken cancel)
    {
        var origin = order.State.Created.Settings.Base!;
        var branch = origin.BranchOf(order.State.Id);
        var (commits, heldBack) = BranchHistory.Of(order.State);
        if (commits.IsEmpty)
        {
            return new DeliveryReceipt(null, null, 0, [.. heldBack.Select(file => file.Change.Path)], ["nothing was changed, so there is no branch"]);
        }

        var work = Path.Combine(workDirectory(order.State.Id), "branch");
        try
        {
            Directory.CreateDirectory(workDirectory(order.State.Id));
            var store = await BaseStore.Open(work, origin, cancel);
            var tip = await store.Write(commits, order.ReadBlob, cancel);
            await store.Publish(tip, branch, cancel);
            var diff = Bounded(await store.Diff(tip, cancel), order.State.Id);
            DisposableTree.Remove(work);
            return new DeliveryReceipt(origin.Directory, tip, commits.SelectMany(commit => commit.Changes.Keys).Distinct(StringComparer.Ordinal).Count(), [.. heldBack.Select(file => file.Change.Path)], Notes(origin, branch))
            {
                HeldBackReasons = [.. heldBack.Select(file => file.Reason)],
                Branch = branch,
                Diff = diff,
            };
        }
        catch (BranchTakenException taken)
        {
            throw Paused(order, $"{origin.Directory}: {taken.Message}", "CONC751", $"rename that branch (`git branch -m {branch} OTHER`)");
        }
        catch (GitMissingException missing)
        {
            throw Paused(order, missing.Message, "CONC611", "install git");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or GitFailedException)
        {
            throw Paused(order, $"the branch {branch} can't be written to {origin.GitDirectory}: {error.Message}", "CONC752", "make sure that the repository is there, whole and can be written");
        }
    }

    private static ImmutableArray<string> Notes(BaseRepository origin, string branch) =>
    [
        $"it is on the branch {branch}, on top of {origin.Commit[..12]}; your branch, index and files are as they were",
        $"look at it: git -C {Markdown.Shell(origin.Directory)} diff {origin.Commit[..12]} {branch}",
        $"try it:     git -C {Markdown.Shell(origin.Directory)} worktree add {Markdown.Shell($"{Path.TrimEndingDirectorySeparator(origin.Directory)}-{branch.Replace('/', '-')}")} {branch}",
        $"take it:    git -C {Markdown.Shell(origin.Directory)} merge {branch}",
    ];

    private static StepSuspendedException Paused(DeliveryOrder order, string text, string code, string fix) =>
        new(new StatusReason($"The result can't be delivered: {text}.", code, $"{fix}, then resume the session: conclave resume {order.State.Id}"));

    private static string Bounded(string diff, SessionId session)
    {
        var lines = diff.Split('\n');
        var text = string.Join('\n', lines.Take(MaxDiffLines));
        return lines.Length <= MaxDiffLines && text.Length <= MaxDiff ? text : $"{text[..Math.Min(text.Length, MaxDiff)]}\n(the rest is left out; all of it: conclave show {session} --diff start)";
    }
}
