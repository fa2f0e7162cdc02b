using System.Collections.Immutable;
using Conclave.Workspace.Git;

namespace Conclave.Workspace.GitHub;

/// <summary>
/// The git side of a repository on GitHub, reached from a store of ours. The token is in a file that only the user can read, for as long as git runs;
/// it is in no argument, address or setting of the store. Redirects are not followed and no helper of the user is asked.
/// </summary>
/// <param name="store">The git directory from which is pushed.</param>
internal sealed class GitRemote(GitHubSettings settings, AccessToken token, RepositoryName repository, string store)
{
    private readonly string url = $"{settings.WebUrl.AbsoluteUri}{repository}.git";

    /// <summary>The branches and tags that are there, by their full names; empty for an empty repository.</summary>
    /// <exception cref="GitHubException">It can't be read.</exception>
    public async Task<ImmutableDictionary<string, string>> Refs(CancellationToken cancel) => (await Run(cancel, "ls-remote", "--refs", "--heads", "--tags", url))
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split('\t', 2))
        .Where(parts => parts.Length == 2)
        .ToImmutableDictionary(parts => parts[1], parts => parts[0], StringComparer.Ordinal);

    /// <summary>Puts a branch on a commit. A branch that is there is only ever moved forward.</summary>
    /// <exception cref="GitHubException">It was refused, or it is not known whether it took effect (CONC650).</exception>
    public Task Push(string commit, string branch, CancellationToken cancel) => Run(cancel, "push", "--quiet", "--no-verify", "--no-follow-tags", "--recurse-submodules=no", url, $"{commit}:{branch}");

    /// <summary>Whether a commit is part of a history that the store has.</summary>
    public async Task<bool> IsPartOf(string commit, string history, CancellationToken cancel)
    {
        try
        {
            await new GitCommand(store, "merge-base", "--is-ancestor", commit, history).Run(cancel);
            return true;
        }
        catch (GitFailedException)
        {
            // Not an ancestor, or not known here at all.
            return false;
        }
    }

    private async Task<string> Run(CancellationToken cancel, params ImmutableArray<string> arguments)
    {
        var file = $"{store}.access";
        Write(file);
        try
        {
            return await new GitCommand(store, arguments)
            {
                Environment = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["GIT_CONFIG_GLOBAL"] = file,
                    ["GIT_ALLOW_PROTOCOL"] = settings.WebUrl.Scheme,
                }.ToImmutableDictionary(StringComparer.Ordinal),
            }.Run(cancel);
        }
        catch (GitFailedException failed)
        {
            throw GitRemoteRefusal.Of(token.RemoveFrom(failed.Errors), repository);
        }
        finally
        {
            File.Delete(file);
        }
    }

    // A process that was killed may have left it; it is made anew, so that its mode is ours.
    private void Write(string file)
    {
        File.Delete(file);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(file, options);
        writer.Write($"""
            [credential]
            	helper =
            [http]
            	followRedirects = false
            	lowSpeedLimit = 100
            	lowSpeedTime = 60
            [http "{settings.WebUrl.AbsoluteUri}"]
            	extraHeader = "Authorization: Basic {token.Basic}"

            """);
    }
}
