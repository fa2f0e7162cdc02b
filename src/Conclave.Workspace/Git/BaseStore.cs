using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Conclave.Engine.Journal;
using Conclave.Workspace.Files;

namespace Conclave.Workspace.Git;

/// <summary>
/// A git store of ours that sees the objects of a user's repository without copying them and without any of its settings. Commits on top of its base are
/// made here and only then, whole, put there. Disposable; one writer at a time.
/// </summary>
/// <param name="directory">The store; made anew by <see cref="Open"/>.</param>
internal sealed class BaseStore(string directory, BaseRepository origin)
{
    private const string NoCommit = "0000000000000000000000000000000000000000";

    /// <summary>Makes it.</summary>
    /// <exception cref="GitFailedException">The user's repository is gone or damaged.</exception>
    public static async Task<BaseStore> Open(string directory, BaseRepository origin, CancellationToken cancel)
    {
        var objects = await UserRepository.In(origin.GitDirectory, "rev-parse", "--path-format=absolute", "--git-path", "objects").Run(cancel);
        var shallow = await UserRepository.In(origin.GitDirectory, "rev-parse", "--path-format=absolute", "--git-path", "shallow").Run(cancel);
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }

        Directory.CreateDirectory(Path.Combine(directory, "objects", "pack"));
        Directory.CreateDirectory(Path.Combine(directory, "objects", "info"));
        Directory.CreateDirectory(Path.Combine(directory, "refs", "heads"));
        await File.WriteAllTextAsync(Path.Combine(directory, "config"), "[core]\n\trepositoryformatversion = 0\n\tbare = true\n", cancel);
        await File.WriteAllTextAsync(Path.Combine(directory, "HEAD"), "ref: refs/heads/none\n", cancel);
        await File.WriteAllTextAsync(Path.Combine(directory, "objects", "info", "alternates"), $"{objects}\n", cancel);
        if (File.Exists(shallow))
        {
            File.Copy(shallow, Path.Combine(directory, "shallow"));
        }

