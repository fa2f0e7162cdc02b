using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Conclave.Workspace.Git;

namespace Conclave.Workspace.GitHub;

/// <summary>
/// The effects of publishing, each of which looks whether it took place already before it does anything: doing one twice is doing it once, whoever was
/// killed in between.
/// </summary>
internal sealed class Publisher(GitHubClient api, GitRemote git, RepositoryName repository, Action<string> failpoint)
{
    /// <summary>The repository, made if it is not there.</summary>
    public Task<PublishedRepository> Repository(Publication publication, CancellationToken cancel) => api.Ensure(
        token => FindRepository(publication, token),
        async token =>
        {
            failpoint("publish:repository:before");
            var made = await MakeRepository(publication, token);
            failpoint("publish:repository:after");
            return made;
        },
        cancel);

    /// <summary>The repository whose history the session goes on from.</summary>
    /// <exception cref="GitHubException">It is not there, or does not have the commit.</exception>
    public async Task<PublishedRepository> Existing(Publication publication, string commit, CancellationToken cancel)
    {
        var found = await FindRepository(publication, cancel) ?? throw GitHubRefusal.Of(new GitHubReply(404, null, ImmutableDictionary<string, string>.Empty), "open a pull request there", repository);
        return await api.Find($"{api.Root}/commits/{commit}", $"look for the commit {commit[..12]}", cancel) is not null
            ? found
            : throw new GitHubException("CONC645", $"{repository} does not have the commit {commit[..12]} that the change starts from", "push your own branch there first, or name the repository that has it");
    }

    /// <summary>The repository if it is there and can be pushed to.</summary>
    public async Task<PublishedRepository?> FindRepository(Publication publication, CancellationToken cancel) =>
        await api.Find(api.Root, $"look at {repository}", cancel) is { } found ? Read(found, publication) : null;

    /// <summary>The branch, on this commit.</summary>
    /// <param name="amongOthers">Whether the repository may have other branches.</param>
    public Task<PublishedBranch> Branch(string branch, string commit, bool amongOthers, CancellationToken cancel) => api.Ensure(
        token => FindBranch(branch, commit, amongOthers, token),
        async token =>
        {
            failpoint("publish:push:before");
            try
            {
                await git.Push(commit, branch, token);
            }
            catch (GitHubException raced) when (raced.Code == "CONC648")
            {
                // A connection that broke after the push took effect makes git send it again, and then we are the somebody else.
                if (await FindBranch(branch, commit, amongOthers, token) is { } ours)
                {
                    return ours;
                }

                throw;
            }

            failpoint("publish:push:after");
            return await FindBranch(branch, commit, amongOthers, token)
                ?? throw new GitHubException("CONC656", $"{repository} took the push, but its {branch} is not on {commit}", "look at the repository on GitHub, then resume the session");
        },
        cancel);

    /// <summary>The branch if it is on this commit already.</summary>
    /// <exception cref="GitHubException">The repository holds something else.</exception>
    public async Task<PublishedBranch?> FindBranch(string branch, string commit, bool amongOthers, CancellationToken cancel)
    {
        var refs = await git.Refs(cancel);
        if (refs.TryGetValue(branch, out var there))
        {
            return there == commit ? new PublishedBranch(branch, commit)
                : await git.IsPartOf(there, commit, cancel) ? null
                : throw NotOurs($"its {branch} has another history");
        }

        return amongOthers || refs.IsEmpty ? null : throw NotOurs($"it has {refs.Keys.Order(StringComparer.Ordinal).First()}");
    }

    /// <summary>The release of a tag on this commit.</summary>
    public Task<PublishedPage> Release(Publication publication, PublishedRepository place, string commit, CancellationToken cancel) => api.Ensure(
        token => FindRelease(publication.Wish.Tag!, commit, token),
        async token =>
        {
            failpoint("publish:release:before");
            var reply = await api.Make(
                $"{api.Root}/releases",
                new JsonObject
                {
                    ["tag_name"] = publication.Wish.Tag,
                    ["target_commitish"] = commit,
                    ["name"] = publication.ReleaseName,
                    ["body"] = publication.Notes(new Uri(place.Url), commit),
                    ["draft"] = false,
                    ["prerelease"] = false,
                    ["make_latest"] = "true",
                },
                $"make the release {publication.Wish.Tag}",
                token);
            failpoint("publish:release:after");
            return reply.IsSuccess
                ? Page(reply)
                : await FindRelease(publication.Wish.Tag!, commit, token) ?? throw GitHubRefusal.Of(reply, $"make the release {publication.Wish.Tag}", repository);
        },
        cancel);

