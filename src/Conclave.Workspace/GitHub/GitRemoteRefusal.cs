using Conclave.Workspace.Git;

namespace Conclave.Workspace.GitHub;

/// <summary>
/// What git says when it can't reach or push to GitHub, and what a person can do about it. Samples:
/// <code>
/// remote: error: GH006: Protected branch update failed for refs/heads/main.
///  ! [remote rejected] 1c2d3e4 -> main (protected branch hook declined)
///  ! [rejected]        1c2d3e4 -> main (fetch first)
/// fatal: unable to access 'https://github.com/o/r.git/': The requested URL returned error: 403
/// fatal: could not read Username for 'https://github.com': terminal prompts disabled
/// </code>
/// Pure. The first row that fits counts.
/// </summary>
internal static class GitRemoteRefusal
{
    private const string Rights = "give the token the scope `repo`, or the permission Contents: write";

    /// <summary>The refusal behind git's words, which must be free of the token.</summary>
    public static GitHubException Of(string errors, RepositoryName repository)
    {
        var said = OneLine.Of(errors, 400);
        return Rows.FirstOrDefault(row => row.Words.Any(word => errors.Contains(word, StringComparison.OrdinalIgnoreCase))) is { Code: { } code } found
            ? new GitHubException(code, $"{string.Format(System.Globalization.CultureInfo.InvariantCulture, found.Reason, repository)}: {said}", found.Fix)
            : new GitHubException("CONC649", $"git could not push to {repository}: {said}", "look at the repository on GitHub");
    }

    private static readonly (string[] Words, string Code, string Reason, string Fix)[] Rows =
    [
        (["refusing to allow", "without `workflow` scope", "without `workflows` permission"], "CONC642", "the token may not push CI files to {0}", "give the token the scope `workflow`, or leave the CI files out"),
        (["GH001", "exceeds GitHub's file size limit"], "CONC649", "a file is too large for {0}", "take the file out of the project"),
        (["GH006", "GH013", "protected branch", "rule violations", "hook declined"], "CONC647", "a rule of {0} does not let the branch be pushed", "change the rule for this branch on GitHub, or take another repository"),
        (["archived so it is read-only", "repository was archived"], "CONC660", "{0} is archived", "unarchive it on GitHub, or take another name"),
        (["fetch first", "non-fast-forward", "failed to update ref", "stale info", "incorrect old value", "cannot lock ref"], "CONC648", "somebody else has pushed to {0} meanwhile", "look at the branch on GitHub; nothing there was overwritten"),
        (["SAML SSO", "single sign-on"], "CONC659", "the owner of {0} wants the token to be authorised for its single sign-on", "open the token's page on GitHub, choose `Configure SSO`, authorise it"),
        (["returned error: 429", "rate limit"], "CONC643", "GitHub's limits do not let {0} be pushed to now", "resume the session in some minutes"),
        (["could not read Username", "could not read Password", "Authentication failed", "returned error: 401", "Invalid username or"], "CONC641", "git was not let in to {0}: the token is wrong, expired or revoked", "make a new one at https://github.com/settings/tokens and set GITHUB_TOKEN"),
        (["returned error: 403", "Permission to", "Write access to repository not granted"], "CONC642", "the token may not push to {0}", Rights),
        (["returned error: 404", "Repository not found", "not found"], "CONC644", "{0} is not there, or the token can't see it", $"look at the spelling; {Rights}"),
        (["unable to update url base from redirection", "returned error: 30"], "CONC653", "{0} was renamed or moved", "take its new name, or another one"),
        ([
            "Could not resolve host", "Failed to connect", "Connection", "timed out", "RPC failed", "hung up", "unexpected disconnect", "returned error: 5", "Empty reply", "SSL", "TLS", "early EOF",
            "Operation too slow", "curl", "bad band", "expected flush", "protocol error", "the remote end",
        ], "CONC650", "the connection to {0} failed", "look at the network and https://www.githubstatus.com"),
    ];
}
