using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Conclave.Engine.Journal;
using Conclave.Workspace.Files;

namespace Conclave.Workspace.Git;

/// <summary>
/// A project's history in a bare git store: a projection of the journal, made by plumbing. The same commits give the same ids, so writing twice is
/// writing once, and what a killed process left behind is swept away or used. The store is disposable: a damaged one is made anew. One writer at a time.
/// </summary>
/// <param name="directory">The store; made when there is none. Its parent too.</param>
internal sealed class ProjectHistory(string directory)
{
    /// <summary>The one branch.</summary>
    public const string Branch = "refs/heads/main";

    private const string Head = $"ref: {Branch}\n";
    private const string NoCommit = "0000000000000000000000000000000000000000";
    private const string Config = "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n";

    /// <summary>Writes the commits, each on the one before it, and puts the branch on the last.</summary>
    /// <param name="failpoint">Called after the objects and after the branch are written.</param>
    /// <returns>The id of the last commit; null when there are none.</returns>
    /// <exception cref="GitFailedException">git failed on a fresh store too: there is no room, or no permission.</exception>
    public async Task<string?> Write(
        IReadOnlyList<HistoryCommit> commits, Func<BlobId, CancellationToken, Task<Blob>> read, Action<string> failpoint, CancellationToken cancel)
    {
        if (commits.Count == 0)
        {
            return null;
        }

        try
        {
            return await WriteOnce(commits, read, failpoint, cancel);
        }
        catch (GitFailedException)
        {
            Discard();
            return await WriteOnce(commits, read, failpoint, cancel);
        }
    }

    /// <summary>Writes an annotated tag of a commit, as an object that no ref names yet. The same tag gives the same id.</summary>
    /// <returns>The id of the tag.</returns>
    public Task<string> WriteTag(HistoryTag tag, string commit, CancellationToken cancel) => new GitCommand(directory, "mktag", "--strict")
    {
        Input = GitCommand.Text(string.Create(
            CultureInfo.InvariantCulture, $"object {commit}\ntype commit\ntag {tag.Name}\ntagger {Signature.Conclave} {tag.Time.ToUnixTimeSeconds()} +0000\n\n{tag.Message}")),
    }.Run(cancel);

    /// <summary>
    /// Writes everything that a commit or a tag needs into another repository's object store. git reads and checks every object on the way, so that damage
    /// in this store is found here.
    /// </summary>
    /// <exception cref="GitFailedException">An object is missing or damaged, or the target can't be written.</exception>
    public Task CopyTo(string repository, string tip, CancellationToken cancel) => new GitCommand(repository, "index-pack", "--stdin", "--strict")
    {
        Input = async (input, token) => await new GitCommand(directory, "pack-objects", "--revs", "--stdout", "--quiet")
        {
            Input = GitCommand.Text($"{tip}\n"),
            Output = (objects, inner) => objects.CopyToAsync(input, inner),
        }.Run(token),
    }.Run(cancel);

    /// <summary>Throws the store away.</summary>
    public void Discard()
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private async Task<string> WriteOnce(
        IReadOnlyList<HistoryCommit> commits, Func<BlobId, CancellationToken, Task<Blob>> read, Action<string> failpoint, CancellationToken cancel)
    {
        Prepare();
        var blobs = await WriteBlobs(commits, read, cancel);
        string? last = null;
        foreach (var commit in commits)
        {
            last = await GitCommits.Write(directory, commit.Author, commit.Time, commit.Message, await WriteTree(commit.Tree, blobs, cancel), last, cancel);
        }

        failpoint("deliver:objects");
        await MoveBranch(last!, cancel);
        failpoint("deliver:ref");
        return last!;
    }

    private void Prepare()
    {
        if (!IsIntact())
        {
            Discard();
            Directory.CreateDirectory(Path.Combine(directory, "objects", "pack"));
            Directory.CreateDirectory(Path.Combine(directory, "refs", "heads"));
            File.WriteAllText(Path.Combine(directory, "config"), Config);
            File.WriteAllText(Path.Combine(directory, "HEAD"), Head);
        }

        // A process that was killed inside git leaves its locks and unfinished files; nobody else is at work here.
        var left = Directory.EnumerateFiles(directory, "*.lock", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Path.Combine(directory, "objects"), "tmp_*", SearchOption.AllDirectories))
            .Append(Path.Combine(directory, "index"));
        left.ToList().ForEach(File.Delete);
    }

    private bool IsIntact() =>
        Holds("HEAD", Head) && Holds("config", Config)
        && Directory.Exists(Path.Combine(directory, "objects", "pack")) && Directory.Exists(Path.Combine(directory, "refs", "heads"));

    private bool Holds(string file, string text) => File.Exists(Path.Combine(directory, file)) && File.ReadAllText(Path.Combine(directory, file)) == text;

    private async Task<Dictionary<BlobId, PackedBlob>> WriteBlobs(
        IReadOnlyList<HistoryCommit> commits, Func<BlobId, CancellationToken, Task<Blob>> read, CancellationToken cancel)
    {
        ImmutableArray<BlobId> ids = [.. commits.SelectMany(commit => commit.Tree.Values).Distinct()];
        Dictionary<BlobId, PackedBlob> packed = [];
        if (!ids.IsEmpty)
        {
            await new GitCommand(directory, "index-pack", "--stdin", "--strict")
            {
                Input = async (input, token) => packed = await BlobPack.Write(input, ids, read, token),
            }.Run(cancel);
        }

        return packed;
    }

    // The index is only a way to a tree here: begun anew, filled by paths and ids, written, and never compared with any file.
    private async Task<string> WriteTree(ImmutableSortedDictionary<string, BlobId> files, Dictionary<BlobId, PackedBlob> blobs, CancellationToken cancel)
    {
        var entries = new StringBuilder();
        foreach (var (path, id) in files)
        {
            var blob = blobs[id];
            entries.Append(TreeLayout.IsProgram(path, blob.HasInterpreter) ? "100755 " : "100644 ").Append(blob.ObjectId).Append('\t').Append(path).Append('\0');
        }

        File.Delete(Path.Combine(directory, "index"));
        await new GitCommand(directory, "update-index", "-z", "--index-info") { Input = GitCommand.Text(entries.ToString()) }.Run(cancel);
        return await new GitCommand(directory, "write-tree").Run(cancel);
    }

    private async Task MoveBranch(string commit, CancellationToken cancel)
    {
        var old = await new GitCommand(directory, "for-each-ref", "--format=%(objectname)", Branch).Run(cancel);
        if (old != commit)
        {
            await new GitCommand(directory, "update-ref", Branch, commit, old.Length == 0 ? NoCommit : old).Run(cancel);
        }
    }
}
