using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;
using Conclave.Workspace.Delivery;
using Conclave.Workspace.Files;
using Conclave.Workspace.Git;
using Conclave.Workspace.GitHub;

namespace Conclave.Workspace.Steps;

/// <summary>
/// <c>uses: publish</c>: puts the project on GitHub: the repository, the branch, a release. Whatever a person can mend there pauses the session, which
/// then goes on where it stopped; nothing is made or pushed twice.
/// </summary>
/// <param name="settings">How GitHub is reached.</param>
/// <param name="workDirectory">Where the session's disposable files lie.</param>
/// <param name="failpoint">Told before and after each effect.</param>
public sealed class PublishStep(GitHubSettings settings, Func<SessionId, string> workDirectory, Action<string> failpoint) : IStep
{
    private static readonly ImmutableArray<string> Parameters = ["repository", "visibility", "release", "dry_run", "held_back", "allow_unverified"];

    /// <summary>What the planner knows about it.</summary>
    public static StepKind Definition { get; } = new("publish")
    {
        With = Parameters.ToImmutableDictionary(name => name, _ => false),
        Reads = [],
        AsksOnlyNamedAgents = true,
        Questions = [],
    };

    /// <inheritdoc />
    public StepKind Kind => Definition;

    /// <inheritdoc />
    public async Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        var wish = PublishWish.Read(context);
        if (!wish.AllowsUnverified && context.State.Verification?.Verdict != Verdict.Verified)
        {
            return new StepResult.Failed("CONC654", "only a verified result is published; `allow_unverified: true` of the phase would publish this one");
        }

        var publication = await Publication.Of(context, wish, cancel);
        if (publication.IsEmpty)
        {
            return new StepResult.Failed("CONC658", "there is nothing to publish: no phase before this one has written files");
        }

        if (wish.IsDryRun || context.State.Created.Settings.Simulated is not null)
        {
            return Planned(publication, wish.IsDryRun ? "dry run" : "simulated");
        }

        var agreed = await Agreed(context, publication, cancel);
        return settings.Token is { IsSendable: true } token
            ? await Publish(context, agreed, token, cancel)
            : throw Paused(context, new GitHubException("CONC640", $"there is no token for GitHub, so {wish.Repository} was not published", "`conclave keys set github`, or set GITHUB_TOKEN, then resume the session"));
    }

    private async Task<StepResult> Publish(StepContext context, Publication publication, AccessToken token, CancellationToken cancel)
    {
        var repository = publication.Wish.Repository;
        var store = Path.Combine(workDirectory(context.State.Id), "publish");
        using var api = new GitHubClient(settings, token, repository, context.Wait, context.Clock);
        var publisher = new Publisher(api, new GitRemote(settings, token, repository, store), repository, failpoint);
        try
        {
            Directory.CreateDirectory(workDirectory(context.State.Id));
            var isChange = publication.Origin is not null;
            if (!isChange)
            {
                // Its text is in the journal before anybody else can have it, so that the delivery ends with the same commit.
                publication = publication.With(await context.Once(PublishedReport.Effect, _ => Task.FromResult<PublishedReport?>(null), _ => Task.FromResult(publication.Report()), cancel));
            }

            var commit = await publication.Write(store, cancel);
            var place = publication.Origin is { } origin
                ? await publisher.Existing(publication, origin.Commit, cancel)
                : await context.Once("repository", effect => publisher.FindRepository(publication, effect), effect => publisher.Repository(publication, effect), cancel);
            var branch = await context.Once(
                PublishedReport.PushEffect, effect => publisher.FindBranch(publication.Branch, commit, isChange, effect), effect => publisher.Branch(publication.Branch, commit, isChange, effect), cancel);
            var release = publication.Tag is not { } tag ? null
                : await context.Once("release", effect => publisher.FindRelease(tag, commit, effect), effect => publisher.Release(publication, place, commit, effect), cancel);
            var pull = !isChange ? null
                : await context.Once("pull-request", effect => publisher.FindPullRequest(publication, effect), effect => publisher.PullRequest(publication, place, commit, effect), cancel);
            return Published(publication, place, branch, release, pull);
        }
        catch (GitHubException refused)
        {
            throw Paused(context, refused);
        }
        catch (GitMissingException missing)
        {
            throw Paused(context, new GitHubException("CONC611", missing.Message, "install git, then resume the session"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or GitFailedException)
        {
            throw Paused(context, new GitHubException("CONC610", $"the history can't be written to {store}: {error.Message}", "make room there, then resume the session"));
        }
    }

    // Files that run with the repository's secrets once they are pushed need a person's word.
    private static async Task<Publication> Agreed(StepContext context, Publication publication, CancellationToken cancel)
    {
        if (!publication.Wish.AsksHeldBack || publication.HeldBack.IsEmpty || publication.Origin is not null)
        {
            return publication;
        }

        var files = string.Join('\n', publication.HeldBack.Select(file => $"- {PathPolicy.Show(file.Change.Path)} {file.Reason}"));
        var given = await context.AskHuman(
            new GateRequest("held-back", $"These files are held back. Are they to be part of the project, here and in {publication.Wish.Repository}?\n{files}", ["leave", "push"]) { Default = "leave" }, cancel);
        return given.Choice == "push" ? publication.WithHeldBack() : publication;
    }

    private static StepResult.Succeeded Planned(Publication publication, string why)
    {
        ImmutableArray<string> steps = [.. publication.Steps()];
        return new StepResult.Succeeded(new JsonObject
        {
            ["repository"] = publication.Wish.Repository.ToString(),
            ["dry_run"] = true,
            ["would"] = new JsonArray([.. steps.Select(step => JsonValue.Create(step))]),
        })
        {
            Notes = [.. steps.Select(step => $"{why}, nothing was sent: it would {step}"), .. LeftOut(publication)],
        };
    }

    private static StepResult.Succeeded Published(Publication publication, PublishedRepository place, PublishedBranch branch, PublishedPage? release, PublishedPage? pull) => new(new JsonObject
    {
        ["repository"] = publication.Wish.Repository.ToString(),
        ["dry_run"] = false,
        ["url"] = place.Url,
        ["created"] = place.Created,
        ["branch"] = branch.Branch,
        ["commit"] = branch.Commit,
        ["release"] = release?.Url,
        ["pull_request"] = pull?.Url,
    })
    {
        Notes = [$"published to {place.Url}{(release is null ? "" : $", release {release.Url}")}{(pull is null ? "" : $", pull request {pull.Url}")}", .. LeftOut(publication)],
    };

    private static IEnumerable<string> LeftOut(Publication publication) =>
        publication.HeldBack.IsEmpty ? [] : [$"held back, so pushed only as texts that no tool reads: {string.Join(", ", publication.HeldBack.Select(file => PathPolicy.Show(file.Change.Path)).Take(10))}"];

    private static StepSuspendedException Paused(StepContext context, GitHubException refused) => new(new StatusReason(
        $"The project can't be published: {refused.Reason}.",
        refused.Code,
        $"{refused.Fix}; then resume the session, or `conclave cancel {context.State.Id}` to have the project without publishing it",
        context.Phase.Id));
}
