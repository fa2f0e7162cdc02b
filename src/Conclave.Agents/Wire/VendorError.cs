using Conclave.Engine.Execution.Calls;

namespace Conclave.Agents.Wire;

/// <summary>An error as its vendor tells it, in a reply or in the middle of a stream.</summary>
/// <param name="Code">The vendor's word for it, such as <c>rate_limit_error</c>; null when it has none.</param>
/// <param name="Message">The vendor's sentence; null when there is none.</param>
/// <param name="Kind">Set when the words say for certain that a repetition does not help, and why.</param>
internal sealed record VendorError(string? Code, string? Message, RejectionKind? Kind)
{
    /// <summary>How long the vendor's body asks to wait; null when only headers may say so.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The vendor's name of the request, in case no header has it.</summary>
    public string? RequestId { get; init; }

    /// <summary>Both parts as one line.</summary>
    public string? Line => (Code, Message) switch
    {
        (null, var message) => message,
        (var code, null) => code,
        var (code, message) => $"{code}: {message}",
    };

    /// <summary>The outcome of an error inside a stream that began well.</summary>
    public CallOutcome InStream()
    {
        var line = Line ?? "an error without an explanation came in the middle of the answer";
        CallOutcome outcome = Kind is { } kind ? new CallOutcome.Rejected(kind, 200, line) : new CallOutcome.Failed(200, line);
        return outcome with { RequestId = RequestId };
    }

    /// <summary>The outcome of an error reply: what the words say for certain, else what the status says.</summary>
    public CallOutcome Of(ErrorReply reply, DateTimeOffset now)
    {
        var line = Line ?? reply.Gist;
        CallOutcome outcome = (reply.Status, Kind) switch
        {
            ( >= 300 and < 400, _) => new CallOutcome.Rejected(RejectionKind.BadRequest, reply.Status, Redirect(reply)),
            (503 or 529, _) => new CallOutcome.Overloaded(reply.Status, Wait(reply, now), line),
            ( >= 500, _) => new CallOutcome.Failed(reply.Status, line),
            (_, RejectionKind.TooLarge) or (413, null) => new CallOutcome.Rejected(RejectionKind.TooLarge, reply.Status, WithSize(reply, line)),
            (_, { } kind) => new CallOutcome.Rejected(kind, reply.Status, line),
            (401 or 403, _) => new CallOutcome.Rejected(RejectionKind.BadKey, reply.Status, line),
            (402, _) => new CallOutcome.Rejected(RejectionKind.NoQuota, reply.Status, line),
            (404, _) => new CallOutcome.Rejected(RejectionKind.NoModel, reply.Status, line),
            (429, _) => new CallOutcome.RateLimited(Wait(reply, now), line),
            (408 or 409 or 425, _) => new CallOutcome.Failed(reply.Status, line),
            _ => new CallOutcome.Rejected(RejectionKind.BadRequest, reply.Status, line),
        };
        return outcome with { RequestId = reply.Headers.RequestId ?? RequestId };
    }

    private long? Wait(ErrorReply reply, DateTimeOffset now) => RetryHints.Read(reply.Headers, now) is { } header
        ? header
        : RetryAfter is { } body ? (long)Math.Max(0, body.TotalMilliseconds) : null;

    private static string Redirect(ErrorReply reply) =>
        $"the vendor's address redirects to {(Uri.TryCreate(reply.Headers.Find("location"), UriKind.Absolute, out var target) ? target.Host : "another address")}, which is not followed; set base_url to the final address if it is to be trusted";

    private static string WithSize(ErrorReply reply, string line) => reply.RequestBytes is { } bytes ? $"{line} (the request has {bytes} bytes)" : line;
}
