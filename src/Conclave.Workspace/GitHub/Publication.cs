using System.Collections.Immutable;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Workspace.Delivery;
using Conclave.Workspace.Files;
using Conclave.Workspace.Git;

namespace Conclave.Workspace.GitHub;

/// <summary>What a session publishes, before anything is sent: a function of its journal.</summary>
/// <param name="Commits">The history of the accepted steps before the publishing phase; what is held back is in none of them.</param>
/// <param name="HeldBack">The files that are left out and that a person may agree to.</param>
internal sealed record Publication(PublishWish Wish, ReportFacts Facts, ImmutableArray<HistoryCommit> Commits, ImmutableArray<HeldBackFile> HeldBack)
{
    /// <summary>The repository that the session improves; null for a project of its own, which gets a repository of its own.</summary>
    public BaseRepository? Origin => Facts.State.Created.Settings.Base;

    /// <summary>The files that are pushed because a person agreed to them.</summary>
    public ImmutableArray<HeldBackFile> Agreed { get; init; } = [];

    /// <summary>The report at the end of the history; null until it is rendered, and for a change of a repository that was there.</summary>
    public PublishedReport? Closing { get; init; }

    /// <summary>The branch that is pushed.</summary>
    public string Branch => Origin is { } origin ? $"refs/heads/{origin.BranchOf(Facts.State.Id)}" : ProjectHistory.Branch;

    /// <summary>The release's tag; a change of a repository that was there is a pull request, and no release.</summary>
    public string? Tag => Origin is null ? Wish.Tag : null;

    /// <summary>Whether there is nothing in it.</summary>
    public bool IsEmpty => Origin is null ? Commits.IsEmpty : BranchHistory.Of(Facts.State).Commits.IsEmpty;

    /// <summary>The name of the release, for people.</summary>
    public string ReleaseName => $"{OneLine.Of(Facts.Title, 80)} {Wish.Tag}";

    /// <summary>What stands beside the repository's name on GitHub. It names the session, so that a repository of ours is known again.</summary>
    public string Description => $"{OneLine.Of(Facts.Title, 120)} (made by Conclave in session {Facts.State.Id})";

    /// <summary>Gathers it.</summary>
    public static async Task<Publication> Of(StepContext context, PublishWish wish, CancellationToken cancel)
    {
        // What a phase beside this one accepts meanwhile is not part of it, or a restart would publish something else.
        var before = context.State with { Changes = [.. context.State.Changes.Where(change => context.Phase.Ancestors.Contains(change.Phase))], Files = context.Files };
        var verdict = before.Verification?.Verdict ?? Verdict.None;
        var order = new DeliveryOrder(before, new EntryBody.SessionSucceeded(verdict, before.Verification?.Reason ?? ""), context.State.Phase(context.Phase.Id).StartedAt ?? before.CreatedAt, context.ReadBlob);
        if (before.Created.Settings.Base is not null)
        {
            var held = BranchHistory.Of(before).HeldBack;
            return new Publication(wish, await ReportFacts.Load(order, new DeliveredFiles(DeliveredFiles.Of([]).Kept, held), cancel), [], held);
        }

        var files = DeliveredFiles.Of(before.Files.Values);
        return new Publication(wish, await ReportFacts.Load(order, files, cancel), SessionHistory.Of(before), [.. files.HeldBack.Where(file => PathPolicy.Check(file.Change.Path) is null)]);
    }

    /// <summary>Writes the history into a store, from which it is pushed.</summary>
    /// <returns>The commit that the branch gets.</returns>
    public async Task<string> Write(string store, CancellationToken cancel) => Origin is { } origin
        ? await (await BaseStore.Open(store, origin, cancel)).Write(BranchHistory.Of(Facts.State).Commits, Facts.Order.ReadBlob, cancel)
        : (await new ProjectHistory(store).Write(Commits, Read, _ => { }, cancel))!;

    private Task<Blob> Read(BlobId id, CancellationToken cancel) => id == Closing?.Blob.Id ? Task.FromResult(Closing.Blob) : Facts.Order.ReadBlob(id, cancel);

    /// <summary>The same with the files that are held back, after a person agreed to them.</summary>
    public Publication WithHeldBack() => this with
    {
        Agreed = HeldBack,
        HeldBack = [],
        Facts = Facts with { Files = DeliveredFiles.Of(Facts.State.Files.Values, [.. HeldBack.Select(file => file.Change.Path)]) },
    };

    /// <summary>The report that is published with the project.</summary>
    public PublishedReport Report() => PublishedReport.Of(Facts, Agreed);

    /// <summary>The same with its report, which is the last commit.</summary>
    public Publication With(PublishedReport report) => this with { Closing = report, Commits = [.. Commits, .. report.Commits(Facts.State.Files.Values)] };

    /// <summary>The notes of the release, as Markdown.</summary>
    /// <param name="repository">Where the repository's pages begin.</param>
    /// <param name="commit">What the notes are about.</param>
    public string Notes(Uri repository, string commit) => ReleaseNotes.Render(Facts, path => $"{repository.AbsoluteUri.TrimEnd('/')}/blob/{commit}/{path}");

    /// <summary>The steps in words, for a dry run.</summary>
    public IEnumerable<string> Steps()
    {
        if (Origin is not null)
        {
            var name = Branch["refs/heads/".Length..];
            yield return $"push {BranchHistory.Of(Facts.State).Commits.Length} commits to the branch {name} of {Wish.Repository}, without force";
            yield return $"open a pull request of {name}, with what was changed, the evidence, the decisions and the cost";
            yield break;
        }

        yield return $"create the {(Wish.IsPrivate ? "private" : "public")} repository {Wish.Repository}, or take it if it is there and empty";
        yield return $"push {Commits.Length + 1} commits with {Facts.Files.Kept.Count} files and the report to {Branch["refs/heads/".Length..]}, without force";
        if (Wish.Tag is { } tag)
        {
            yield return $"make the release {tag}, with notes on what was built, the evidence, the decisions and the cost";
        }
    }
}
