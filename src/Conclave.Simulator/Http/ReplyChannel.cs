using System.Net.Sockets;
using System.Text;
using Conclave.Simulator.Wire;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Conclave.Simulator.Http;

/// <summary>The way back to the client of one request.</summary>
internal sealed class ReplyChannel(HttpContext context, VendorWire vendor, WireIds ids, TimeProvider clock)
{
    public const string Json = "application/json; charset=utf-8";
    public const string Events = "text/event-stream; charset=utf-8";

    private const int PadSize = 64 * 1024;

    private bool isBare;

    /// <summary>A brake on bodies from now on; null for none.</summary>
    public int? BytesPerSecond { get; set; }

    /// <summary>Sets a header of the reply to come.</summary>
    public void SetHeader(string name, string value) => context.Response.Headers[name] = value;

    /// <summary>Sends interim replies, which a client must read over.</summary>
    public Task SendEarlyHints(CancellationToken cancel) =>
        SendBare("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload\r\n\r\n", cancel);

    /// <summary>Sends the status and the headers of a body whose length is not known.</summary>
    public async Task Open(string contentType, CancellationToken cancel)
    {
        context.Response.ContentType = contentType;
        context.Response.Headers.CacheControl = "no-cache";
        await context.Response.StartAsync(cancel);

        // Else the headers would wait for the first part of the body, which may never come.
        await context.Response.BodyWriter.FlushAsync(cancel);
    }

    /// <summary>The same for a body whose end is the end of the connection; past the server, which would frame it.</summary>
    public async Task OpenBare(string contentType, CancellationToken cancel)
    {
        var head = new StringBuilder("HTTP/1.1 200 OK\r\n");
        foreach (var (name, value) in context.Response.Headers)
        {
            head.Append(name).Append(": ").Append(value.ToString()).Append("\r\n");
        }

        head.Append("content-type: ").Append(contentType).Append("\r\nconnection: close\r\n\r\n");
        isBare = true;
        await SendBare(head.ToString(), cancel);
    }

    /// <summary>Sets the headers of a body of known length; they go with its first part.</summary>
    public void Announce(string contentType, long length)
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = length;
    }

    /// <summary>Sends a whole body.</summary>
    public Task Send(int status, string contentType, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        context.Response.StatusCode = status;
        Announce(contentType, body.Length);
        return Write(body, cancel);
    }

    /// <summary>Sends a whole document with status 200.</summary>
    public Task Send(ReadOnlyMemory<byte> json, CancellationToken cancel) => Send(StatusCodes.Status200OK, Json, json, cancel);

    /// <summary>Sends an error.</summary>
    public Task Send(WireError error, CancellationToken cancel)
    {
        foreach (var (name, value) in error.Headers)
        {
            context.Response.Headers.Remove(name);
            if (value is not null)
            {
                context.Response.Headers[name] = value;
            }
        }

        return Send(error.Status, Json, Signed(error), cancel);
    }

    /// <summary>The body of an error, with what names this one request.</summary>
    public byte[] Signed(WireError error)
    {
        vendor.Sign(error.Body, ids);
        return WireJson.Bytes(error.Body);
    }

    /// <summary>Sends a part of a body.</summary>
    public async Task Write(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        if (BytesPerSecond is not { } rate)
        {
            await Pass(bytes, cancel);
            return;
        }

        // Twenty writes a second, or one for each byte when the rate is lower.
        var size = Math.Max(1, rate / 20);
        for (var at = 0; at < bytes.Length; at += size)
        {
            var part = bytes.Slice(at, Math.Min(size, bytes.Length - at));
            await Pass(part, cancel);
            await Task.Delay(TimeSpan.FromSeconds(part.Length / (double)rate), clock, cancel);
        }
    }

    /// <summary>Sends bytes with a JSON object in them, to which a long field is added.</summary>
    public async Task WritePadded(ReadOnlyMemory<byte> bytes, long padding, CancellationToken cancel)
    {
        var brace = bytes.Span.IndexOf((byte)'{') + 1;
        await Write(bytes[..brace], cancel);
        await Write("\"padding\":\""u8.ToArray(), cancel);
        var pad = new byte[PadSize];
        Array.Fill(pad, (byte)'x');
        for (var left = padding; left > 0; left -= pad.Length)
        {
            await Write(pad.AsMemory(0, (int)Math.Min(left, pad.Length)), cancel);
        }

        await Write("\","u8.ToArray(), cancel);
        await Write(bytes[brace..], cancel);
    }

    /// <summary>Resets the connection.</summary>
    public void Reset()
    {
        // Without this the connection would be closed in good order, which some clients take for the end of a body.
        if (Socket is { } socket)
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        context.Abort();
    }

    /// <summary>Closes the connection in good order, whatever the body still owes.</summary>
    public void Close()
    {
        Socket?.Shutdown(SocketShutdown.Send);
        context.Abort();
    }

    private Socket? Socket => context.Features.Get<IConnectionSocketFeature>()?.Socket;

    private async Task Pass(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        if (isBare)
        {
            await SendBare(bytes, cancel);
        }
        else
        {
            await context.Response.BodyWriter.WriteAsync(bytes, cancel);
        }
    }

    private Task SendBare(string text, CancellationToken cancel) => SendBare(Encoding.ASCII.GetBytes(text), cancel);

    private async Task SendBare(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await Socket!.SendAsync(bytes, cancel)..];
            }
        }
        catch (SocketException error)
        {
            throw new OperationCanceledException("The client went away.", error, context.RequestAborted);
        }
    }
}
