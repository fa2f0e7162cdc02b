using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace Conclave.Engine.Journal;

/// <summary>The name of a blob: the SHA-256 of its bytes in lower-case hexadecimal.</summary>
[JsonConverter(typeof(IdentifierConverter<BlobId>))]
public readonly record struct BlobId(string Value) : IIdentifier<BlobId>
{
    /// <inheritdoc />
    public static BlobId From(string value) => new(value);

    /// <summary>The name of these bytes.</summary>
    public static BlobId Of(ReadOnlySpan<byte> content) => new(Convert.ToHexStringLower(SHA256.HashData(content)));

    /// <inheritdoc />
    public override string ToString() => Value;
}

/// <summary>Bytes that the journal keeps beside its entries, once for each content.</summary>
public sealed record Blob(BlobId Id, ReadOnlyMemory<byte> Content)
{
    /// <summary>The blob with this text in UTF-8.</summary>
    public static Blob Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    /// <summary>The blob with these bytes.</summary>
    public static Blob Of(byte[] content) => new(BlobId.Of(content), content);

    /// <summary>The content read as UTF-8.</summary>
    public string Text => Encoding.UTF8.GetString(Content.Span);
}
