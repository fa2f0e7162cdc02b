using System.Collections.Immutable;
using Conclave.Simulator.Scenarios;
using Conclave.Simulator.Wire;

namespace Conclave.Simulator.Playing;

/// <summary>What a call gets: a closed set.</summary>
/// <param name="Outcome">What the ledger says when it was played to its end.</param>
internal abstract record Play(string Outcome)
{
    /// <summary>A reply that turns the call away.</summary>
    /// <param name="Latency">The wait before it.</param>
    public sealed record Error(string Outcome, WireError Wire, TimeSpan Latency) : Play(Outcome);

    /// <summary>Something that no model says: a web page, a redirect.</summary>
    public sealed record Foreign(string Outcome, int Status, string ContentType, ImmutableArray<(string Name, string Value)> Headers, ReadOnlyMemory<byte> Body, TimeSpan Latency)
        : Play(Outcome);

    /// <summary>An answer, perhaps one that breaks off.</summary>
    public sealed record Answer(string Outcome, Reply Reply, Pace Pace, Ending Ending, Manner Manner) : Play(Outcome);
}

/// <summary>How the sending of an answer ends: a closed set.</summary>
internal abstract record Ending
{
    private Ending()
    {
    }

    /// <summary>With everything sent.</summary>
    public sealed record Whole : Ending;

    /// <summary>Too early. A stream's text is cut already; of a document the point counts the characters.</summary>
    public sealed record Breaks(BreakWay Way, BreakPoint At) : Ending;

    /// <summary>With an error under a good status.</summary>
    public sealed record Fails(WireError Error, ErrorForm Form) : Ending;
}

/// <summary>What happens to a connection whose answer breaks off.</summary>
internal enum BreakWay
{
    /// <summary>It is reset.</summary>
    Reset,

    /// <summary>It stays open in silence until the client goes away.</summary>
    Silence,

    /// <summary>It stays open, with signs of life, until the client goes away.</summary>
    Pings,

    /// <summary>The body ends in good order.</summary>
    EndsWhole,

    /// <summary>It closes without the last chunk.</summary>
    EndsChunked,

    /// <summary>It closes, and that is the only sign of the end.</summary>
    EndsByClosing,

    /// <summary>It closes before the promised length.</summary>
    EndsShort,
}

/// <summary>What is unusual about how an answer is sent.</summary>
internal sealed record Manner
{
    public static Manner Usual { get; } = new();

    /// <summary>A brake on the body; null for none.</summary>
    public int? BytesPerSecond { get; init; }

    public ImmutableArray<Oddity> Oddities { get; init; } = [];

    /// <summary>Another content type; null for the right one.</summary>
    public string? ContentType { get; init; }

    /// <summary>Whether a stream that was asked for comes as a document.</summary>
    public bool NotStreamed { get; init; }

    /// <summary>Whether interim replies come before.</summary>
    public bool EarlyHints { get; init; }

    /// <summary>So much more text in a stream; 0 for none.</summary>
    public long RepeatBytes { get; init; }

    /// <summary>So much more in the first event with text, or in the document; 0 for none.</summary>
    public long PadBytes { get; init; }
}

/// <summary>How fast an answer comes.</summary>
/// <param name="Latency">The time to the first token.</param>
internal sealed record Pace(TimeSpan Latency, int TokensPerSecond)
{
    /// <summary>The text of one event: what comes in a fiftieth of a second, from one token to 256.</summary>
    public int CharsPerPiece => Math.Clamp(TokensPerSecond / 50, 1, 256) * TokenCount.CharsPerToken;

    /// <summary>When what follows so many characters is due, from the start of the reply.</summary>
    public TimeSpan DueAfter(int chars) => Latency + TimeSpan.FromSeconds(TokenCount.Of(chars) / (double)TokensPerSecond);
}
