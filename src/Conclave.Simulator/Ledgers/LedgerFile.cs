using System.Text;
using System.Text.Json;
using Conclave.Engine;
using Microsoft.Win32.SafeHandles;

namespace Conclave.Simulator.Ledgers;

/// <summary>
/// An append-only file of lines. A line is out of the process's hands when <see cref="Append"/> returns, and on the disk after
/// <see cref="Flushed"/>; one flush serves everybody who waits for one. The caller sees to it that appends come one at a time.
/// </summary>
internal sealed class LedgerFile : IDisposable
{
    private readonly SafeFileHandle handle;
    private readonly SemaphoreSlim flushing = new(1);
    private long end;
    private long flushed;
    private IOException? broken;

    /// <summary>Opens or makes the file and cuts off a line that a crash left half-written: nobody was told of it.</summary>
    public LedgerFile(string file)
    {
        handle = File.OpenHandle(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
        end = flushed = EndOfLastLine(handle);
        RandomAccess.SetLength(handle, end);
    }

    /// <summary>Writes one line.</summary>
    /// <returns>What <see cref="Flushed"/> wants to know.</returns>
    /// <exception cref="IOException">It can't be written, now or since an earlier failure.</exception>
    public long Append(LedgerLine line)
    {
        ThrowIfBroken();
        var bytes = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(line, EngineJson.Options) + "\n");
        try
        {
            RandomAccess.Write(handle, bytes, end);
        }
        catch (IOException error)
        {
            broken = error;
            throw;
        }

        return Interlocked.Add(ref end, bytes.Length);
    }

    /// <summary>Returns when everything up to <paramref name="position"/> is on the disk.</summary>
    /// <exception cref="IOException">The disk refused; what it holds is unknown, so the file takes nothing more.</exception>
    public async Task Flushed(long position)
    {
        await flushing.WaitAsync();
        try
        {
            if (flushed >= position)
            {
                return;
            }

            ThrowIfBroken();
            var reached = Interlocked.Read(ref end);
            RandomAccess.FlushToDisk(handle);
            flushed = reached;
        }
        catch (IOException error)
        {
            broken = error;
            throw;
        }
        finally
        {
            flushing.Release();
        }
    }

    public void Dispose()
    {
        handle.Dispose();
        flushing.Dispose();
    }

    private void ThrowIfBroken()
    {
        if (broken is { } error)
        {
            throw new IOException($"The ledger can't be written: {error.Message}", error);
        }
    }

    private static long EndOfLastLine(SafeFileHandle handle)
    {
        var buffer = new byte[4096];
        var position = RandomAccess.GetLength(handle);
        while (position > 0)
        {
            var start = Math.Max(0, position - buffer.Length);
            var read = RandomAccess.Read(handle, buffer.AsSpan(0, (int)(position - start)), start);
            var found = buffer.AsSpan(0, read).LastIndexOf((byte)'\n');
            if (found >= 0)
            {
                return start + found + 1;
            }

            position = start;
        }

        return 0;
    }
}
