namespace Conclave.Tests.Workspace.Sandbox;

/// <summary>What really runs on this machine.</summary>
internal static class HostProcesses
{
    /// <summary>A text to put into a command line, by which its processes are found.</summary>
    public static string NewMark() => $"mark-{Guid.NewGuid():N}";

    /// <summary>The processes with a mark that still do something; a zombie does nothing.</summary>
    public static List<int> With(string mark) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(directory => int.TryParse(Path.GetFileName(directory), out var pid) ? pid : 0)
            .Where(pid => pid > 0 && pid != Environment.ProcessId && Read($"/proc/{pid}/cmdline").Contains(mark, StringComparison.Ordinal)),
    ];

    /// <summary>Waits until a condition holds; a minute is for ever.</summary>
    public static async Task Until(Func<bool> holds, string what)
    {
        for (var tries = 0; !holds(); tries++)
        {
            Assert.True(tries < 3000, $"never: {what}");
            await Task.Delay(20);
        }
    }

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
