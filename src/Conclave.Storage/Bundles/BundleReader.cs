using System.Buffers;
using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json;
using Conclave.Engine;
using Conclave.Engine.Journal;

namespace Conclave.Storage.Bundles;

/// <summary>
/// Reads a session file and believes nothing in it: its directory, names, sizes, counts, the chain of its entries and the hash of every blob are
/// checked before the caller gets anything. Nothing is ever unpacked to disk.
/// </summary>
public static class BundleReader
{
    private const string Fix = "export the session anew, or fetch the file again";

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>Reads a file that can be sought.</summary>
    public static BundleReading Read(Stream file, BundleLimits? limits = null)
    {
        try
        {
            var bundle = new Reading(limits ?? BundleLimits.Default).Read(file);
            return bundle.Check() is { } finding ? new BundleReading.Refused(finding) : new BundleReading.Read(bundle);
        }
        catch (NotBelievedException why)
        {
            return new BundleReading.Refused(why.Finding);
        }
        catch (Exception error) when (error is InvalidDataException or JsonException or NotSupportedException or EndOfStreamException)
        {
            return new BundleReading.Refused(Finding($"the file is not a session file, or is damaged: {error.Message}"));
        }
    }

    private static JournalFinding Finding(string what, SessionId? session = null, long? entry = null) => new("CONC708", session, entry, what, Fix);

    private sealed class Reading(BundleLimits limits)
    {
        private long unpacked;

        public SessionBundle Read(Stream file)
        {
            ZipDirectory.Check(file, limits, what => new NotBelievedException(Finding(what)));
            using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            var parts = Parts(zip);
            var manifest = Manifest(Unpack(Required(parts, BundleFormat.ManifestName)));
            var lines = Unpack(Required(parts, BundleFormat.EntriesName));
            var entries = Entries(manifest.Id, lines);
            if (manifest.Seal != BundleFormat.Seal(manifest.Id, lines))
            {
                // What breaks the seal most often breaks one entry, which is worth naming.
                throw new NotBelievedException(
                    new SessionBundle(manifest.Id, entries, ImmutableSortedDictionary<string, Blob>.Empty).CheckEntries()
                    ?? Finding($"the entries do not fit the seal in {BundleFormat.ManifestName}", manifest.Id));
            }

            var blobs = Blobs(parts, manifest.Id);
            Refuse(entries.Length != manifest.Entries, $"it has {entries.Length} entries, and {BundleFormat.ManifestName} says {manifest.Entries}", manifest.Id);
            Refuse(blobs.Count != manifest.Blobs, $"it has {blobs.Count} blobs, and {BundleFormat.ManifestName} says {manifest.Blobs}", manifest.Id);
            Refuse(entries.IsEmpty || Convert.ToHexStringLower(entries[^1].Hash.Span) != manifest.LastHash, $"its last entry is not the one that {BundleFormat.ManifestName} names", manifest.Id);
            return new SessionBundle(manifest.Id, entries, blobs);
        }

        private static Dictionary<string, ZipArchiveEntry> Parts(ZipArchive zip)
        {
            var parts = new Dictionary<string, ZipArchiveEntry>(StringComparer.Ordinal);
            foreach (var part in zip.Entries)
            {
                Refuse(!IsKnown(part.FullName), $"it has a part `{part.FullName}`, which no session file has");
                Refuse(!parts.TryAdd(part.FullName, part), $"its part `{part.FullName}` is there twice");
            }

            return parts;
        }

        private static bool IsKnown(string name) => name is BundleFormat.ManifestName or BundleFormat.EntriesName
            || (name.StartsWith(BundleFormat.BlobPrefix, StringComparison.Ordinal)
                && name.Length == BundleFormat.BlobPrefix.Length + 64
                && !name.AsSpan(BundleFormat.BlobPrefix.Length).ContainsAnyExcept(HexDigits));

        private static ZipArchiveEntry Required(Dictionary<string, ZipArchiveEntry> parts, string name) =>
            parts.GetValueOrDefault(name) ?? throw new NotBelievedException(Finding($"it has no {name}"));

        private static BundleManifest Manifest(byte[] json)
        {
            using var document = JsonDocument.Parse(json);
            var format = document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("format", out var value) && value.TryGetInt32(out var number) ? number : 0;
            Refuse(format != BundleFormat.Version, $"it has format {format}; this version reads format {BundleFormat.Version}");
            var manifest = document.RootElement.Deserialize<BundleManifest>(EngineJson.Options)!;
            Refuse(!SessionId.IsValid(manifest.Id.Value), "its session has a name that is not allowed");
            return manifest;
        }

        private ImmutableArray<StoredEntry> Entries(SessionId session, byte[] lines)
        {
            var entries = ImmutableArray.CreateBuilder<StoredEntry>();
            foreach (var range in Lines(lines))
            {
                Refuse(entries.Count >= limits.Entries, $"it has more than {limits.Entries} entries", session);
                try
                {
                    entries.Add(BundleFormat.ReadEntry(lines.AsMemory(range)));
                }
                catch (JsonException error)
                {
                    throw new NotBelievedException(JournalFinding.BadEntry(session, entries.Count + 1, error.Message));
                }
            }

            return entries.ToImmutable();
        }

        private ImmutableSortedDictionary<string, Blob> Blobs(Dictionary<string, ZipArchiveEntry> parts, SessionId session)
        {
            var blobs = ImmutableSortedDictionary.CreateBuilder<string, Blob>(StringComparer.Ordinal);
            foreach (var (name, part) in parts.Where(part => part.Key.StartsWith(BundleFormat.BlobPrefix, StringComparison.Ordinal)))
            {
                var blob = Blob.Of(Unpack(part));
                var id = name[BundleFormat.BlobPrefix.Length..];
                Refuse(blob.Id.Value != id, $"blob {id} has other bytes than its name says", session);
                blobs.Add(id, blob);
            }

            return blobs.ToImmutable();
        }

        // What a part says about its own size is not believed: bytes are counted as they come.
        private byte[] Unpack(ZipArchiveEntry part)
        {
            using var content = new MemoryStream();
            using var stream = part.Open();
            var buffer = new byte[81_920];
            int read;
            while ((read = stream.Read(buffer)) > 0)
            {
                unpacked += read;
                Refuse(content.Length + read > limits.PartBytes, $"its part `{part.FullName}` is larger than {limits.PartBytes} bytes");
                Refuse(unpacked > limits.AllBytes, $"it is larger than {limits.AllBytes} bytes when it is unpacked");
                content.Write(buffer, 0, read);
            }

            return content.ToArray();
        }

        private static IEnumerable<Range> Lines(byte[] text)
        {
            for (var start = 0; start < text.Length;)
            {
                var length = text.AsSpan(start).IndexOf((byte)'\n');
                var end = length < 0 ? text.Length : start + length;
                yield return start..end;
                start = end + 1;
            }
        }

        private static void Refuse(bool wrong, string what, SessionId? session = null)
        {
            if (wrong)
            {
                throw new NotBelievedException(Finding(what, session));
            }
        }
    }

    private sealed class NotBelievedException(JournalFinding finding) : Exception(finding.ToString())
    {
        public JournalFinding Finding { get; } = finding;
    }
}
