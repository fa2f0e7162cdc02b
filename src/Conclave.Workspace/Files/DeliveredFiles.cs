using System.Collections.Immutable;
using Conclave.Engine.Journal;
using Conclave.Workspace.Steps;

namespace Conclave.Workspace.Files;

/// <summary>
/// The files of a project, split into those that the user gets under their own names and those that are held back
/// (see <c>docs/decisions/held-back-files.md</c>). Whatever the files are, the kept ones may lie beside each other on every file system.
/// </summary>
internal sealed record DeliveredFiles(ImmutableSortedDictionary<string, FileChange> Kept, ImmutableArray<HeldBackFile> HeldBack)
{
    /// <summary>The name of our own report in the project.</summary>
    public const string Report = "CONCLAVE.md";

    /// <summary>Where the texts of held-back files lie.</summary>
    public const string HeldBackFolder = ".conclave/held-back";

    private const string OwnFolder = ".conclave";

    /// <summary>Splits the files of a state; the same files give the same split.</summary>
    /// <param name="agreed">Files that a person agreed to although they act by being opened or pushed.</param>
    public static DeliveredFiles Of(IEnumerable<FileChange> files, ImmutableHashSet<string>? agreed = null)
    {
        var kept = ImmutableSortedDictionary.CreateBuilder<string, FileChange>(StringComparer.Ordinal);
        var heldBack = ImmutableArray.CreateBuilder<HeldBackFile>();
        var (paths, names) = (new PathSet(), new PathSet());
        // Whatever does not go together with an acceptance test gives way to it.
        foreach (var file in files.OrderBy(file => !file.Path.StartsWith(FileOwnership.AcceptanceFolder, StringComparison.Ordinal)).ThenBy(file => file.Path, StringComparer.Ordinal))
        {
            if ((WhyHeldBack(file.Path, agreed ?? []) ?? paths.Add(file.Path)) is { } reason)
            {
                heldBack.Add(new HeldBackFile(file, reason, KeptAs(file.Path, names)));
            }
            else
            {
                kept.Add(file.Path, file);
            }
        }

        return new DeliveredFiles(kept.ToImmutable(), [.. heldBack.OrderBy(held => held.Change.Path, StringComparer.Ordinal)]);
    }

    private static string? WhyHeldBack(string path, ImmutableHashSet<string> agreed) =>
        PathPolicy.Check(path)
        ?? (UnicodeText.Key(path.Split('/')[0]) is OwnFolder or "conclave.md" ? "has a name that belongs to Conclave's own report" : null)
        ?? (!agreed.Contains(path) && RiskyFiles.Of(path) is { Moment: RiskMoment.Opened } risk ? risk.Reason : null);

    // Where it would lie, as a text that no tool looks for; under a number where that name is not possible.
    private static string KeptAs(string path, PathSet names)
    {
        var name = $"{HeldBackFolder}/{path}.txt";
        return PathPolicy.Check(path) is null && PathPolicy.Check(name) is null && names.Add(name) is null
            ? name
            : $"{HeldBackFolder}/{BlobId.Of(System.Text.Encoding.UTF8.GetBytes(path)).Value[..16]}.txt";
    }
}

/// <summary>A file that the user does not get under its own name.</summary>
/// <param name="Reason">Why, as the rest of a sentence that begins with its path.</param>
/// <param name="KeptAs">Where its content lies in the delivered project.</param>
internal sealed record HeldBackFile(FileChange Change, string Reason, string KeptAs);
