using System.Net.Sockets;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Agents.Wire;

/// <summary>
/// A reply's body under guard: silence, a broken connection and too many bytes end the attempt with an outcome. Read by one reader; mutable.
/// </summary>
internal sealed class BodyStream : Stream
{
    /// <summary>The most text of one answer, in bytes of UTF-8; also the most bytes of an answer that comes in one piece.</summary>
    public const int MaxAnswerBytes = 16 * 1024 * 1024;

    /// <summary>The most bytes of one event.</summary>
    public const int MaxEventBytes = 1024 * 1024;

    // Each piece of text comes in an event a hundred times its size. This bound only ends floods.
    private const long MaxTotalBytes = 512L * 1024 * 1024;

    private readonly Stream inner;
    private readonly TimeSpan idleTimeout;
    private readonly CancellationToken cancel;
    private readonly CancellationTokenSource idle;
    private readonly CancellationTokenSource either;
    private readonly byte[] buffer = new byte[16 * 1024];
    private int start;
    private int end;
    private bool isAtEnd;
    private long total;
    private long part;

    public BodyStream(Stream inner, TimeSpan idleTimeout, TimeProvider clock, CancellationToken cancel)
    {
        this.inner = inner;
        this.idleTimeout = idleTimeout;
        this.cancel = cancel;
        idle = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        either = CancellationTokenSource.CreateLinkedTokenSource(cancel, idle.Token);
    }

    /// <summary>Whether it is read as a stream of events, each of which is small; else as one document.</summary>
    public bool IsEvents { get; set; }

    /// <summary>Whether anything but white space came.</summary>
    public bool HasContent { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Says that an event is over.</summary>
    public void NextEvent() => part = 0;

    /// <summary>The first byte that tells what kind of body it is, left to be read again; -1 when there is none.</summary>
    public async ValueTask<int> Peek()
    {
        while (true)
        {
            for (; start < end; start++)
            {
                // White space, and the three bytes of a byte order mark: neither JSON nor an event begins with any of them.
                if (buffer[start] is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or 0xEF or 0xBB or 0xBF))
                {
                    HasContent = true;
                    return buffer[start];
                }
            }

            if (!await Fill())
            {
                return -1;
            }
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        if (start == end && !await Fill())
        {
            return 0;
        }

        var count = Math.Min(destination.Length, end - start);
        buffer.AsMemory(start, count).CopyTo(destination);
        start += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Bodies are read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            either.Dispose();
            idle.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<bool> Fill()
    {
        if (isAtEnd)
        {
            return false;
        }

        start = 0;
        end = await ReadChunk();
        if (end == 0)
        {
            // A last event without the blank line that ends it counts: some servers leave it out. Half an event shows in its JSON.
            isAtEnd = true;
            buffer[0] = buffer[1] = (byte)'\n';
            end = 2;
            return true;
        }

        total += end;
        part += end;
        return total > MaxTotalBytes ? throw TooLarge("reply", MaxTotalBytes)
            : IsEvents && part > MaxEventBytes ? throw TooLarge("event of the reply", MaxEventBytes)
            : !IsEvents && part > MaxAnswerBytes ? throw TooLarge("answer", MaxAnswerBytes)
            : true;
    }

    private static AttemptEndedException TooLarge(string what, long limit) =>
        new(new CallOutcome.InDoubt($"the {what} is larger than {limit / (1024 * 1024)} MB; the rest was not read", null));

    private async ValueTask<int> ReadChunk()
    {
        idle.CancelAfter(idleTimeout);
        try
        {
            return await inner.ReadAsync(buffer, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new AttemptEndedException(new CallOutcome.InDoubt($"nothing came for {idleTimeout}", null));
        }
        catch (Exception error) when (error is IOException or HttpRequestException or SocketException)
        {
            cancel.ThrowIfCancellationRequested();
            throw new AttemptEndedException(new CallOutcome.InDoubt($"the connection broke in the middle of the reply: {error.GetBaseException().Message}", null));
        }
        finally
        {
            idle.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }
}