    /// <summary>The release of a tag if it is there.</summary>
    /// <exception cref="GitHubException">It is of another commit.</exception>
    public async Task<PublishedPage?> FindRelease(string tag, string commit, CancellationToken cancel)
    {
        if (await api.Find($"{api.Root}/releases/tags/{tag}", $"look for the release {tag}", cancel) is not { } found)
        {
            return null;
        }

        return found.Member("target_commitish") == commit
            ? Page(found)
            : throw new GitHubException("CONC652", $"{repository} has a release {tag} already, of something else", "delete that release, or choose another tag with `release:` of the phase");
    }

    /// <summary>The pull request of a branch.</summary>
    public Task<PublishedPage> PullRequest(Publication publication, PublishedRepository place, string commit, CancellationToken cancel) => api.Ensure(
        token => FindPullRequest(publication, token),
        async token =>
        {
            failpoint("publish:pull-request:before");
            const string what = "open a pull request";
            var reply = await api.Make(
                $"{api.Root}/pulls",
                new JsonObject
                {
                    ["title"] = OneLine.Of(publication.Facts.Title, 120),
                    ["head"] = Short(publication.Branch),
                    ["base"] = place.DefaultBranch,
                    ["body"] = publication.Notes(new Uri(place.Url), commit),
                },
                what,
                token);
            failpoint("publish:pull-request:after");
            return reply.IsSuccess ? Page(reply) : await FindPullRequest(publication, token) ?? throw GitHubRefusal.Of(reply, what, repository);
        },
        cancel);

    /// <summary>The pull request of a branch if there is one, also one that is closed.</summary>
    public async Task<PublishedPage?> FindPullRequest(Publication publication, CancellationToken cancel)
    {
        var head = Uri.EscapeDataString($"{repository.Owner}:{Short(publication.Branch)}");
        var found = await api.Find($"{api.Root}/pulls?state=all&head={head}", "look for a pull request", cancel);
        return found?.Body?["items"] is JsonArray { Count: > 0 } items && items[0] is JsonObject first ? Page(found with { Body = first }) : null;
    }

    private static string Short(string branch) => branch["refs/heads/".Length..];

    private async Task<PublishedRepository> MakeRepository(Publication publication, CancellationToken cancel)
    {
        var what = $"create {repository}";
        var user = await api.Find("/user", what, cancel);
        var isUser = string.Equals(user?.Member("login"), repository.Owner, StringComparison.OrdinalIgnoreCase);
        var reply = await api.Make(
            isUser ? "/user/repos" : $"/orgs/{repository.Owner}/repos",
            new JsonObject
            {
                ["name"] = repository.Name,
                ["description"] = publication.Description,
                ["private"] = publication.Wish.IsPrivate,
                ["auto_init"] = false,
            },
            what,
            cancel);
        return reply.IsSuccess ? Read(reply, publication) : throw GitHubRefusal.Of(reply, what, repository);
    }

    private PublishedRepository Read(GitHubReply reply, Publication publication)
    {
        if (reply.Member("full_name") is { } name && !string.Equals(name, repository.ToString(), StringComparison.OrdinalIgnoreCase))
        {
            throw GitHubRefusal.Moved(repository, name);
        }

        if (Flag(reply.Body?["archived"]) == true)
        {
            throw GitHubRefusal.Archived(repository);
        }

        return Flag(reply.Body?["permissions"]?["push"]) == false
            ? throw new GitHubException("CONC642", $"the token may read {repository} but not push to it", "give the token the scope `repo`, or the permission Contents: write")
            : new PublishedRepository(reply.Member("html_url") ?? $"https://github.com/{repository}", reply.Member("description")?.Contains(publication.Facts.State.Id.Value, StringComparison.Ordinal) == true)
            {
                DefaultBranch = reply.Member("default_branch") ?? "main",
            };
    }

    private GitHubException NotOurs(string why) => new(
        "CONC645", $"{repository} is there and is not of this session ({OneLine.Of(why)}); nothing in it was changed", "empty or rename it on GitHub, or start with another name");

    private PublishedPage Page(GitHubReply reply) => new(reply.Member("html_url") ?? $"https://github.com/{repository}");

    private static bool? Flag(JsonNode? node) => node is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : null;
}

/// <summary>A repository that is there.</summary>
/// <param name="Created">Whether this session made it.</param>
internal sealed record PublishedRepository(string Url, bool Created)
{
    /// <summary>The branch that pull requests are against.</summary>
    public string DefaultBranch { get; init; } = "main";
}

/// <summary>A branch that was read back from the repository.</summary>
internal sealed record PublishedBranch(string Branch, string Commit);

/// <summary>A page on GitHub.</summary>
internal sealed record PublishedPage(string Url);
