using System.Runtime.InteropServices;
using Conclave.Tests.Engine.Laws;
using Conclave.Workspace.Files;

namespace Conclave.Tests.Workspace.Files;

/// <summary>Somebody swaps folders for links as fast as the machine can while files are laid out: nothing ever comes to lie outside.</summary>
public sealed partial class SymlinkRaceTests : IDisposable
{
    private const uint Exchange = 2;
    private const int Here = -100;

    private static readonly int Tries = Seeds.Full ? 10_000 : 2_000;

    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Theory]
    [InlineData("openat2")]
    [InlineData("openat")]
    public async Task No_file_and_no_folder_ever_leaves_the_root(string way)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the promise is made on Linux");
        Directory.CreateDirectory(temp["outside/b"]);
        using var writer = new LinuxTreeWriter(temp["tree"], useOpenAt2: way == "openat2");
        writer.MakeFolder("a");
        writer.MakeFolder("a/b");
        File.CreateSymbolicLink(temp["tree/link"], temp["outside"]);
        File.CreateSymbolicLink(temp["tree/deep"], temp["outside/b"]);
        using var racing = new CancellationTokenSource();
        using var raced = new SemaphoreSlim(0);
        var racer = Task.Run(() => Race(raced, racing.Token));
        await raced.WaitAsync();

        var (written, refused) = (0, 0);
        for (var i = 0; i < Tries; i++)
        {
            try
            {
                if (i % 4 == 3)
                {
                    writer.MakeFolder($"a/b/d{i}");
                }
                else
                {
                    writer.WriteFile(i % 2 == 0 ? $"a/f{i}" : $"a/b/f{i}", "x"u8, program: false);
                }

                written++;
            }
            catch (IOException)
            {
                refused++;
            }
        }

        await racing.CancelAsync();
        var swaps = await racer;
        Assert.Equal(["b/"], TempFolder.Listing(temp["outside"]));
        Assert.True(written > 0 && refused > 0, $"{written} written, {refused} refused, {swaps} swaps: there was no race, so this shows nothing");
    }

    // Each swap is one step of the kernel's: the name is a folder or a link at every moment.
    private int Race(SemaphoreSlim raced, CancellationToken stop)
    {
        var swaps = 0;
        while (!stop.IsCancellationRequested)
        {
            Swap(temp["tree/a"], temp["tree/link"]);
            Swap(temp["tree/a"], temp["tree/link"]);
            Swap(temp["tree/a/b"], temp["tree/deep"]);
            Swap(temp["tree/a/b"], temp["tree/deep"]);
            if (swaps++ == 0)
            {
                raced.Release();
            }
        }

        return swaps;
    }

    private static void Swap(string one, string other) => Assert.True(renameat2(Here, one, Here, other, Exchange) == 0, $"error {Marshal.GetLastPInvokeError()}");

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int renameat2(int fromFolder, string from, int toFolder, string to, uint flags);
}
