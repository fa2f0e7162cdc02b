using System.Collections.Immutable;
using System.Globalization;

namespace Conclave.Workspace.Git;

/// <summary>Writes commits whose ids are a function of what they hold.</summary>
internal static class GitCommits
{
    /// <summary>Writes one.</summary>
    /// <param name="parent">Null for the first.</param>
    /// <returns>Its id.</returns>
    public static Task<string> Write(string store, Signature author, DateTimeOffset time, string message, string tree, string? parent, CancellationToken cancel)
    {
        string[] arguments = parent is null ? ["commit-tree", tree, "-F", "-"] : ["commit-tree", tree, "-p", parent, "-F", "-"];
        return new GitCommand(store, [.. arguments])
        {
            Input = GitCommand.Text(message),
            Environment = Committer(time).AddRange(new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["GIT_AUTHOR_NAME"] = author.Name,
                ["GIT_AUTHOR_EMAIL"] = author.Email,
                ["GIT_AUTHOR_DATE"] = Date(time),
            }),
        }.Run(cancel);
    }

    /// <summary>Conclave as the one who commits.</summary>
    public static ImmutableDictionary<string, string> Committer(DateTimeOffset time) => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["GIT_COMMITTER_NAME"] = Signature.Conclave.Name,
        ["GIT_COMMITTER_EMAIL"] = Signature.Conclave.Email,
        ["GIT_COMMITTER_DATE"] = Date(time),
    }.ToImmutableDictionary(StringComparer.Ordinal);

    private static string Date(DateTimeOffset time) => string.Create(CultureInfo.InvariantCulture, $"@{time.ToUnixTimeSeconds()} +0000");
}