        return new BaseStore(directory, origin);
    }

    /// <summary>Every entry of the base's tree: files, links and submodules.</summary>
    public async Task<ImmutableArray<BaseEntry>> Entries(CancellationToken cancel) =>
    [
        .. (await In("ls-tree", "-r", "-z", "-l", "--full-tree", origin.Commit).Run(cancel)).Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(BaseEntry.Read),
    ];

    /// <summary>Reads blobs one after the other.</summary>
    public Task Read(IReadOnlyList<string> ids, Func<int, byte[], Task> found, CancellationToken cancel) => (In("cat-file", "--batch", "--buffer") with
    {
        Input = GitCommand.Text(string.Concat(ids.Select(id => $"{id}\n"))),
        Output = async (output, token) =>
        {
            for (var index = 0; index < ids.Count; index++)
            {
                // 3b18e512dba79e4c8300dd08aeb37f8e728b8dad blob 12
                var header = await Line(output, token);
                var content = int.TryParse(header.Split(' ')[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                    ? new byte[length]
                    : throw new IOException($"the object {ids[index]} is not there; is it a partial clone?");
                await output.ReadExactlyAsync(content, token);
                _ = await output.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: true, token);
                await found(index, content);
            }
        },
    }).Run(cancel);

    /// <summary>Writes commits, each on the one before it and the first on the base.</summary>
    /// <returns>The last one; the base when there are none.</returns>
    public async Task<string> Write(IReadOnlyList<BranchCommit> commits, Func<BlobId, CancellationToken, Task<Blob>> read, CancellationToken cancel)
    {
        ImmutableArray<BlobId> ids = [.. commits.SelectMany(commit => commit.Changes.Values).OfType<BlobId>().Distinct()];
        Dictionary<BlobId, PackedBlob> packed = [];
        if (!ids.IsEmpty)
        {
            await (In("index-pack", "--stdin", "--strict") with { Input = async (input, token) => packed = await BlobPack.Write(input, ids, read, token) }).Run(cancel);
        }

        var modes = (await Entries(cancel)).ToDictionary(entry => entry.Path, entry => entry.Mode, StringComparer.Ordinal);
        var tip = origin.Commit;
        foreach (var commit in commits)
        {
            tip = await GitCommits.Write(directory, commit.Author, commit.Time, commit.Message, await Tree(tip, commit, packed, modes, cancel), tip, cancel);
        }

        return tip;
    }

    /// <summary>What a commit changes against the base, in words and lines.</summary>
    public Task<string> Diff(string tip, CancellationToken cancel) =>
        In("diff-tree", "-r", "-p", "--stat", "--no-ext-diff", "--no-textconv", "--no-renames", "--no-color", origin.Commit, tip).Run(cancel);

    /// <summary>Puts a branch of the user's repository on a commit, with all that it needs. A branch that is there is not moved.</summary>
    /// <exception cref="BranchTakenException">There is another one of this name.</exception>
    public async Task Publish(string tip, string branch, CancellationToken cancel)
    {
        await (UserRepository.In(origin.GitDirectory, "index-pack", "--stdin", "--strict") with
        {
            Input = async (input, token) => await (In("pack-objects", "--revs", "--stdout", "--quiet") with
            {
                Input = GitCommand.Text($"{tip}\n^{origin.Commit}\n"),
                Output = (objects, inner) => objects.CopyToAsync(input, inner),
            }).Run(token),
        }).Run(cancel);
        if (await UserRepository.Tip(origin.GitDirectory, branch, cancel) is { } there)
        {
            if (there != tip)
            {
                throw new BranchTakenException(branch);
            }

            return;
        }

        var command = UserRepository.In(origin.GitDirectory, "update-ref", $"refs/heads/{branch}", tip, NoCommit);
        await (command with { Environment = command.Environment.SetItems(GitCommits.Committer(DateTimeOffset.UnixEpoch)) }).Run(cancel);
    }

    private GitCommand In(params ImmutableArray<string> arguments) => UserRepository.In(directory, arguments);

    private async Task<string> Tree(string parent, BranchCommit commit, Dictionary<BlobId, PackedBlob> blobs, Dictionary<string, string> modes, CancellationToken cancel)
    {
        // What goes must go first: a folder may take the place of a file.
        var entries = new StringBuilder();
        foreach (var (path, id) in commit.Changes.OrderBy(change => change.Value is not null))
        {
            var mode = modes.TryGetValue(path, out var before) ? before : id is { } blob && TreeLayout.IsProgram(path, blobs[blob].HasInterpreter) ? "100755" : "100644";
            entries.Append(id is { } content ? $"{mode} {blobs[content].ObjectId}" : $"0 {NoCommit}").Append('\t').Append(path).Append('\0');
        }

        File.Delete(Path.Combine(directory, "index"));
        await In("read-tree", parent).Run(cancel);
        await (In("update-index", "-z", "--index-info") with { Input = GitCommand.Text(entries.ToString()) }).Run(cancel);
        return await In("write-tree").Run(cancel);
    }

    private static async Task<string> Line(Stream stream, CancellationToken cancel)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one, cancel) == 1 && one[0] != '\n')
        {
            line.Add(one[0]);
        }

        return Encoding.ASCII.GetString([.. line]);
    }
}

/// <summary>A commit on top of a base, by what it changes.</summary>
/// <param name="Changes">The new contents by their paths; null deletes.</param>
internal sealed record BranchCommit(Signature Author, DateTimeOffset Time, string Message, ImmutableSortedDictionary<string, BlobId?> Changes);

/// <summary>An entry of a tree: <c>100644 blob 3b18e51...      12\tREADME.md</c>.</summary>
/// <param name="Size">Null for what is no file's content.</param>
internal sealed record BaseEntry(string Mode, string ObjectId, long? Size, string Path)
{
    public static BaseEntry Read(string line)
    {
        var (facts, path) = line.Split('\t', 2) switch { [var first, var second] => (first, second), _ => throw new InvalidDataException($"git lists `{OneLine.Of(line)}`") };
        var parts = facts.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new BaseEntry(parts[0], parts[2], long.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : null, path);
    }
}

/// <summary>A branch of this name is there and is another.</summary>
internal sealed class BranchTakenException(string branch) : Exception($"there is a branch {branch} already, of something else");
