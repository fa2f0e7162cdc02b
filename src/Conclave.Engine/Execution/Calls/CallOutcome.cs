using System.Text.Json.Serialization;
using Conclave.Engine.Budget;
using Conclave.Engine.Journal;

namespace Conclave.Engine.Execution.Calls;

/// <summary>How one network attempt ended: a closed set, so that every reader decides about every case.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Answered), "answered")]
[JsonDerivedType(typeof(CutOff), "cut_off")]
[JsonDerivedType(typeof(Refused), "refused")]
[JsonDerivedType(typeof(Rejected), "rejected")]
[JsonDerivedType(typeof(RateLimited), "rate_limited")]
[JsonDerivedType(typeof(Overloaded), "overloaded")]
[JsonDerivedType(typeof(NotSent), "not_sent")]
[JsonDerivedType(typeof(Failed), "failed")]
[JsonDerivedType(typeof(InDoubt), "in_doubt")]
public abstract record CallOutcome
{
    private CallOutcome()
    {
    }

    /// <summary>The vendor's name of this request, for its support; null when it gave none.</summary>
    public string? RequestId { get; init; }

    /// <summary>The text that came with it, whole or in part; null when there was none.</summary>
    [JsonIgnore]
    public virtual StoredText? Text => null;

    /// <summary>The tokens that the vendor says it counted; null when it said nothing.</summary>
    [JsonIgnore]
    public virtual Usage? Tokens => null;

    /// <summary>A complete answer. It may still be empty or of the wrong form.</summary>
    /// <param name="ResponseModel">The model that the vendor says answered.</param>
    public sealed record Answered(StoredText Answer, Usage? Usage, string? ResponseModel) : CallOutcome
    {
        /// <inheritdoc />
        [JsonIgnore]
        public override StoredText Text => Answer;

        /// <inheritdoc />
        [JsonIgnore]
        public override Usage? Tokens => Usage;
    }

    /// <summary>An answer that ended at the output limit, not at its end.</summary>
    public sealed record CutOff(StoredText Answer, Usage? Usage, string? ResponseModel) : CallOutcome
    {
        /// <inheritdoc />
        [JsonIgnore]
        public override StoredText Text => Answer;

        /// <inheritdoc />
        [JsonIgnore]
        public override Usage? Tokens => Usage;
    }

    /// <summary>The model would not answer, or a filter blocked the question or the answer.</summary>
    /// <param name="Reason">The vendor's reason, such as <c>refusal</c> or <c>SAFETY</c>, and its explanation.</param>
    public sealed record Refused(string Reason, Usage? Usage) : CallOutcome
    {
        /// <inheritdoc />
        [JsonIgnore]
        public override Usage? Tokens => Usage;
    }

    /// <summary>The vendor turned the request down for a reason that a repetition does not mend.</summary>
    public sealed record Rejected(RejectionKind Reason, int Status, string Message) : CallOutcome;

    /// <summary>Too many requests or tokens; nothing was done or paid.</summary>
    /// <param name="RetryAfterMs">How long the vendor asks to wait; null when it does not say.</param>
    public sealed record RateLimited(long? RetryAfterMs, string Message) : CallOutcome;

    /// <summary>The vendor has no capacity (503, 529); nothing was done or paid.</summary>
    /// <param name="RetryAfterMs">How long the vendor asks to wait; null when it does not say.</param>
    public sealed record Overloaded(int Status, long? RetryAfterMs, string Message) : CallOutcome;

    /// <summary>The request never left: no such host, connection refused, TLS failed.</summary>
    public sealed record NotSent(string Message) : CallOutcome
    {
        /// <summary>Set when we held it back ourselves, because its model is down: for so many milliseconds more; null when it was tried.</summary>
        public long? HeldMs { get; init; }
    }

    /// <summary>The vendor failed (500, 502, 504, an error inside the stream); it may have been paid for.</summary>
    public sealed record Failed(int Status, string Message) : CallOutcome;

    /// <summary>The request left and its answer was lost: a time-out, a reset, a stream without its end, a killed process.</summary>
    /// <param name="Partial">What had come, for people to see; never used as an answer.</param>
    public sealed record InDoubt(string Message, StoredText? Partial) : CallOutcome
    {
        /// <inheritdoc />
        [JsonIgnore]
        public override StoredText? Text => Partial;
    }
}

/// <summary>Why a vendor turned a request down for good.</summary>
public enum RejectionKind
{
    /// <summary>The request itself is wrong.</summary>
    BadRequest,

    /// <summary>The request is too long for the model.</summary>
    TooLarge,

    /// <summary>The key is missing, wrong or may not do this.</summary>
    BadKey,

    /// <summary>The account has no money or quota left.</summary>
    NoQuota,

    /// <summary>There is no such model for this key.</summary>
    NoModel,
}
