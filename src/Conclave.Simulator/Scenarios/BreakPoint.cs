namespace Conclave.Simulator.Scenarios;

/// <summary>Where a reply breaks off.</summary>
/// <param name="AfterChars">
/// How much comes before: of the reply's text and then of its tool calls' arguments when it streams, else of the body; 0 is before the headers.
/// </param>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
public readonly record struct BreakPoint(int AfterChars, BreakPlace Inside)
{
    /// <summary>Whether the headers come before it.</summary>
    public bool SendsHeaders => AfterChars > 0 || Inside is BreakPlace.Headers;

    /// <summary>Whether it can be reached only by sending a part of a reply.</summary>
    public bool NeedsReply => AfterChars > 0;
}

/// <summary>What a break goes through.</summary>
public enum BreakPlace
{
    /// <summary>Nothing: it comes between two events.</summary>
    Between,

    /// <summary>The head: the headers come, and nothing of the body.</summary>
    Headers,

    /// <summary>The event that carries the last of the characters.</summary>
    Event,

    /// <summary>The UTF-8 bytes of the last character, which must have more than one.</summary>
    Character,
}

/// <summary>How a truncated body says, or does not say, that it is over.</summary>
public enum Framing
{
    /// <summary>In good order, as if it were whole.</summary>
    Whole,

    /// <summary>The connection ends without the last chunk.</summary>
    Chunked,

    /// <summary>The connection ends, which in a reply without a length is its end.</summary>
    Close,

    /// <summary>The connection ends before as many bytes came as the headers promised.</summary>
    Length,
}

/// <summary>How a vendor writes an error into a stream that was good until then.</summary>
public enum ErrorForm
{
    /// <summary>As its documentation says.</summary>
    Flat,

    /// <summary>Its fields in an object of their own, as OpenAI has also sent them.</summary>
    Nested,

    /// <summary>As the end of the response: <c>response.failed</c>.</summary>
    Failed,
}

/// <summary>How a rate limit writes its wait.</summary>
public enum WaitForm
{
    /// <summary>In all the vendor's own ways.</summary>
    Vendor,

    /// <summary><c>retry-after</c> in seconds alone.</summary>
    Seconds,

    /// <summary><c>retry-after-ms</c> alone.</summary>
    Milliseconds,

    /// <summary><c>retry-after</c> as an HTTP date alone.</summary>
    Date,
}
