using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Conclave.Tests.Agents;

/// <summary>A server below HTTP: it reads a request and then does to the connection what a test says. For replies that no web server would give.</summary>
public sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Func<Socket, CancellationToken, Task> reply;
    private readonly bool readsRequest;
    private readonly Task loop;
    private int connections;

    public RawServer(Func<Socket, CancellationToken, Task> reply, bool readsRequest = true)
    {
        this.reply = reply;
        this.readsRequest = readsRequest;
        listener.Start();
        loop = Loop();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    /// <summary>How often somebody connected.</summary>
    public int Connections => connections;

    /// <summary>Sends text and then resets the connection.</summary>
    public static Func<Socket, CancellationToken, Task> Reset(string after) => async (socket, cancel) =>
    {
        await Send(socket, after, cancel);
        socket.LingerState = new LingerOption(true, 0);
    };

    /// <summary>Sends text and then closes the connection in good order.</summary>
    public static Func<Socket, CancellationToken, Task> Close(string after) => (socket, cancel) => Send(socket, after, cancel);

    /// <summary>Sends text and then nothing more, for as long as the test lasts.</summary>
    public static Func<Socket, CancellationToken, Task> Silence(string after, TaskCompletionSource? said = null) => async (socket, cancel) =>
    {
        await Send(socket, after, cancel);
        said?.TrySetResult();
        await Task.Delay(Timeout.InfiniteTimeSpan, cancel);
    };

    public static async Task Send(Socket socket, string text, CancellationToken cancel)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var sent = 0; sent < bytes.Length;)
        {
            sent += await socket.SendAsync(bytes.AsMemory(sent), cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await loop;
        stop.Dispose();
        listener.Dispose();
    }

    private async Task Loop()
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await listener.AcceptSocketAsync(stop.Token);
                Interlocked.Increment(ref connections);
                open.Add(Serve(socket));
            }
        }
        catch (OperationCanceledException)
        {
        }

        await Task.WhenAll(open);
    }

    private async Task Serve(Socket socket)
    {
        using (socket)
        {
            try
            {
                if (readsRequest)
                {
                    await ReadRequest(socket);
                }

                await reply(socket, stop.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException)
            {
            }
        }
    }

    private async Task ReadRequest(Socket socket)
    {
        var bytes = new byte[64 * 1024];
        var text = new StringBuilder();
        while (!IsWhole(text.ToString()))
        {
            var count = await socket.ReceiveAsync(bytes, stop.Token);
            if (count == 0)
            {
                return;
            }

            text.Append(Encoding.UTF8.GetString(bytes, 0, count));
        }
    }

    // A JSON body is at its end when it is as long as its header says, or after the last chunk.
    private static bool IsWhole(string request)
    {
        var end = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            return false;
        }

        var length = request[..end].Split("\r\n").FirstOrDefault(line => line.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase));
        return length is null
            ? request.EndsWith("0\r\n\r\n", StringComparison.Ordinal)
            : Encoding.UTF8.GetByteCount(request[(end + 4)..]) >= int.Parse(length.Split(':')[1]);
    }
}
