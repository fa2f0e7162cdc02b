using System.IO.Compression;
using System.Security.Cryptography;
using Conclave.Engine.Journal;
using Conclave.Workspace.Files;

namespace Conclave.Workspace.Git;

/// <summary>
/// A pack of blobs for <c>git index-pack</c>: one process for all contents, and git sees neither a path nor an attribute, so there is nothing that a
/// filter could act on. Format: gitformat-pack(5), version 2, without deltas.
/// </summary>
internal static class BlobPack
{
    private const int BlobType = 3;

    /// <summary>Writes the pack, reading one blob at a time.</summary>
    /// <returns>What git calls each blob.</returns>
    public static async Task<Dictionary<BlobId, PackedBlob>> Write(Stream output, IReadOnlyCollection<BlobId> ids, Func<BlobId, CancellationToken, Task<Blob>> read, CancellationToken cancel)
    {
        using var pack = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        var packed = new Dictionary<BlobId, PackedBlob>();
        await Put("PACK\0\0\0\u0002"u8.ToArray());
        await Put([(byte)(ids.Count >> 24), (byte)(ids.Count >> 16), (byte)(ids.Count >> 8), (byte)ids.Count]);
        foreach (var id in ids)
        {
            var content = (await read(id, cancel)).Content;
            await Put(Header(content.Length));
            await Put(Compressed(content.Span));
            packed[id] = new PackedBlob(GitObjects.Blob(content.Span), TreeLayout.HasInterpreter(content.Span));
        }

        await output.WriteAsync(pack.GetHashAndReset(), cancel);
        return packed;

        async Task Put(byte[] bytes)
        {
            pack.AppendData(bytes);
            await output.WriteAsync(bytes, cancel);
        }
    }

    // Type and length: four bits of the length in the first byte, seven in each that follows.
    private static byte[] Header(long length)
    {
        var bytes = new List<byte> { (byte)((BlobType << 4) | (int)(length & 15)) };
        for (var rest = length >> 4; rest > 0; rest >>= 7)
        {
            bytes[^1] |= 0x80;
            bytes.Add((byte)(rest & 0x7F));
        }

        return [.. bytes];
    }

    private static byte[] Compressed(ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty)
        {
            // ZLibStream writes nothing at all for nothing; this is zlib for nothing.
            return [0x78, 0x9C, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01];
        }

        using var buffer = new MemoryStream();
        using (var zlib = new ZLibStream(buffer, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(content);
        }

        return buffer.ToArray();
    }
}

/// <summary>A blob as git knows it.</summary>
/// <param name="HasInterpreter">Whether it begins with <c>#!</c>.</param>
internal sealed record PackedBlob(string ObjectId, bool HasInterpreter);
