using System.Runtime.CompilerServices;

namespace Conclave.Tests;

/// <summary>
/// Texts that people or tools read, kept as files beside the tests. A difference fails; run with <c>CONCLAVE_SNAPSHOTS=accept</c> to write the
/// new text, and look at the change before you commit it.
/// </summary>
internal static class Snapshot
{
    public static void Matches(string name, string actual, [CallerFilePath] string caller = "")
    {
        var file = Path.Combine(Path.GetDirectoryName(caller)!, "Snapshots", name);
        if (Environment.GetEnvironmentVariable("CONCLAVE_SNAPSHOTS") == "accept")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, actual);
        }

        Assert.True(File.Exists(file), $"there is no snapshot {name} yet; run the test with CONCLAVE_SNAPSHOTS=accept");
        Assert.Equal(File.ReadAllText(file), actual, ignoreLineEndingDifferences: true);
    }
}
