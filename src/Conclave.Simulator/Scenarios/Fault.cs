namespace Conclave.Simulator.Scenarios;

/// <summary>What goes wrong instead of a good answer: a closed set. <c>Kind</c> is its name in scenarios and ledgers.</summary>
public abstract record Fault
{
    private Fault(string kind) => Kind = kind;

    /// <summary>The stable name, for example <c>rate_limit</c>.</summary>
    public string Kind { get; }

    /// <summary>The vendor's 429 for too many requests.</summary>
    /// <param name="RetryAfterSeconds">The wait that it asks for, which may be zero, negative or absurd; null when it names none.</param>
    public sealed record RateLimit(decimal? RetryAfterSeconds) : Fault("rate_limit");

    /// <summary>The vendor's 503 or 529 for want of capacity.</summary>
    public sealed record Overloaded() : Fault("overloaded");

    /// <summary>A failure on the vendor's side.</summary>
    /// <param name="Status">500 to 599.</param>
    public sealed record ServerError(int Status) : Fault("server_error");

    /// <summary>The answer to a wrong key.</summary>
    public sealed record BadKey() : Fault("bad_key");

    /// <summary>The account's money or quota is used up; waiting does not help.</summary>
    public sealed record NoQuota() : Fault("no_quota");

    /// <summary>The account has no such model.</summary>
    public sealed record NoModel() : Fault("no_model");

    /// <summary>The model will not answer; a reply is its explanation.</summary>
    public sealed record Refusal() : Fault("refusal");

    /// <summary>The answer ends at the output limit.</summary>
    /// <param name="AfterChars">How much of the reply comes.</param>
    public sealed record CutOff(int AfterChars) : Fault("cut_off");

    /// <summary>The connection is reset.</summary>
    /// <param name="AfterChars">How much comes before: of the reply's text when it streams, else of the body; 0 is before the headers.</param>
    public sealed record Reset(int AfterChars) : Fault("reset");

    /// <summary>Nothing more comes until the client goes away.</summary>
    /// <param name="AfterChars">As for <see cref="Reset"/>.</param>
    public sealed record Hang(int AfterChars) : Fault("hang");

    /// <summary>The body ends in good order but without its end: no terminal event, or half a JSON document.</summary>
    /// <param name="AfterChars">How much comes before, as for <see cref="Reset"/>; the headers always come.</param>
    public sealed record Truncate(int AfterChars) : Fault("truncate");

    /// <summary>A web page with status 200, as from a captive portal.</summary>
    public sealed record Html() : Fault("html");

    /// <summary>The whole answer, a few bytes at a time.</summary>
    public sealed record Slow(int BytesPerSecond) : Fault("slow");
}
