namespace Conclave.Simulator.Scenarios;

/// <content>What proxies, gateways and broken servers make of a reply.</content>
public abstract partial record Fault
{
    /// <summary>A web page, as from a captive portal or an edge.</summary>
    /// <param name="Status">200 to 599.</param>
    public sealed record Html(int Status) : Fault("html");

    /// <summary>A redirect.</summary>
    /// <param name="Status">301, 302, 303, 307 or 308.</param>
    public sealed record Redirect(int Status, string Location) : Fault("redirect");

    /// <summary>One JSON document where a stream was asked for.</summary>
    public sealed record NotStreamed() : Fault("not_streamed");

    /// <summary>The answer under another content type.</summary>
    public sealed record WrongType(string ContentType) : Fault("wrong_type");

    /// <summary>Zeros, compressed a thousand to one though nobody asked for compression.</summary>
    /// <param name="Megabytes">Their size when they are unpacked.</param>
    public sealed record GzipBomb(int Megabytes) : Fault("gzip_bomb");

    /// <summary>An answer of that size: a stream repeats its text in many events, a document carries it in one field.</summary>
    public sealed record Giant(int Megabytes) : Fault("giant");

    /// <summary>One event, or one document, whose only line has that size.</summary>
    public sealed record GiantEvent(int Megabytes) : Fault("giant_event");

    /// <summary>Interim replies (100 Continue, 103 Early Hints) before the answer.</summary>
    public sealed record EarlyHints() : Fault("early_hints");
}
