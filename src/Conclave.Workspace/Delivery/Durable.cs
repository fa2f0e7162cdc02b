using Conclave.Workspace.Files;

namespace Conclave.Workspace.Delivery;

/// <summary>What is written survives a loss of power.</summary>
internal static class Durable
{
    /// <summary>Flushes a directory with all that lies in it.</summary>
    public static void Flush(string directory)
    {
        if (OperatingSystem.IsLinux())
        {
            // One call for the whole tree, and its folders too, which .NET can't open.
            LinuxCalls.FlushFileSystem(directory);
            return;
        }

        foreach (var file in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.Read);
            RandomAccess.FlushToDisk(handle);
        }
    }
}
