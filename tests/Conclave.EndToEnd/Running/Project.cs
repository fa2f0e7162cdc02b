using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Conclave.EndToEnd.Running;

/// <summary>A delivered project.</summary>
internal static partial class Project
{
    /// <summary>Every file outside <c>.git</c> with the hash of its content, except the report, which names session and time.</summary>
    public static SortedDictionary<string, string> Tree(string directory)
    {
        var tree = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(directory, file);
            if (!path.StartsWith(".git/", StringComparison.Ordinal) && path != "CONCLAVE.md")
            {
                tree[path] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Commit().Replace(Cost().Replace(File.ReadAllText(file), ""), ""))));
            }
        }

        return tree;
    }

    // A ballot in doubt makes its vote dearer, and the decision's record says so.
    [GeneratedRegex(@"Cost of the vote: \$[0-9.]+\.", RegexOptions.NonBacktracking)]
    private static partial Regex Cost();

    // The ids of commits have the times of the session in them.
    [GeneratedRegex(@"\b[0-9a-f]{7,12}\b", RegexOptions.NonBacktracking)]
    private static partial Regex Commit();

    /// <summary>The subjects of the commits, newest first.</summary>
    public static async Task<string> Log(Machine machine, string directory)
    {
        var log = await machine.Run("git", directory, "log", "--format=%s|%an");
        Assert.True(log.ExitCode == 0, log.ToString());
        return log.Output;
    }
}
