using Conclave.Simulator.Wire;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Conclave.Simulator.Http;

/// <summary>The way back to the client of one request.</summary>
internal sealed class ReplyChannel(HttpContext context, VendorWire vendor, WireIds ids, TimeProvider clock)
{
    public const string Json = "application/json; charset=utf-8";

    /// <summary>A brake on bodies from now on; null for none.</summary>
    public int? BytesPerSecond { get; set; }

    /// <summary>Sends the status and the headers of a body whose length is not known.</summary>
    public Task Open(string contentType, CancellationToken cancel)
    {
        context.Response.ContentType = contentType;
        context.Response.Headers.CacheControl = "no-cache";
        return context.Response.StartAsync(cancel);
    }

    /// <summary>Sets the headers of a body of known length; they go with its first part.</summary>
    public void Announce(string contentType, int length)
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = length;
    }

    /// <summary>Sends a whole body with status 200.</summary>
    public Task Send(string contentType, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        Announce(contentType, body.Length);
        return Write(body, cancel);
    }

    /// <summary>Sends an error.</summary>
    public Task Send(WireError error, CancellationToken cancel)
    {
        context.Response.StatusCode = error.Status;
        foreach (var (name, value) in error.Headers)
        {
            context.Response.Headers.Remove(name);
            if (value is not null)
            {
                context.Response.Headers[name] = value;
            }
        }

        vendor.Sign(error.Body, ids);
        return Send(Json, WireJson.Bytes(error.Body), cancel);
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
            await context.Response.BodyWriter.WriteAsync(bytes, cancel);
            return;
        }

        // Twenty writes a second, or one for each byte when the rate is lower.
        var size = Math.Max(1, rate / 20);
        for (var at = 0; at < bytes.Length; at += size)
        {
            var part = bytes.Slice(at, Math.Min(size, bytes.Length - at));
            await context.Response.BodyWriter.WriteAsync(part, cancel);
            await Task.Delay(TimeSpan.FromSeconds(part.Length / (double)rate), clock, cancel);
        }
    }

    /// <summary>Resets the connection.</summary>
    public void Reset()
    {
        // Without this the connection would be closed in good order, which some clients take for the end of a body.
        if (context.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket)
        {
            socket.LingerState = new System.Net.Sockets.LingerOption(enable: true, seconds: 0);
        }

        context.Abort();
    }
}
