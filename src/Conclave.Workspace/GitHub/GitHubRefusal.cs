using Conclave.Workspace.Git;

namespace Conclave.Workspace.GitHub;

/// <summary>What a reply that is no success means, and what a person can do about it. Pure.</summary>
internal static class GitHubRefusal
{
    private const string Rights = "give the token the scope `repo` (classic; `workflow` too for CI files), or the permissions Administration, Contents and Pull requests: write (fine-grained)";

    /// <summary>The refusal of a reply.</summary>
    /// <param name="what">What was asked for, as in "GitHub refused to ...".</param>
    public static GitHubException Of(GitHubReply reply, string what, RepositoryName repository) => reply.Status switch
    {
        401 => BadToken(),
        403 when reply.Header("x-github-sso") is not null || Says(reply, "SAML") => new GitHubException(
            "CONC659", $"{repository.Owner} wants the token to be authorised for its single sign-on", "open the token's page on GitHub, choose `Configure SSO`, authorise it"),
        403 when Says(reply, "archived") => Archived(repository),
        403 => new GitHubException("CONC642", $"the token may not {what}: {Words(reply)}{Scopes(reply)}", Rights),
        404 => new GitHubException(
            "CONC644", $"{repository} is not there, or is private and the token can't see it, so it was not possible to {what}", $"look at the spelling of the owner and the name; {Rights}"),
        301 or 302 or 307 or 308 => Moved(repository, "another place"),
        409 => new GitHubException("CONC651", $"GitHub is not ready to {what}: {Words(reply)}", "look at the repository on GitHub"),
        410 or 451 => new GitHubException("CONC644", $"{repository} is blocked or gone: {Words(reply)}", "take another name"),
        422 when Says(reply, "already exists on this account") => NameTaken(repository),
        >= 500 => new GitHubException("CONC650", $"GitHub could not {what} (status {reply.Status}): {Words(reply)}", "look at https://www.githubstatus.com"),
        _ => new GitHubException("CONC651", $"GitHub refused to {what} (status {reply.Status}): {Words(reply)}", "look at the repository on GitHub"),
    };

    /// <summary>The token is not known there.</summary>
    public static GitHubException BadToken() =>
        new("CONC641", "GitHub does not know the token: it is wrong, expired or revoked", "make a new one at https://github.com/settings/tokens and set GITHUB_TOKEN");

    /// <summary>Another repository answers under this name.</summary>
    public static GitHubException Moved(RepositoryName repository, string to) =>
        new("CONC653", $"{repository} was renamed or moved to {OneLine.Of(to)}", "take that name with --github, or another one");

    /// <summary>The repository can only be read.</summary>
    public static GitHubException Archived(RepositoryName repository) => new("CONC660", $"{repository} is archived", "unarchive it on GitHub, or take another name");

    /// <summary>The name is taken, by a repository that the token can't see.</summary>
    public static GitHubException NameTaken(RepositoryName repository) => new(
        "CONC646", $"the name {repository} is taken by a repository that the token can't see", "take another name, or give the token access to that repository");

    private static bool Says(GitHubReply reply, string words) => reply.Message.Contains(words, StringComparison.OrdinalIgnoreCase);

    private static string Words(GitHubReply reply) => OneLine.Of(reply.Message, 300) is { Length: > 0 } words ? words : "it gives no reason";

    private static string Scopes(GitHubReply reply) => reply.Header("x-accepted-oauth-scopes") is { Length: > 0 } wanted && reply.Header("x-oauth-scopes") is var has
        ? OneLine.Of($" (it wants one of the scopes {wanted}; the token has {(string.IsNullOrEmpty(has) ? "none" : has)})", 200)
        : reply.Header("x-accepted-github-permissions") is { Length: > 0 } permissions ? OneLine.Of($" (it wants {permissions})", 200) : "";
}
