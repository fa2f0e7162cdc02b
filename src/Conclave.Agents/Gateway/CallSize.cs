using System.Text;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Agents.Gateway;

/// <summary>How many tokens a call takes: an estimate before it, the vendor's count after it.</summary>
internal sealed record CallSize(long Input, long Output)
{
    private static readonly CallSize Nothing = new(0, 0);

    // Prose has more bytes to a token, code about as many.
    private const int BytesPerToken = 3;

    public long Total => Input + Output;

    /// <summary>The estimate: the question by its length, the answer by its limit.</summary>
    public static CallSize Of(ModelRequest request)
    {
        var bytes = Encoding.UTF8.GetByteCount(request.System ?? "") + Encoding.UTF8.GetByteCount(request.Output?.Json ?? "")
            + request.Messages.Sum(message => (long)Encoding.UTF8.GetByteCount(message.Text));
        return new CallSize((bytes / BytesPerToken) + 1, request.MaxOutputTokens);
    }

    /// <summary>What a call took after all; null when nobody knows.</summary>
    public static CallSize? Of(CallOutcome outcome) => outcome switch
    {
        { Tokens: { IsPlausible: true } usage } => new CallSize(usage.InputTokens, usage.OutputTokens),
        CallOutcome.RateLimited or CallOutcome.Overloaded or CallOutcome.Rejected or CallOutcome.NotSent => Nothing,
        _ => null,
    };

    /// <summary>What it takes of a limit.</summary>
    public long In(LimitUnit unit) => unit switch
    {
        LimitUnit.Requests => 1,
        LimitUnit.Tokens => Total,
        LimitUnit.InputTokens => Input,
        // What an answer may have at most is many times what it has: reserving that would let one call a minute through.
        _ => 1,
    };
}
