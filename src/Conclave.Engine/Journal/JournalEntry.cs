using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Conclave.Engine.Definition;

namespace Conclave.Engine.Journal;

/// <summary>One line of a session's record.</summary>
/// <param name="Seq">From 1, without gaps.</param>
/// <param name="Phase">The phase it belongs to; null for the session as a whole.</param>
/// <param name="Step">The step's label in a phase with a matrix; else null.</param>
public sealed record JournalEntry(
    long Seq,
    SessionId SessionId,
    DateTimeOffset Time,
    PhaseId? Phase,
    string? Step,
    EntryBody Body);

/// <summary>An entry before the journal gave it its number.</summary>
/// <param name="Blobs">Blobs that come into being with it, besides its long texts.</param>
public sealed record NewEntry(
    DateTimeOffset Time,
    PhaseId? Phase,
    string? Step,
    EntryBody Body,
    IReadOnlyCollection<Blob> Blobs)
{
    /// <summary>Every blob that must be stored with it.</summary>
    public IEnumerable<Blob> AllBlobs() =>
        Body.Texts().Where(text => text.Blob is not null).Select(text => Blob.Of(text.Text)).Concat(Blobs);
}

/// <summary>The chain of hashes: each row's is SHA-256 over the hash before it, its number, its kind and its body's exact bytes.</summary>
public static class EntryHash
{
    /// <summary>The hash before the first entry: 32 zero bytes.</summary>
    public static ReadOnlyMemory<byte> Start { get; } = new byte[SHA256.HashSizeInBytes];

    /// <summary>
    /// SHA-256(previous (32 bytes) ‖ seq (8 bytes, big-endian) ‖ length of kind (4 bytes, big-endian) ‖ kind (UTF-8) ‖ body).
    /// </summary>
    public static byte[] Of(ReadOnlySpan<byte> previous, long seq, string kind, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> numbers = stackalloc byte[12];
        var kindBytes = Encoding.UTF8.GetBytes(kind);
        BinaryPrimitives.WriteInt64BigEndian(numbers, seq);
        BinaryPrimitives.WriteInt32BigEndian(numbers[8..], kindBytes.Length);
        hash.AppendData(previous);
        hash.AppendData(numbers);
        hash.AppendData(kindBytes);
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }
}
