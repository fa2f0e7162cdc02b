using System.Collections.Immutable;

namespace Conclave.Simulator.Scenarios;

/// <summary>What goes wrong instead of a good answer: a closed set. <c>Kind</c> is its name in scenarios and ledgers; docs/simulator.md lists them.</summary>
public abstract partial record Fault
{
    private Fault(string kind) => Kind = kind;

    /// <summary>The stable name, for example <c>rate_limit</c>.</summary>
    public string Kind { get; }

    /// <summary>The model will not answer; a reply is its explanation.</summary>
    /// <param name="Reason">The vendor's word for why, where it has one (Gemini's <c>finishReason</c>, Anthropic's <c>category</c>); null for the usual one.</param>
    public sealed record Refusal(string? Reason) : Fault("refusal");

    /// <summary>A filter stops the question: a good status, and nothing in it.</summary>
    /// <param name="Reason">As for <see cref="Refusal"/>.</param>
    public sealed record Blocked(string? Reason) : Fault("blocked");

    /// <summary>An answer with no choice, candidate, item or block.</summary>
    public sealed record Empty() : Fault("empty");

    /// <summary>The answer ends at the output limit.</summary>
    /// <param name="AfterChars">How much of the reply comes.</param>
    public sealed record CutOff(int AfterChars) : Fault("cut_off");

    /// <summary>The connection is reset.</summary>
    public sealed record Reset(BreakPoint At) : Fault("reset");

    /// <summary>Nothing more comes until the client goes away.</summary>
    public sealed record Hang(BreakPoint At) : Fault("hang");

    /// <summary>Nothing but signs of life (SSE comments, in Anthropic's case <c>ping</c> events) until the client goes away. Only of streams; else as <see cref="Hang"/>.</summary>
    public sealed record Pings(BreakPoint At) : Fault("pings");

    /// <summary>The body ends without its end: no terminal event, or half a JSON document. The headers always come.</summary>
    public sealed record Truncate(BreakPoint At, Framing Framing) : Fault("truncate");

    /// <summary>The vendor reports an error after it began a good reply: as an event of the stream, or as the body under status 200.</summary>
    /// <param name="Error">The error that it reports.</param>
    /// <param name="AfterChars">How much of the reply streams before.</param>
    /// <param name="Form">In which of OpenAI's forms; other vendors have one.</param>
    public sealed record ErrorEvent(Fault Error, int AfterChars, ErrorForm Form) : Fault("error_event");

    /// <summary>The whole answer, a few bytes at a time.</summary>
    public sealed record Slow(int BytesPerSecond) : Fault("slow");

    /// <summary>The answer, in strange but mostly legal ways.</summary>
    public sealed record Odd(ImmutableArray<Oddity> What) : Fault("odd")
    {
        /// <inheritdoc />
        public bool Equals(Odd? other) => other is not null && What.SequenceEqual(other.What);

        /// <inheritdoc />
        public override int GetHashCode() => What.Aggregate(17, HashCode.Combine);
    }
}
