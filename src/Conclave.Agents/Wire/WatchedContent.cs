using System.Net;

namespace Conclave.Agents.Wire;

/// <summary>A request's body that knows whether it was begun to be written to a connection: the evidence for "sent" or "not sent". Mutable.</summary>
internal sealed class WatchedContent : HttpContent
{
    private readonly HttpContent inner;
    private volatile bool isSent;

    public WatchedContent(HttpContent inner)
    {
        this.inner = inner;
        foreach (var header in inner.Headers)
        {
            Headers.TryAddWithoutValidation(header.Key, header.Value);
        }
    }

    /// <summary>True as soon as the vendor may have the request. Before, there was no connection that it could have come over.</summary>
    public bool IsSent => isSent;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        isSent = true;
        return inner.CopyToAsync(stream, context, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = inner.Headers.ContentLength ?? 0;
        return inner.Headers.ContentLength is not null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
