using System.Buffers.Binary;

namespace Conclave.Storage.Bundles;

/// <summary>
/// Looks at the end of a zip before anybody reads its directory: a directory of millions of parts would be read whole into memory. A file of ours ends with the
/// 22 bytes <c>PK\5\6</c>, disk numbers, counts, size and place of the directory, and no comment (APPNOTE 4.3.16).
/// </summary>
internal static class ZipDirectory
{
    private const int EndBytes = 22;
    private const uint EndSignature = 0x06054b50;
    private const int MaxRecordBytes = 46 + 128;

    public static void Check(Stream file, BundleLimits limits, Func<string, Exception> refusal)
    {
        if (file.Length > limits.FileBytes)
        {
            throw refusal($"the file is larger than {limits.FileBytes} bytes");
        }

        Span<byte> end = stackalloc byte[EndBytes];
        if (file.Length < EndBytes)
        {
            throw refusal("the file is not a zip, or ends too early");
        }

        file.Seek(-EndBytes, SeekOrigin.End);
        file.ReadExactly(end);
        file.Seek(0, SeekOrigin.Begin);
        var (parts, size, place) = (BinaryPrimitives.ReadUInt16LittleEndian(end[10..]), BinaryPrimitives.ReadUInt32LittleEndian(end[12..]), BinaryPrimitives.ReadUInt32LittleEndian(end[16..]));
        if (BinaryPrimitives.ReadUInt32LittleEndian(end) != EndSignature || place + (long)size + EndBytes != file.Length)
        {
            throw refusal("the file is not a zip as they are written here, or ends too early");
        }

        if (parts > limits.Parts || size > (long)limits.Parts * MaxRecordBytes)
        {
            throw refusal($"it has more than {limits.Parts} parts");
        }
    }
}
