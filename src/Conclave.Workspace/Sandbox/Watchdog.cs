using System.Runtime.Versioning;

namespace Conclave.Workspace.Sandbox;

/// <summary>
/// Looks every 50 ms at what the kernel does not limit for a tree of processes: the memory of all together, and that the machine keeps some memory
/// and disk space; and once a second at what lies in the tree. Control groups would do the first, but not every machine lets us have one.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class Watchdog(SandboxLimits limits, string tree, TimeProvider clock)
{
    private const int LooksBetweenTreeLooks = 20;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private int looks;

    /// <summary>The most memory seen so far; null before the first look.</summary>
    public long? PeakMemory { get; private set; }

    /// <summary>Watches a process and its descendants until a limit is passed, and says which; null when cancelled.</summary>
    public async Task<SandboxStop?> Watch(int process, CancellationToken over)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            do
            {
                if (Look(process) is { } stop)
                {
                    return stop;
                }
            }
            while (await timer.WaitForNextTickAsync(over));
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }

        return null;
    }

    private SandboxStop? Look(int process)
    {
        var memory = ProcessTable.ResidentBytes(process);
        PeakMemory = Math.Max(PeakMemory ?? 0, memory);
        return memory > limits.Memory ? new SandboxStop(SandboxOutcome.OutOfMemory, $"used more than {Size(limits.Memory)} of memory")
            : AvailableMemory() < limits.Reserve ? new SandboxStop(SandboxOutcome.OutOfMemory, $"the machine had less than {Size(limits.Reserve)} of memory left")
            : new DriveInfo(tree).AvailableFreeSpace < limits.Reserve ? new SandboxStop(SandboxOutcome.OutputLimit, $"the disk had less than {Size(limits.Reserve)} left")
            : ++looks % LooksBetweenTreeLooks == 0 ? LookAtTree()
            : null;
    }

    private SandboxStop? LookAtTree()
    {
        var (entries, bytes) = TreeUse.Of(tree, limits.Entries);
        return entries > limits.Entries ? new SandboxStop(SandboxOutcome.OutputLimit, $"made more than {limits.Entries} files")
            : bytes > limits.Disk ? new SandboxStop(SandboxOutcome.OutputLimit, $"wrote more than {Size(limits.Disk)} to the disk")
            : null;
    }

    // MemAvailable:   23456789 kB
    private static long AvailableMemory() =>
        File.ReadLines("/proc/meminfo").FirstOrDefault(line => line.StartsWith("MemAvailable:", StringComparison.Ordinal)) is { } line
        && long.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], out var kilobytes)
            ? kilobytes << 10
            : long.MaxValue;

    /// <summary>A size for people.</summary>
    public static string Size(long bytes) => bytes >= 1 << 30 ? $"{bytes >> 30} GiB" : $"{bytes >> 20} MiB";
}

/// <summary>Why a run was stopped.</summary>
internal sealed record SandboxStop(SandboxOutcome Outcome, string Detail);
