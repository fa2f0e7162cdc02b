using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Conclave.Engine.Journal;

namespace Conclave.Workspace.Git;

/// <summary>
/// A repository of the user's, of which nothing is trusted: only its refs and objects are read, and only objects and one branch are written, by plumbing.
/// Its work tree and index are never looked at; none of its hooks, filters, helpers or remotes is ever used, and no network.
/// </summary>
public static partial class UserRepository
{
    // No protocol has this name: a clone that lacks objects must not fetch them with the help of its own settings.
    private static readonly ImmutableDictionary<string, string> Offline =
        ImmutableDictionary<string, string>.Empty.Add("GIT_ALLOW_PROTOCOL", "none").Add("GIT_NO_LAZY_FETCH", "1").Add("GIT_NO_REPLACE_OBJECTS", "1");

    /// <summary>The repository in a folder, as it stands now.</summary>
    /// <param name="branch">The branch for the result, as the user named it; null for one named after the session.</param>
    /// <returns>The repository, or in a sentence why it can't be improved.</returns>
    public static async Task<(BaseRepository? Repository, string? Problem)> Open(string folder, string? branch, CancellationToken cancel)
    {
        var directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (GitDirectory(directory) is not { } git)
        {
            return (null, $"{directory} is no git repository; run `git init` and commit there first, or name the repository's top folder");
        }

        if (branch is not null && (!BranchName().IsMatch(branch) || branch.Contains("..", StringComparison.Ordinal) || branch.Contains("//", StringComparison.Ordinal) || branch.EndsWith(".lock", StringComparison.Ordinal)))
        {
            return (null, $"`{OneLine.Of(branch)}` can't be a branch");
        }

        try
        {
            if (await In(git, "rev-parse", "--show-object-format").Run(cancel) is var format && format != "sha1")
            {
                return (null, $"{directory} stores its objects in the format {format}, which is not supported");
            }

            if (branch is not null && await Tip(git, branch, cancel) is not null)
            {
                return (null, $"{directory} has a branch {branch} already; nothing of yours is ever moved");
            }

            var commit = await In(git, "rev-parse", "--verify", "--quiet", "HEAD^{commit}").Run(cancel);
            return (new BaseRepository(directory, git, commit, branch), null);
        }
        catch (GitFailedException)
        {
            return (null, $"{directory} has no commit to start from, or is damaged");
        }
    }

    /// <summary>A run of git on it.</summary>
    internal static GitCommand In(string gitDirectory, params ImmutableArray<string> arguments) => new(gitDirectory, arguments) { Environment = Offline };

    /// <summary>The commit of a branch; null when there is no such branch.</summary>
    internal static async Task<string?> Tip(string gitDirectory, string branch, CancellationToken cancel) =>
        await In(gitDirectory, "for-each-ref", "--format=%(objectname)", $"refs/heads/{branch}").Run(cancel) is { Length: > 0 } tip ? tip.Split('\n')[0] : null;

    // `.git` is a folder, or in a linked work tree a file: `gitdir: /where/it/is`. A bare repository is its own.
    private static string? GitDirectory(string directory)
    {
        var inside = Path.Combine(directory, ".git");
        if (Directory.Exists(inside))
        {
            return inside;
        }

        if (new FileInfo(inside) is { Exists: true, Length: < 4096 } && File.ReadAllText(inside).Trim() is var text && text.StartsWith("gitdir: ", StringComparison.Ordinal))
        {
            return Path.GetFullPath(text["gitdir: ".Length..], directory) is var there && Directory.Exists(there) ? there : null;
        }

        return File.Exists(Path.Combine(directory, "HEAD")) && Directory.Exists(Path.Combine(directory, "objects")) ? directory : null;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9](?:[A-Za-z0-9._/-]{0,98}[A-Za-z0-9])?\z", RegexOptions.NonBacktracking)]
    private static partial Regex BranchName();
}
