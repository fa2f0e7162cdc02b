using System.IO.Compression;
using System.Text.Json;
using Conclave.Engine;
using Conclave.Engine.Journal;

namespace Conclave.Storage.Bundles;

/// <summary>Writes a session as one file. The same session gives the same bytes: fixed order, fixed times, nothing of the machine.</summary>
public static class BundleFile
{
    // The first moment that a zip can name.
    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes the bundle to a stream.</summary>
    public static void Write(SessionBundle bundle, string conclaveVersion, Stream stream)
    {
        using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        var entries = BundleFormat.WriteEntries(bundle.Entries);
        Add(zip, BundleFormat.ManifestName, JsonSerializer.SerializeToUtf8Bytes(BundleFormat.Manifest(bundle, entries, conclaveVersion), EngineJson.Indented));
        Add(zip, BundleFormat.EntriesName, entries);
        foreach (var (name, blob) in bundle.Blobs)
        {
            Add(zip, BundleFormat.BlobPrefix + name, blob.Content.Span);
        }
    }

    private static void Add(ZipArchive zip, string name, ReadOnlySpan<byte> content)
    {
        var part = zip.CreateEntry(name, CompressionLevel.Optimal);
        part.LastWriteTime = NoTime;
        using var stream = part.Open();
        stream.Write(content);
    }
}
