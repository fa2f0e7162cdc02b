using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Conclave.Workspace.Git;

/// <summary>
/// What git calls an object, without git: the SHA-1 of its type, its length and its bytes. So a commit can be named before any repository holds it. Pure.
/// </summary>
internal static class GitObjects
{
    /// <summary>The id of a file's content.</summary>
    public static string Blob(ReadOnlySpan<byte> content) => Id("blob", content);

    /// <summary>The id of a tree of files.</summary>
    /// <param name="files">Mode (<c>100644</c>) and id by path.</param>
    public static string Tree(IReadOnlyCollection<(string Path, string Mode, string Id)> files)
    {
        var entries = files.GroupBy(file => file.Path.Split('/')[0], StringComparer.Ordinal)
            .Select(group => group.First() is var first && first.Path == group.Key ? (Name: group.Key, first.Mode, first.Id)
                : (Name: group.Key, Mode: "40000", Id: Tree([.. group.Select(file => (file.Path[(group.Key.Length + 1)..], file.Mode, file.Id))])))
            .ToList();
        using var bytes = new MemoryStream();
        foreach (var (name, mode, id) in entries.OrderBy(entry => Encoding.UTF8.GetBytes(entry.Mode == "40000" ? $"{entry.Name}/" : entry.Name), ByteOrder.Instance))
        {
            bytes.Write(Encoding.UTF8.GetBytes($"{mode} {name}\0"));
            bytes.Write(Convert.FromHexString(id));
        }

        return Id("tree", bytes.ToArray());
    }

    /// <summary>The id of a commit as <see cref="GitCommits.Write"/> makes it.</summary>
    public static string Commit(Signature author, DateTimeOffset time, string message, string tree, string? parent)
    {
        var seconds = time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var text = $"tree {tree}\n{(parent is null ? "" : $"parent {parent}\n")}author {author} {seconds} +0000\ncommitter {Signature.Conclave} {seconds} +0000\n\n{message}";
        return Id("commit", Encoding.UTF8.GetBytes(text));
    }

    private static string Id(string type, ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{type} {content.Length}\0")));
        hash.AppendData(content);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // git compares names byte by byte, folders as if they ended with a slash.
    private sealed class ByteOrder : IComparer<byte[]>
    {
        public static ByteOrder Instance { get; } = new();

        public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
    }
}
