using Conclave.Engine.Budget;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Engine.Journal;

public abstract partial record EntryBody
{
    /// <summary>The intent to send one request, durable before the first byte leaves.</summary>
    /// <param name="Attempt">Counts the attempts of this call from 1.</param>
    /// <param name="RequestHash">SHA-256 of the canonical request; after a restart it must come out the same.</param>
    /// <param name="Request">The request as JSON, without headers or keys.</param>
    /// <param name="ReservedUsd">The worst case, reserved until the attempt ends.</param>
    /// <param name="Why">Why it is sent: first, retry, fallback, re-ask, continuation.</param>
    [EntryKind("attempt-started/1")]
    public sealed record AttemptStarted(
        DoorKey Call,
        int Attempt,
        AgentId Agent,
        string Provider,
        string Model,
        string RequestHash,
        StoredText Request,
        decimal ReservedUsd,
        AttemptReason Why) : EntryBody
    {
        /// <inheritdoc />
        public override IEnumerable<StoredText> Texts() => [Request];
    }

    /// <summary>How one request ended; an answer is in here before anyone uses it.</summary>
    /// <param name="CostUsd">What it cost; for an attempt in doubt, its worst case, which stays counted.</param>
    /// <param name="DurationMs">From the intent to the end.</param>
    /// <param name="Cached">The stored answer that was used, so that nothing was sent; null for a real request.</param>
    [EntryKind("attempt-ended/1")]
    public sealed record AttemptEnded(
        DoorKey Call,
        int Attempt,
        CallOutcome Outcome,
        decimal CostUsd,
        long DurationMs,
        CacheHit? Cached = null) : EntryBody
    {
        /// <inheritdoc />
        public override IEnumerable<StoredText> Texts() => Outcome.Texts();
    }
}

/// <summary>An answer that was not asked for again because an earlier one was at hand.</summary>
/// <param name="StoredAt">When it was given.</param>
/// <param name="SavedUsd">What it cost then.</param>
/// <param name="Usage">The tokens that it took then.</param>
public sealed record CacheHit(DateTimeOffset StoredAt, decimal SavedUsd, Usage? Usage);

/// <summary>Why an attempt of a call is made.</summary>
public enum AttemptReason
{
    /// <summary>The first one.</summary>
    First,

    /// <summary>The one before it was turned away or failed on the way.</summary>
    Retry,

    /// <summary>The one before it may have been answered, but the answer was lost.</summary>
    InDoubt,

    /// <summary>Another agent takes over.</summary>
    Fallback,

    /// <summary>The answer before it could not be read; the reason was sent along.</summary>
    ReAsk,

    /// <summary>The answer before it was cut off at its limit.</summary>
    Continuation,
}
