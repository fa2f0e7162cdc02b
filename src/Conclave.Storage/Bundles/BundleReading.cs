using Conclave.Engine.Journal;

namespace Conclave.Storage.Bundles;

/// <summary>What a session file holds, or why it is not believed.</summary>
public abstract record BundleReading
{
    private BundleReading()
    {
    }

    /// <summary>A session of which every entry and every blob was checked.</summary>
    public sealed record Read(SessionBundle Bundle) : BundleReading;

    /// <summary>It is not used; nothing was written.</summary>
    public sealed record Refused(JournalFinding Finding) : BundleReading;
}

/// <summary>How much of a session file is read. A file beyond this is refused before it costs memory.</summary>
/// <param name="FileBytes">The file itself.</param>
/// <param name="Parts">Entries of the zip.</param>
/// <param name="PartBytes">One part, unpacked.</param>
/// <param name="AllBytes">All parts together, unpacked.</param>
/// <param name="Entries">Lines of the record.</param>
public sealed record BundleLimits(long FileBytes, int Parts, int PartBytes, long AllBytes, int Entries)
{
    /// <summary>Far more than any session needs.</summary>
    public static BundleLimits Default { get; } = new(256L << 20, 60_000, 64 << 20, 512L << 20, 1_000_000);
}
