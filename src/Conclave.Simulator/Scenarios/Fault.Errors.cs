namespace Conclave.Simulator.Scenarios;

/// <content>Replies that turn the call away, each in the vendor's own words.</content>
public abstract partial record Fault
{
    /// <summary>The vendor's 429 for too many requests.</summary>
    /// <param name="RetryAfterSeconds">The wait that it asks for, which may be zero, negative or absurd; null when it names none.</param>
    /// <param name="Form">How it is written.</param>
    public sealed record RateLimit(decimal? RetryAfterSeconds, WaitForm Form) : Fault("rate_limit");

    /// <summary>The vendor's 503 or 529 for want of capacity.</summary>
    /// <param name="RetryAfterSeconds">The wait that it asks for; null when it names none.</param>
    /// <param name="Form">How it is written.</param>
    public sealed record Overloaded(decimal? RetryAfterSeconds = null, WaitForm Form = WaitForm.Vendor) : Fault("overloaded");

    /// <summary>A failure on the vendor's side.</summary>
    /// <param name="Status">500 to 599.</param>
    /// <param name="RetryAfterSeconds">The wait that it asks for; null when it names none.</param>
    /// <param name="Form">How it is written.</param>
    public sealed record ServerError(int Status, decimal? RetryAfterSeconds = null, WaitForm Form = WaitForm.Vendor) : Fault("server_error");

    /// <summary>The answer to a wrong key.</summary>
    public sealed record BadKey() : Fault("bad_key");

    /// <summary>A key that may not do this: 403.</summary>
    public sealed record Forbidden() : Fault("forbidden");

    /// <summary>The account's money or quota is used up; waiting does not help.</summary>
    public sealed record NoQuota() : Fault("no_quota");

    /// <summary>Prepaid credit is used up.</summary>
    public sealed record NoCredit() : Fault("no_credit");

    /// <summary>The limit that the owner set for a month is reached: a 429 that names no wait.</summary>
    public sealed record SpendLimit() : Fault("spend_limit");

    /// <summary>The account has no such model.</summary>
    public sealed record NoModel() : Fault("no_model");

    /// <summary>The question is longer than the model's context: 400.</summary>
    public sealed record TooLong() : Fault("too_long");

    /// <summary>The request has too many bytes: 413.</summary>
    public sealed record TooLarge() : Fault("too_large");
}
