using System.Runtime.Versioning;
using System.Text;
using Conclave.Workspace.Sandbox;

namespace Conclave.Workspace.Verification;

/// <summary>Reads files of trees that may be hostile.</summary>
[SupportedOSPlatform("linux")]
internal static class BoundedText
{
    /// <summary>The beginning of a regular file as text; empty for links, pipes and what can't be read.</summary>
    public static string Read(string file, int most)
    {
        using var handle = Libc.OpenToRead(file);
        if (handle.IsInvalid)
        {
            return "";
        }

        using var stream = new FileStream(handle, FileAccess.Read);
        if (!stream.CanSeek)
        {
            return "";
        }

        var bytes = new byte[Math.Min(stream.Length, most)];
        return Encoding.UTF8.GetString(bytes, 0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
    }
}
