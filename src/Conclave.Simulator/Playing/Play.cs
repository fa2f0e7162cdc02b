using Conclave.Simulator.Wire;

namespace Conclave.Simulator.Playing;

/// <summary>What a call gets: a closed set.</summary>
/// <param name="Outcome">What the ledger says when it was played to its end.</param>
internal abstract record Play(string Outcome)
{
    /// <summary>A reply that turns the call away.</summary>
    /// <param name="Latency">The wait before it.</param>
    public sealed record Error(string Outcome, WireError Wire, TimeSpan Latency) : Play(Outcome);

    /// <summary>A web page.</summary>
    public sealed record Page(string Outcome, string Html, TimeSpan Latency) : Play(Outcome);

    /// <summary>An answer, perhaps one that breaks off.</summary>
    /// <param name="AfterChars">For an ending that breaks off: where. Counts the characters of a whole body; a stream's text is cut already.</param>
    /// <param name="BytesPerSecond">A brake on the body; null for none.</param>
    public sealed record Answer(string Outcome, Reply Reply, Pace Pace, Ending Ending, int AfterChars, int? BytesPerSecond) : Play(Outcome);
}

/// <summary>How the sending of an answer ends.</summary>
internal enum Ending
{
    /// <summary>With everything sent.</summary>
    Whole,

    /// <summary>With a connection reset.</summary>
    Reset,

    /// <summary>Not at all, until the client goes away.</summary>
    Silence,

    /// <summary>In good order, too early.</summary>
    Early,
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
