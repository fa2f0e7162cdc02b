using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Conclave.Engine.Budget;
using Conclave.Engine.Journal;

namespace Conclave.Engine.Execution.Calls;

/// <summary>How one network attempt ended: a closed set, so that every reader decides about every case.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Answered), "answered")]
[JsonDerivedType(typeof(CutOff), "cut_off")]
[JsonDerivedType(typeof(Empty), "empty")]
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

    /// <summary>The vendor's own word for why the answer ended, such as <c>end_turn</c> or <c>MAX_TOKENS</c>; null when there was none.</summary>
    public string? StopReason { get; init; }

    /// <summary>The tools that the model asks us to use, in its order; null for none. Of an answer or a part of one.</summary>
    public ImmutableArray<ToolCall>? Calls { get; init; }

    /// <summary>
    /// The answer as its vendor wants it back in the next turn, when that is more than its text: thinking with its signature, calls of tools. It is a JSON
    /// list in the order of the answer: <c>{"text": n}</c> for the next n characters of the text, <c>{"text": n, "with": {...}}</c> with members of the
    /// vendor's own, <c>{"item": {...}}</c> for what is the vendor's alone. Only its own vendor can read it; null when the text is all.
    /// </summary>
    public StoredText? Turn { get; init; }

    /// <summary>The text that came with it, whole or in part; null when there was none.</summary>
    [JsonIgnore]
    public virtual StoredText? Text => null;

    /// <summary>The tokens that the vendor says it counted; null when it said nothing.</summary>
    [JsonIgnore]
    public virtual Usage? Tokens => null;

    /// <summary>Everything of it that may be too long for an entry.</summary>
    public IEnumerable<StoredText> Texts() => new[] { Text, Turn }.OfType<StoredText>().Concat((Calls ?? []).Select(call => call.Arguments));

    /// <summary>A complete answer. It may still be of the wrong form.</summary>
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
        /// <summary>Why it ended, when not at the output limit; null for the output limit.</summary>
        public CutReason? Why { get; init; }

        /// <inheritdoc />
        [JsonIgnore]
        public override StoredText Text => Answer;

        /// <inheritdoc />
        [JsonIgnore]
        public override Usage? Tokens => Usage;
    }

    /// <summary>A complete answer in which there is nothing: no text but white space, and no call of a tool.</summary>
    public sealed record Empty(Usage? Usage, string? ResponseModel) : CallOutcome
    {
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

/// <summary>Why an answer ended before its end, apart from its output limit.</summary>
public enum CutReason
{
    /// <summary>The vendor paused in the middle of the model's turn and goes on when it is given the turn back.</summary>
    Pause,

    /// <summary>Question and answer fill the model's context; asking it to go on would only make them longer.</summary>
    Window,
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
