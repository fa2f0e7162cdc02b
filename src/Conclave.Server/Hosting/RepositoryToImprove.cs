using Conclave.Engine.Journal;
using Conclave.Workspace.Git;

namespace Conclave.Server.Hosting;

/// <summary>Looks at the repository that a user wants improved.</summary>
public static class RepositoryToImprove
{
    /// <summary>The repository as it stands now, or why it can't be improved. Nothing in it is changed.</summary>
    /// <param name="branch">The branch for the result; null for one named after the session.</param>
    public static async Task<Refusable<BaseRepository>> Find(string folder, string? branch, CancellationToken cancel)
    {
        if (GitTool.Missing() is { } noGit)
        {
            return noGit;
        }

        var (repository, problem) = await UserRepository.Open(folder, branch, cancel);
        return repository is null ? new Refusal(RefusalKind.Invalid, $"CONC745 {problem}") : repository;
    }
}
