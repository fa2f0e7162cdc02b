using System.Globalization;
using System.Runtime.Versioning;

namespace Conclave.Workspace.Sandbox;

/// <summary>The processes of this machine as <c>/proc</c> shows them.</summary>
[SupportedOSPlatform("linux")]
internal static class ProcessTable
{
    /// <summary>One process; null when there is none of this number.</summary>
    public static ProcessEntry? Read(int pid)
    {
        try
        {
            return Parse(pid, File.ReadAllText($"/proc/{pid}/stat"));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The memory, in bytes, that a process and all its descendants have in use; pages that they share count for each.</summary>
    public static long ResidentBytes(int root)
    {
        var children = All().ToLookup(process => process.Parent);
        var waiting = new Stack<ProcessEntry>();
        var bytes = 0L;
        for (var process = Read(root); process is not null; waiting.TryPop(out process))
        {
            bytes += process.ResidentBytes;
            foreach (var child in children[process.Pid])
            {
                waiting.Push(child);
            }
        }

        return bytes;
    }

    /// <summary>Whether a process still does something. The first one of a namespace becomes a zombie only when all others in it are gone.</summary>
    public static bool IsAlive(ProcessEntry process) => Read(process.Pid) is { State: not 'Z' } now && now.StartTime == process.StartTime;

    /// <summary>The processes that a process started and that have not ended.</summary>
    public static List<ProcessEntry> ChildrenOf(int parent) => [.. All().Where(process => process.Parent == parent)];

    /// <summary>The processes and threads of a user.</summary>
    public static int TasksOf(uint user) => All().Where(process => Owner(process.Pid) == user).Sum(process => process.Threads);

    private static List<ProcessEntry> All() =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(directory => int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? Read(pid) : null)
            .OfType<ProcessEntry>(),
    ];

    // pid (comm) state ppid ... num_threads(20) itrealvalue starttime(22) vsize rss(24); comm may hold spaces and brackets.
    private static ProcessEntry? Parse(int pid, string stat)
    {
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length < 22
            ? null
            : new ProcessEntry(pid, (int)Number(fields[1]), fields[0][0], (int)Number(fields[17]), Number(fields[19]), Number(fields[21]) * Environment.SystemPageSize);
    }

    private static long Number(string field) => long.Parse(field, CultureInfo.InvariantCulture);

    private static uint? Owner(int pid)
    {
        try
        {
            // Uid: real effective saved file system
            return File.ReadLines($"/proc/{pid}/status").FirstOrDefault(line => line.StartsWith("Uid:", StringComparison.Ordinal)) is { } line
                ? uint.Parse(line.Split('\t')[1], CultureInfo.InvariantCulture)
                : null;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

/// <summary>One process.</summary>
/// <param name="State">A letter of proc(5); <c>Z</c> has ended and waits for its parent to notice.</param>
/// <param name="StartTime">In clock ticks since the machine started; with the number it names a process for good.</param>
internal sealed record ProcessEntry(int Pid, int Parent, char State, int Threads, long StartTime, long ResidentBytes);
