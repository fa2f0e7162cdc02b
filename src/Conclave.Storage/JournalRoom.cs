namespace Conclave.Storage;

/// <summary>The room on the disk where the journal lies.</summary>
public static class JournalRoom
{
    /// <summary>The bytes that this user can still write there.</summary>
    public static long FreeBytes(string directory) => new DriveInfo(directory).AvailableFreeSpace;
}
