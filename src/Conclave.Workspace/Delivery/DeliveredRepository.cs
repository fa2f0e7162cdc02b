using System.Collections.Immutable;
using Conclave.Workspace.Git;

namespace Conclave.Workspace.Delivery;

/// <summary>The <c>.git</c> of a delivered project: an ordinary repository with the whole history on <c>main</c>, a tag where a result is verified, no remote, no hooks and no settings but git's own first ones.</summary>
internal static class DeliveredRepository
{
    /// <summary>Makes it beside files that are laid out already, and makes sure that they are those of the commit.</summary>
    /// <exception cref="GitFailedException">The history is damaged, can't be written, or the files are others.</exception>
    public static async Task Make(ProjectHistory history, string commit, HistoryTag? tag, string directory, CancellationToken cancel)
    {
        var repository = Path.Combine(directory, ".git");
        Directory.CreateDirectory(Path.Combine(repository, "objects", "info"));
        Directory.CreateDirectory(Path.Combine(repository, "objects", "pack"));
        Directory.CreateDirectory(Path.Combine(repository, "refs", "heads"));
        await File.WriteAllTextAsync(Path.Combine(repository, "HEAD"), $"ref: {ProjectHistory.Branch}\n", cancel);
        await File.WriteAllTextAsync(Path.Combine(repository, "config"), Config(), cancel);
        var tip = tag is null ? commit : await history.WriteTag(tag, commit, cancel);
        await history.CopyTo(repository, tip, cancel);
        if (tag is not null)
        {
            Directory.CreateDirectory(Path.Combine(repository, "refs", "tags"));
            await File.WriteAllTextAsync(Path.Combine(repository, "refs", "tags", tag.Name), $"{tip}\n", cancel);
        }

        await File.WriteAllTextAsync(Path.Combine(repository, "refs", "heads", "main"), $"{commit}\n", cancel);

        var inProject = ImmutableDictionary<string, string>.Empty.Add("GIT_WORK_TREE", directory);
        await new GitCommand(repository, "read-tree", commit) { Environment = inProject }.Run(cancel);
        await new GitCommand(repository, "update-index", "--refresh", "--ignore-submodules") { Environment = inProject }.Run(cancel);
    }

    private static string Config() =>
        $"[core]\n\trepositoryformatversion = 0\n\tfilemode = {(OperatingSystem.IsWindows() ? "false" : "true")}\n\tbare = false\n\tlogallrefupdates = true\n";
}
