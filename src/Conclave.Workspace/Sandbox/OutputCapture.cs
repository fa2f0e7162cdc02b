using System.Text;

namespace Conclave.Workspace.Sandbox;

/// <summary>Reads one output of a run to its end and keeps its head and its tail.</summary>
internal sealed class OutputCapture(long limit)
{
    private readonly byte[] head = new byte[CapturedText.MaxPart];
    private readonly byte[] tail = new byte[CapturedText.MaxPart];
    private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource overflowed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long bytes;

    /// <summary>Completes with the first byte, or the end.</summary>
    public Task Begun => begun.Task;

    /// <summary>Completes when there is more than the limit; what comes after is still read, so that nobody is held up.</summary>
    public Task Overflowed => overflowed.Task;

    /// <summary>Reads until the last process that could write is gone, or until it is no longer wanted. The first <paramref name="skip"/> bytes are not part of the output.</summary>
    public async Task Read(Stream stream, int skip, CancellationToken unwanted = default)
    {
        var buffer = new byte[32 * 1024];
        while (await Next(stream, buffer, unwanted) is > 0 and var count)
        {
            begun.TrySetResult();
            var skipped = Math.Min(skip, count);
            skip -= skipped;
            Add(buffer.AsSpan(skipped, count - skipped));
            if (bytes > limit)
            {
                overflowed.TrySetResult();
            }
        }

        begun.TrySetResult();
    }

    /// <summary>What was read. Not before <see cref="Read"/> has ended.</summary>
    public CapturedText Text()
    {
        var inHead = (int)Math.Min(bytes, head.Length);
        var inTail = (int)Math.Min(bytes - inHead, tail.Length);
        var oldest = (int)((bytes - inHead) % tail.Length);
        byte[] unrolled = inTail < tail.Length ? tail[..inTail] : [.. tail[oldest..], .. tail[..oldest]];
        return new CapturedText(Encoding.UTF8.GetString(head, 0, inHead), Encoding.UTF8.GetString(unrolled), bytes);
    }

    private static async ValueTask<int> Next(Stream stream, byte[] buffer, CancellationToken unwanted)
    {
        try
        {
            return await stream.ReadAsync(buffer, unwanted);
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
    }

    private void Add(ReadOnlySpan<byte> part)
    {
        var free = (int)Math.Max(0, head.Length - bytes);
        var first = part[..Math.Min(free, part.Length)];
        first.CopyTo(head.AsSpan((int)Math.Min(bytes, head.Length)));
        bytes += first.Length;
        foreach (var value in part[first.Length..])
        {
            tail[(bytes - head.Length) % tail.Length] = value;
            bytes++;
        }
    }
}
