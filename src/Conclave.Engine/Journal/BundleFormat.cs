using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Conclave.Engine.Definition;

namespace Conclave.Engine.Journal;

/// <summary>
/// The words of a session file: a zip of <c>session.json</c>, <c>entries.ndjson</c> and <c>blobs/SHA256</c>. A line of the entries is
/// <code>
/// {"seq":3,"time":1795000000123,"kind":"phase-started/1","phase":"plan","hash":"5e...","body":{"steps":[""]}}
/// </code>
/// where <c>body</c> is the exact text that the hash covers.
/// </summary>
public static class BundleFormat
{
    /// <summary>The format that is written, and the newest that is read.</summary>
    public const int Version = 1;

    /// <summary>The name of the part that says what is in the others.</summary>
    public const string ManifestName = "session.json";

    /// <summary>The name of the part with the entries.</summary>
    public const string EntriesName = "entries.ndjson";

    /// <summary>What the name of a blob's part begins with; its SHA-256 follows.</summary>
    public const string BlobPrefix = "blobs/";

    /// <summary>The entries as their file holds them.</summary>
    public static byte[] WriteEntries(IEnumerable<StoredEntry> entries)
    {
        using var bytes = new MemoryStream();
        foreach (var entry in entries)
        {
            var line = new EntryLine(entry.Seq, entry.Time.ToUnixTimeMilliseconds(), entry.Kind, entry.Phase, entry.Step, Convert.ToHexStringLower(entry.Hash.Span));
            bytes.Write(JsonSerializer.SerializeToUtf8Bytes(line, EngineJson.Options).AsSpan()[..^1]);
            bytes.Write(",\"body\":"u8);
            bytes.Write(entry.Body.Span);
            bytes.Write("}\n"u8);
        }

        return bytes.ToArray();
    }

    /// <summary>Reads one line of the entries.</summary>
    /// <exception cref="JsonException">It is no such line.</exception>
    public static StoredEntry ReadEntry(ReadOnlyMemory<byte> line)
    {
        var head = JsonSerializer.Deserialize<EntryLine>(line.Span, EngineJson.Options) ?? throw new JsonException("The line is empty.");
        using var document = JsonDocument.Parse(line);
        if (!document.RootElement.TryGetProperty("body", out var body) || head is not { Kind: not null, Hash: not null })
        {
            throw new JsonException("The line has no kind, no hash or no body.");
        }

        try
        {
            return new StoredEntry(
                head.Seq, DateTimeOffset.FromUnixTimeMilliseconds(head.Time), head.Kind, head.Phase, head.Step, Encoding.UTF8.GetBytes(body.GetRawText()), Convert.FromHexString(head.Hash));
        }
        catch (Exception error) when (error is FormatException or ArgumentOutOfRangeException)
        {
            throw new JsonException($"The time or the hash is not one: {error.Message}", error);
        }
    }

    /// <summary>What the entries and blobs of a bundle must add up to.</summary>
    public static BundleManifest Manifest(SessionBundle bundle, ReadOnlySpan<byte> entries, string conclaveVersion) => new(
        Version,
        bundle.Id,
        conclaveVersion,
        bundle.Entries.Length,
        bundle.Blobs.Count,
        Convert.ToHexStringLower(bundle.Entries[^1].Hash.Span),
        Seal(bundle.Id, entries),
        bundle.Summary());

    /// <summary>
    /// SHA-256 (session id, in UTF-8 ‖ new line ‖ the part with the entries). It covers what the chain does not: the session's name, and times, phases and steps.
    /// </summary>
    public static string Seal(SessionId session, ReadOnlySpan<byte> entries)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{session}\n"));
        hash.AppendData(entries);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private sealed record EntryLine(long Seq, long Time, string? Kind, PhaseId? Phase, string? Step, string? Hash);
}

/// <summary>What <c>session.json</c> says.</summary>
/// <param name="Format">The format of the file.</param>
/// <param name="ConclaveVersion">The version that wrote the file.</param>
/// <param name="LastHash">The hash of the last entry, which covers all before it.</param>
/// <param name="Seal">The hash of everything in the part with the entries (<see cref="BundleFormat.Seal"/>).</param>
/// <param name="Summary">For people and tools; what is read is made anew from the entries.</param>
public sealed record BundleManifest(
    int Format,
    SessionId Id,
    string ConclaveVersion,
    int Entries,
    int Blobs,
    string LastHash,
    string Seal,
    SessionSummary Summary);
